"""The words that the asking process, the fork server and its children say to each other."""

from __future__ import annotations

import struct

READY = b"R"  # server: I can fork
REQUEST = struct.Struct(">d")  # to the server, with two sockets: seconds until the child is killed
HEADER = struct.Struct(">16sII")  # to the child: codec name, number of bytes of the frame and of the references
ENDED = struct.Struct(">ci")  # from the server: how the child ended, and its exit status or signal
EXIT, SIGNAL, DEADLINE = b"E", b"S", b"D"

NO_PICTURE, NO_MEMORY, NO_READER = "no_picture", "no_memory", "no_reader"  # errors of the child

LARGEST_FRAME = 16 * 1024 * 1024  # bytes; an intra picture of 33 megapixels at high quality is half of that
LARGEST_REFERENCES = 32 * 1024  # bytes of JSON; four references in base64 are 14 kB
LARGEST_ANSWER = 8192  # bytes; a look is 600, its reference and sketch in base64 are 4,400
