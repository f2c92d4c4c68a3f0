"""Core dumps: a process that holds passwords leaves none, however it dies.

Strategy: two locks on one door. The limit of a core file is zero for good, here and in every child; but a kernel that
hands its dumps to a program does not ask for that limit, so the process is marked as one that is never dumped as well
(prctl(2), PR_SET_DUMPABLE), which also keeps other processes of the user from reading its memory. That mark ends where
another program is started; the worker that `serve` starts is a command of its own, and sets it again. Windows has
neither: there a dump is made only where somebody has set the system up for it.
"""

from __future__ import annotations

import ctypes
import sys

if sys.platform != "win32":
    import resource

_PR_SET_DUMPABLE = 4


def forbid() -> None:
    """From now on this process is not dumped when it dies, and no child of it writes a core file."""
    if sys.platform == "win32":
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is all there is
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
