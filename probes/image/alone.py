"""One child that looks at one key frame and ends: the program that is spawned where there is no fork.

Strategy: `python -m probes.image.alone SECONDS`. It loads and uses the decoder, sets the limits that there are, says
that it is ready, reads one request on standard input, and answers on standard output: no byte of a camera is read
before the limits stand.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from probes.image import child, wire

READ, WRITE = 0, 1  # standard input and output


def main(readers: Mapping[str, child.Reader] = child.READERS, limit: Callable[[float], None] = child.limit) -> None:
    """Answers one request; the process ends with it. `limit` sets the limits of the process."""
    child.warm(readers)
    limit(float(sys.argv[1]))
    os.write(WRITE, wire.READY)
    answer = child.answered(lambda size: os.read(READ, size), readers)
    while answer:
        answer = answer[os.write(WRITE, answer) :]
    os._exit(0)  # without what Python does at an end: a decoder that was taken over may have prepared it


if __name__ == "__main__":
    if sys.platform == "win32":
        import msvcrt

        for handle in (READ, WRITE):
            msvcrt.setmode(handle, os.O_BINARY)
    main()
