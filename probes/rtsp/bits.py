"""Reads the bits of H.264 and H.265 headers.

Strategy: pure. Bytes in, integers out, or `MalformedReply` when the bits run out or a number is out of its range. A
reader never looks further than it is asked to, so whatever stands behind the last field is of no interest, and every
loop of a parser is bounded by the bits there are.
"""

from __future__ import annotations

from probes.errors import MalformedReply

# A parameter set is some tens of bytes; the largest legal ones (full scaling lists, 64 reference sets) stay under 4 kB.
PARAMETER_SET_LIMIT = 8192
_LONGEST_CODE = 32  # leading zeros of an Exp-Golomb code (H.264 9.1)


def malformed(detail: str) -> MalformedReply:
    """The error of every bitstream parser."""
    return MalformedReply("rtsp.sample", detail)


def bare_nal(data: bytes) -> bytes:
    """`data` without a leading Annex B start code (zeros and a one), which V380 cameras send even in RTP."""
    if data[:2] != b"\x00\x00":
        return data
    body = data.lstrip(b"\x00")
    return body[1:] if body[:1] == b"\x01" else data


def one_nal(data: bytes) -> bytes:
    """The first NAL unit of `data` without start codes: what follows a second start code is cut off."""
    body = bare_nal(data)
    end = body.find(b"\x00\x00\x01")
    return body if end < 0 else body[:end]


def unescape(data: bytes) -> bytes:
    """`data` without emulation prevention bytes: 00 00 03 becomes 00 00 (H.264 7.3.1, H.265 7.3.1.1)."""
    if b"\x00\x00\x03" not in data:
        return data
    parts, start = [], 0
    while (mark := data.find(b"\x00\x00\x03", start)) >= 0:
        parts.append(data[start : mark + 2])
        start = mark + 3
    return b"".join([*parts, data[start:]])


class BitReader:
    """Takes integers off a string of bits, from the most significant bit on (H.264 7.2, 9.1)."""

    __slots__ = ("_data", "_end", "_pos")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._pos = 0
        self._end = 8 * len(data)

    @property
    def left(self) -> int:
        """Bits that are not read yet."""
        return self._end - self._pos

    def u(self, bits: int) -> int:
        """The next `bits` bits as an unsigned integer; MalformedReply when there are fewer."""
        value = self.peek(bits)
        self._pos += bits
        return value

    def flag(self) -> bool:
        """The next bit."""
        return self.u(1) == 1

    def skip(self, bits: int) -> None:
        """Leaves `bits` bits out; MalformedReply when there are fewer."""
        if bits > self.left:
            raise malformed(f"the header ends at bit {self._end}")
        self._pos += bits

    def peek(self, bits: int) -> int:
        """The next `bits` bits, which stay unread; MalformedReply when there are fewer."""
        stop = self._pos + bits
        if stop > self._end:
            raise malformed(f"the header ends at bit {self._end}")
        window = int.from_bytes(self._data[self._pos >> 3 : (stop + 7) >> 3], "big")
        return (window >> (-stop & 7)) & ((1 << bits) - 1)

    def ue(self, most: int = 2**32 - 2, what: str = "a number") -> int:
        """The next Exp-Golomb code; MalformedReply when it is more than `most`, `what` names it."""
        zeros = 0
        while not self.u(1):
            zeros += 1
            if zeros > _LONGEST_CODE:
                raise malformed(f"{what} is no Exp-Golomb code")
        value = (1 << zeros) - 1 + self.u(zeros)
        if value > most:
            raise malformed(f"{what} is {value}, more than {most}")
        return value

    def se(self) -> int:
        """The next signed Exp-Golomb code (H.264 9.1.1)."""
        code = self.ue()
        return (code + 1) // 2 if code % 2 else -(code // 2)
