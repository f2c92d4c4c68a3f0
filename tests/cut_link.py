"""A line that can be cut: what comes at one port goes to another, until somebody pulls the plug."""

import socket
import threading
from contextlib import suppress


class Line:
    """Carries connections to a port of this machine. While it is cut nobody gets through, and who was is thrown out."""

    def __init__(self, to) -> None:
        self._to = to
        self._lock = threading.Lock()
        self._open, self._cut = [], False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """Every connection is gone, without a word."""
        with self._lock:
            self._cut = True
            gone, self._open = self._open, []
        for each in gone:
            _end(each)

    def mend(self):
        """Who comes from now on gets through."""
        with self._lock:
            self._cut = False

    def close(self):
        """Nobody listens any more."""
        self.cut()
        _end(self._listening)

    def _accept(self):
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            if self._cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to), timeout=5)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one, other):
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        _end(one)
        _end(other)


def _end(one):
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
