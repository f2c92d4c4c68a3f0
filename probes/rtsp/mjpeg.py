"""Reads JPEG over RTP and builds whole pictures of it (RFC 2435; ITU-T T.81 for the picture itself).

Strategy: pure. A payload in, a frozen header out; a header and the scan of all fragments in, a JPEG file out; or
`MalformedReply`. RTP leaves the headers of a JPEG out, so they are written here again: quantisation tables from Q or
from the payload, and the usual Huffman tables of T.81 annex K.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from probes.errors import MalformedReply
from probes.rtsp.bits import malformed

_FIXED = 8  # bytes of the header that every payload has
_RESTARTS = range(64, 128)  # types with a restart header, RFC 2435 3.1.7
_IN_BAND = 128  # from this Q on, tables stand in the payload, RFC 2435 3.1.8
_SAMPLING = {0: 0x21, 1: 0x22}  # luma factors: 4:2:2 and 4:2:0, RFC 2435 4.1
_SOI, _EOI, _SOS, _DQT = 0xD8, 0xD9, 0xDA, 0xDB
_REPLAY = b"\xab\xac"  # mark of ONVIF's replay extension
_STARTS_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # without DHT, JPG, DAC
_BARE = frozenset({0x01, _SOI, *range(0xD0, 0xD8)})  # markers without a length

# T.81 tables K.1 and K.2, by rows.
# fmt: off
_LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)
_CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    *(99,) * 32,
)
# fmt: on
# T.81 tables K.3 to K.6: class and number, how many codes of each length, and their values.
_HUFFMAN = (
    (0x00, "00010501010101010100000000000000", "000102030405060708090a0b"),
    (0x01, "00030101010101010101010000000000", "000102030405060708090a0b"),
    (
        0x10,
        "0002010303020403050504040000017d",
        "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435"
        "363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798"
        "999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4"
        "f5f6f7f8f9fa",
    ),
    (
        0x11,
        "00020102040403040705040400010277",
        "000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a"
        "35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a9293949596"
        "9798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4"
        "f5f6f7f8f9fa",
    ),
)


@dataclass(frozen=True)
class JpegHeader:
    """The header of one payload. `width` and `height` (pixels) are None when the header does not say them: 0 stands
    for more than 2040. `restart_interval` is None without a restart header; `tables` are the bytes of the quantisation
    tables in the payload (zigzag order), empty when Q says them or when an earlier frame did; `wide` marks those of 16
    bits, one bit a table. The scan begins at `data_offset` of the payload.
    """

    type: int
    type_specific: int
    q: int
    width: int | None
    height: int | None
    fragment_offset: int
    restart_interval: int | None
    tables: bytes
    wide: int
    data_offset: int


def parse_header(payload: bytes) -> JpegHeader:
    """The header of an RTP payload (RFC 2435 3.1); MalformedReply when the payload ends in it."""
    if len(payload) < _FIXED:
        raise malformed(f"a JPEG payload of {len(payload)} bytes")
    type_, q, columns, rows = payload[4:_FIXED]
    at, restart_interval, tables, wide = _FIXED, None, b"", 0
    fragment_offset = int.from_bytes(payload[1:4], "big")
    if type_ in _RESTARTS:
        restart_interval = int.from_bytes(_take(payload, at, 4)[:2], "big")
        at += 4
    if q >= _IN_BAND and fragment_offset == 0:
        _, wide, length = struct.unpack(">BBH", _take(payload, at, 4))
        tables = _take(payload, at + 4, length)
        at += 4 + length
    return JpegHeader(
        type=type_,
        type_specific=payload[0],
        q=q,
        width=8 * columns or None,
        height=8 * rows or None,
        fragment_offset=fragment_offset,
        restart_interval=restart_interval,
        tables=tables,
        wide=wide,
        data_offset=at,
    )


def _take(data: bytes, at: int, length: int) -> bytes:
    if at + length > len(data):
        raise malformed(f"the JPEG header ends at byte {len(data)}")
    return data[at : at + length]


def assemble(header: JpegHeader, scan: bytes) -> bytes:
    """A JPEG file of the scan data of all fragments; `header` is that of the first one.

    A scan that is a JPEG file already is given back as it is. MalformedReply when the header lacks the size or the
    tables: a caller who knows these from elsewhere sets them with `dataclasses.replace`.
    """
    if scan[:2] == b"\xff\xd8":
        return scan
    sampling = _SAMPLING.get(header.type % 64 if header.type in _RESTARTS else header.type)
    if sampling is None:
        raise malformed(f"JPEG type {header.type} is not defined")
    if header.width is None or header.height is None:
        raise malformed("the JPEG payload does not say the size")
    components = bytes((3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1))
    head = [b"\xff\xd8", _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")]
    head += [_segment(_DQT, table) for table in _quantisation(header)]
    head += [_segment(0xC0, struct.pack(">BHH", 8, header.height, header.width) + components)]
    head += [_segment(0xC4, bytes([number]) + bytes.fromhex(counts + values)) for number, counts, values in _HUFFMAN]
    if header.restart_interval:
        head.append(_segment(0xDD, struct.pack(">H", header.restart_interval)))
    head.append(_segment(_SOS, bytes((3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0))))
    return b"".join([*head, scan, b"" if scan.endswith(b"\xff\xd9") else b"\xff\xd9"])


def segments_of(extension: bytes) -> bytes:
    """The JPEG segments that an RTP header extension carries (ONVIF Streaming Specification 5.1.3): its mark is FFD8,
    or FFFF with segments behind; a replay extension (ABAC, of three words) may stand before. Empty when it has none.
    """
    if extension[:2] == _REPLAY:
        extension = extension[16:]
    return extension[4:] if extension[:2] in (b"\xff\xd8", b"\xff\xff") else b""


def completed(header: JpegHeader, segments: bytes) -> JpegHeader:
    """`header` with the size, where it lacks one, and the tables of `segments`, which may be a whole JPEG file."""
    try:
        size = (header.width, header.height) if header.width and header.height else parse_jpeg_size(segments)
    except MalformedReply:
        return header
    return replace(header, width=size[0], height=size[1], tables=header.tables or _tables_in(segments))


def _tables_in(segments: bytes) -> bytes:
    """The values of the 8-bit quantisation tables in JPEG segments (T.81 B.2.4.1), in order."""
    tables, at = b"", 0
    while at + 4 <= len(segments) and segments[at] == 0xFF and segments[at + 1] not in (_EOI, _SOS):
        marker, length = segments[at + 1], int.from_bytes(segments[at + 2 : at + 4], "big")
        if marker in _BARE or marker == 0xFF:
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _DQT and (length - 2) % 65 == 0:
            body = segments[at + 4 : at + 2 + length]
            tables += b"".join(body[n + 1 : n + 65] for n in range(0, len(body), 65))
        at += 2 + max(2, length)
    return tables


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _quantisation(header: JpegHeader) -> list[bytes]:
    """The bodies of two DQT segments: precision and number, then 64 values in zigzag order."""
    if header.q < _IN_BAND:
        return [bytes([number]) + _scaled(table, header.q) for number, table in enumerate((_LUMA, _CHROMA))]
    tables, at = [], 0
    for number in range(2):
        wide = header.wide >> number & 1
        if at < len(header.tables):
            body = _take(header.tables, at, 64 << wide)
            at += len(body)
            tables.append(bytes([wide << 4 | number]) + body)
    if not tables:
        raise malformed(f"the JPEG payload has no quantisation tables (Q {header.q})")
    if len(tables) == 1:  # one table serves all components
        tables.append(bytes([tables[0][0] | 1]) + tables[0][1:])
    return tables


def _scaled(table: tuple[int, ...], q: int) -> bytes:
    """A standard table for Q 1 to 99 in zigzag order (RFC 2435 4.2 and appendix A)."""
    if not 1 <= q <= 99:
        raise malformed(f"JPEG Q {q} is reserved")
    scale = 5000 // q if q < 50 else 200 - 2 * q
    return bytes(min(255, max(1, (table[at] * scale + 50) // 100)) for at in _zigzag())


def _zigzag() -> list[int]:
    """Positions of a table of 8 rows in zigzag order (T.81 figure A.6)."""
    cells = ((row, column) for row in range(8) for column in range(8))
    ordered = sorted(cells, key=lambda cell: (sum(cell), cell[0] if sum(cell) % 2 else cell[1]))
    return [8 * row + column for row, column in ordered]


def parse_jpeg_size(jpeg: bytes) -> tuple[int, int]:
    """(width, height) in pixels from the start-of-frame segment (T.81 B.2.2); MalformedReply when there is none.

    The start-of-image marker may be missing: ONVIF cameras put the segments of pictures over 2040 pixels into an RTP
    header extension (ONVIF Streaming Specification 5.1.3).
    """
    at = 0
    while at + 2 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise malformed(f"no JPEG marker at byte {at}")
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in (_EOI, _SOS):
            break
        elif marker in _STARTS_OF_FRAME:
            height, width = struct.unpack(">HH", _take(jpeg, at + 5, 4))
            if width == 0 or height == 0:
                raise malformed(f"the JPEG would be {width}x{height}")
            return width, height
        else:
            at += 2 + max(2, int.from_bytes(_take(jpeg, at + 2, 2), "big"))
    raise malformed("the JPEG says no size")
