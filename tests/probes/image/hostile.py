"""The fork server with readers that behave as a decoder does that a hostile stream has taken over.

`Looker("tests.probes.image.hostile")` uses it: the same server, limits and children, with more codec names.
"""

import os
import resource
import signal
import time
from pathlib import Path

import numpy as np

from probes.image import child, server
from tests.probes.image.streams import Picture


def _sleep(_: bytes) -> Picture:
    time.sleep(600)
    raise AssertionError("nobody stopped the child")


def _spin(_: bytes) -> Picture:
    while True:
        pass


def _eat(_: bytes) -> Picture:
    return np.ones((40_000, 40_000, 3), np.uint8)


def _starved(frame: bytes) -> Picture:
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used, used))
    return child.READERS["h264"](frame)


def _crash(_: bytes) -> Picture:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError("still there")


def _leave(_: bytes) -> Picture:
    os._exit(7)


def _lie(frame: bytes) -> Picture:
    os.write(child.FILES - 1, frame)
    os._exit(0)


def _write_a_file(_: bytes) -> Picture:
    Path("/tmp/frame.bin").write_bytes(b"a frame that leaves")
    return np.zeros((8, 8, 3), np.uint8)


HOSTILE = {
    "sleep": _sleep,
    "spin": _spin,
    "eat": _eat,
    "starved": _starved,
    "crash": _crash,
    "leave": _leave,
    "lie": _lie,
    "file": _write_a_file,
}

if __name__ == "__main__":
    server.main({**child.READERS, **HOSTILE})
