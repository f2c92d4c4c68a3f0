"""The fork server: a process that has the decoder loaded, and forks one child for each key frame.

Strategy: `python -m probes.image.server` with a socket as standard input, the only thing it is given. Each message on
it is a deadline (seconds) and two sockets: one for the child, which brings the frame and takes the numbers, and one
on which this process says how the child ended. It reads no byte of a camera. It ends, and its children with it, when
the socket closes. It has one thread, or a fork would copy locks that nobody opens.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from probes.image import child, wire

CONTROL = 0  # standard input


@dataclass(frozen=True)
class _Child:
    pid: int
    status: socket.socket
    ends_at: float


class Server:
    """Forks children and says how they end. `control` is the socket to the process that asks."""

    def __init__(self, control: socket.socket, readers: Mapping[str, child.Reader]) -> None:
        self._control = control
        self._readers = readers
        self._children: dict[int, _Child] = {}
        self._late: set[int] = set()
        self._selector = selectors.DefaultSelector()
        self._woken, wake = socket.socketpair()
        for end in (self._woken, wake):
            end.setblocking(False)
        self._wake = wake
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)

    def serve(self) -> None:
        """Works until the control socket closes; then no child is left."""
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._control.sendall(wire.READY)
        while True:
            for key, _ in self._selector.select(self._patience()):
                if key.fileobj is self._control:
                    if not self._take_request():
                        self._kill(*self._children)
                        return
                elif key.fileobj is self._woken:
                    self._woken.recv(4096)
                else:  # the one who asked has closed its end: nobody waits for this child
                    self._selector.unregister(key.fileobj)
                    self._kill(key.data)
            now = time.monotonic()
            late = [pid for pid, one in self._children.items() if one.ends_at <= now]
            self._late.update(late)
            self._kill(*late)
            self._reap()

    def _patience(self) -> float | None:
        if not self._children:
            return None
        return max(0.0, min(one.ends_at for one in self._children.values()) - time.monotonic()) + 0.001

    def _take_request(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, wire.REQUEST.size, 2)
        if len(message) != wire.REQUEST.size or len(fds) != 2:
            return False
        deadline_s: float = wire.REQUEST.unpack(message)[0]
        data, status = (socket.socket(fileno=fd) for fd in fds)
        pid = os.fork()
        if pid == 0:
            self._become_child(data, deadline_s)
        data.close()
        self._children[pid] = _Child(pid, status, time.monotonic() + deadline_s)
        self._selector.register(status, selectors.EVENT_READ, pid)
        return True

    def _become_child(self, data: socket.socket, deadline_s: float) -> None:
        """Never returns."""
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            kept = os.dup2(data.fileno(), child.FILES - 1)
            os.dup2(1, CONTROL)  # /dev/null, in place of the socket of the server
            os.closerange(child.FILES, os.sysconf("SC_OPEN_MAX"))
            child.run(socket.socket(fileno=kept), deadline_s, self._readers)
        finally:
            os._exit(0)

    def _kill(self, *pids: int) -> None:
        for pid in pids:  # only children that are not reaped yet: their numbers cannot belong to others
            os.kill(pid, signal.SIGKILL)

    def _reap(self) -> None:
        while self._children:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            with suppress(ProcessLookupError):  # what it started, if a limit let it; its own number is still taken
                os.killpg(ended.si_pid, signal.SIGKILL)
            pid, status = os.waitpid(ended.si_pid, 0)
            one = self._children.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            how = wire.DEADLINE if pid in self._late else wire.SIGNAL if code < 0 else wire.EXIT
            self._late.discard(pid)
            if one.status in self._selector.get_map():
                self._selector.unregister(one.status)
            with one.status, suppress(BrokenPipeError, ConnectionResetError):
                one.status.sendall(wire.ENDED.pack(how, abs(code)))


def main(readers: Mapping[str, child.Reader] = child.READERS) -> None:
    """Serves the socket at standard input. Everything that a child needs is loaded, and used once, before."""
    child.warm(readers)
    gc.freeze()
    with socket.socket(fileno=os.dup(CONTROL)) as control:
        Server(control, readers).serve()
    sys.exit(0)


if __name__ == "__main__":
    main()
