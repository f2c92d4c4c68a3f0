"""Runs `camera-registry` with our own packages read as on Windows: what they import or call of POSIX alone is not
there, and `sys.platform` says win32. What others wrote is read before, as it is here.

This is no Windows: it shows that nothing of ours needs what Windows has not, and not that Windows does what is asked.
"""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from importlib import import_module

POSIX = (
    *("fcntl", "grp", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"),
    "probes.image.server",  # the fork server is never started
)
NOT_THERE = {
    os: ("fork", "getuid", "geteuid", "getpgid", "killpg", "setpgid", "waitid"),
    select: ("poll",),
    signal: ("SIGCHLD", "SIGHUP", "SIGALRM", "SIGXCPU", "setitimer", "ITIMER_REAL"),
    socket: ("send_fds", "recv_fds"),
}
OURS = ("camera_registry", "probes", "standards")
READ = (
    *("camera_registry.cli", "camera_registry.commands.inspect", "camera_registry.services.inspect"),
    "camera_registry.commands.bundle",
    *("camera_registry.store.login_memory", "probes.run", "probes.image.decode", "probes.onvif.client", "cv2", "av"),
    *("multiprocessing.pool", "concurrent.futures.process", "uvicorn"),
)


def _no_handler(*_):
    raise NotImplementedError  # as the loops of Windows do


def _read_what_others_wrote():
    """All that ours import of others is read; which that is, another process tells, which reads ours too."""
    told = f"import sys\nfor name in {READ}: __import__(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=True)
    for name in done.stdout.split():
        if name.partition(".")[0] not in OURS:
            with suppress(ImportError):
                import_module(name)


def main():
    """The exit status of the command in the arguments."""
    _read_what_others_wrote()
    sys.modules.update(dict.fromkeys(POSIX))
    for module, names in NOT_THERE.items():
        for name in names:
            delattr(module, name)
    asyncio.SelectorEventLoop.add_signal_handler = _no_handler
    sys.platform = "win32"
    return import_module("camera_registry.cli").main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
