"""The fork server with readers that behave as a decoder does that a hostile stream has taken over.

`Looker("tests.probes.image.hostile")` uses it: the same server, limits and children, with more codec names. Its JPEG
reader does what the word says that stands in a picture (`probes.simulator.hostile.pictures`); any other it decodes.
"""

import os
import resource
import signal
import time
from pathlib import Path

import numpy as np

from probes.image import child, server
from probes.simulator.hostile.pictures import marked
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


def _abort(_: bytes) -> Picture:
    os.abort()


def _leave(_: bytes) -> Picture:
    os._exit(7)


def _lie(frame: bytes) -> Picture:
    os.write(child.FILES - 1, frame)
    os._exit(0)


def _grey() -> child.Decoded:
    """What a look succeeds with: what should have failed before it did not."""
    return child.Decoded(np.full((480, 640, 3), 128, np.uint8), 640, 480)


def _write_a_file(_: bytes) -> child.Decoded:
    Path("/tmp/frame.bin").write_bytes(b"a frame that leaves")
    return _grey()


def _open_files(_: bytes) -> child.Decoded:
    os.dup(0)
    return _grey()


def _fork(_: bytes) -> Picture:
    """A process that would outlive its parent, if nobody stopped it."""
    if os.fork() == 0:
        time.sleep(600)
    os._exit(7)


HOSTILE = {
    "sleep": _sleep,
    "spin": _spin,
    "eat": _eat,
    "starved": _starved,
    "crash": _crash,
    "leave": _leave,
    "lie": _lie,
    "file": _write_a_file,
    "files": _open_files,
    "fork": _fork,
}
WORDS = {
    "crash": _crash,
    "abort": _abort,
    "hang": _sleep,
    "spin": _spin,
    "eat": _eat,
    "files": _open_files,
    "fork": _fork,
    "write": _write_a_file,
    "leave": _leave,
}


def _obey(frame: bytes) -> child.Decoded:
    """What the word in `frame` says, or the picture, where there is none."""
    reader = next((read for word, read in WORDS.items() if marked(word) in frame), child.READERS["mjpeg"])
    return reader(frame)


if __name__ == "__main__":
    server.main({**child.READERS, **HOSTILE, "mjpeg": _obey})
