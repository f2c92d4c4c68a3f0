"""JPEG over RTP, against pictures of OpenCV's encoder, which uses the same standard tables."""

from contextlib import suppress
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply
from probes.rtsp import mjpeg

SAMPLING = {0: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422, 1: cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420}


def _picture(width: int = 64, height: int = 48) -> np.ndarray:
    noise = np.random.default_rng(7).integers(0, 255, (height, width, 3), np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 3)


def _jpeg(q: int, type_: int = 1, restart: int = 0, size: tuple[int, int] = (64, 48)) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, q, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, SAMPLING[type_]]
    done, file = cv2.imencode(".jpg", _picture(*size), [*options, cv2.IMWRITE_JPEG_RST_INTERVAL, restart])
    assert done
    return file.tobytes()


def _segments(file: bytes, marker: int) -> list[bytes]:
    """The bodies of the segments with one marker, and for SOS (0xDA) the scan behind it."""
    found, at = [], 2
    while True:
        kind, length = file[at + 1], int.from_bytes(file[at + 2 : at + 4], "big")
        if kind == marker:
            found.append(file[at + 4 : at + 2 + length] if kind != 0xDA else file[at + 2 + length :])
        if kind == 0xDA:
            return found
        at += 2 + length


def _scan_of(file: bytes) -> bytes:
    return _segments(file, 0xDA)[0]


def _shown(file: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)


@pytest.mark.parametrize("q", [1, 10, 49, 50, 75, 99])
@pytest.mark.parametrize("type_", [0, 1])
def test_a_picture_is_whole_again_with_the_tables_that_q_stands_for(q, type_):
    """The picture from header and scan is, pixel by pixel, the one that was sent (RFC 2435 appendix A)."""
    file = _jpeg(q, type_)
    payload = bytes([0, 0, 0, 0, type_, q, 8, 6]) + _scan_of(file)
    header = mjpeg.parse_header(payload)
    whole = mjpeg.assemble(header, payload[header.data_offset :])
    assert np.array_equal(_shown(whole), _shown(file))
    assert mjpeg.parse_jpeg_size(whole) == (64, 48) == (header.width, header.height)


def test_tables_in_the_payload_are_used():
    """From Q 128 on the tables stand behind the header of the first fragment (RFC 2435 3.1.8)."""
    file = _jpeg(30)
    tables = b"".join(body[1:] for body in _segments(file, 0xDB))
    payload = bytes([0, 0, 0, 0, 1, 255, 8, 6, 0, 0, 0, 128]) + tables + _scan_of(file)
    header = mjpeg.parse_header(payload)
    assert header.tables == tables
    assert np.array_equal(_shown(mjpeg.assemble(header, payload[header.data_offset :])), _shown(file))


def test_tables_of_sixteen_bits_are_used():
    """A set bit of the precision field makes the table of that number twice as long."""
    file = _jpeg(30)
    luma, chroma = (body[1:] for body in _segments(file, 0xDB))
    tables = b"".join(bytes([0, value]) for value in luma) + chroma
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, 1, 200, 8, 6, 0, 1, 0, 192]) + tables)
    assert _segments(mjpeg.assemble(header, _scan_of(file)), 0xDB) == [b"\x10" + tables[:128], b"\x01" + chroma]


def test_one_table_serves_all_components():
    """Cameras may send a single table of 64 bytes."""
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, 1, 255, 8, 6, 0, 0, 0, 64]) + bytes([9] * 64))
    assert _segments(mjpeg.assemble(header, b""), 0xDB) == [b"\x00" + bytes([9] * 64), b"\x01" + bytes([9] * 64)]


def test_tables_that_came_with_an_earlier_frame_are_set_by_the_caller():
    """A length of 0 means the tables of before (RFC 2435 3.1.8), which only the caller has kept."""
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, 1, 129, 8, 6, 0, 0, 0, 0, 1, 2]))
    assert (header.tables, header.data_offset) == (b"", 12)
    with pytest.raises(MalformedReply):
        mjpeg.assemble(header, b"\x01")
    assert mjpeg.assemble(replace(header, tables=bytes([9] * 128)), b"\x01")


def test_restart_markers_are_declared():
    """Types 64 to 127 carry a restart interval (RFC 2435 3.1.7), without which the scan cannot be decoded."""
    file = _jpeg(75, restart=2)
    payload = bytes([0, 0, 0, 0, 65, 75, 8, 6, 0, 2, 0xFF, 0xFF]) + _scan_of(file)
    header = mjpeg.parse_header(payload)
    assert (header.restart_interval, header.data_offset) == (2, 12)
    assert np.array_equal(_shown(mjpeg.assemble(header, payload[header.data_offset :])), _shown(file))


def test_a_later_fragment_has_no_tables():
    """Only offset 0 carries tables (RFC 2435 3.1.8); the offset has 24 bits."""
    header = mjpeg.parse_header(bytes([0, 1, 2, 3, 1, 255, 8, 6]) + b"scan")
    assert (header.fragment_offset, header.tables, header.data_offset) == (0x010203, b"", 8)


def test_a_picture_over_2040_pixels_has_no_size_in_the_header():
    """Width 0 stands for more than 2040; the size is then in the ONVIF header extension, as JPEG segments."""
    file = _jpeg(50, size=(2304, 1296))
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, 1, 50, 0, 162]) + _scan_of(file))
    assert (header.width, header.height) == (None, 1296)
    with pytest.raises(MalformedReply):
        mjpeg.assemble(header, _scan_of(file))
    extension = b"\xff\xc0\x00\x11" + _segments(file, 0xC0)[0] + b"\xff"
    width, height = mjpeg.parse_jpeg_size(extension)
    whole = mjpeg.assemble(replace(header, width=width, height=height), _scan_of(file))
    assert np.array_equal(_shown(whole), _shown(file))


def test_a_camera_that_sends_whole_files_is_understood():
    """Some cameras put the JPEG file with its own headers into the payload: it is given back as it is."""
    file = _jpeg(80, size=(2304, 1296))
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, 1, 80, 0, 0]) + file)
    assert mjpeg.assemble(header, file) == file
    assert mjpeg.parse_jpeg_size(file) == (2304, 1296)


def test_the_end_mark_is_written_once():
    """A scan may come with or without its end-of-image marker."""
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, 1, 50, 8, 6]))
    assert mjpeg.assemble(header, b"\x12\x34\xff\xd9") == mjpeg.assemble(header, b"\x12\x34")


@pytest.mark.parametrize(("type_", "q"), [(2, 50), (70, 50), (200, 50), (1, 0), (1, 100), (1, 127)])
def test_types_and_q_that_are_not_defined_are_refused(type_, q):
    """RFC 2435 3.1.3 and 4.2: types 0, 1, 64, 65 and Q 1 to 99 and 128 to 255 are defined."""
    header = mjpeg.parse_header(bytes([0, 0, 0, 0, type_, q, 8, 6, 0, 0, 0, 0]))
    with pytest.raises(MalformedReply):
        mjpeg.assemble(header, b"\x00")


@pytest.mark.parametrize(
    "payload", [b"", bytes(7), bytes([0, 0, 0, 0, 64, 50, 8, 6, 0]), bytes([0, 0, 0, 0, 1, 255, 8, 6, 0, 0, 0, 9, 1])]
)
def test_a_header_that_breaks_off_is_refused(payload):
    """The header itself, the restart header and the tables may all be cut short."""
    with pytest.raises(MalformedReply):
        mjpeg.parse_header(payload)


@pytest.mark.parametrize("end", range(0, 160, 7))
def test_a_file_without_a_size_is_refused_at_any_length(end):
    """Before the start of frame there is no size to be had."""
    file = _jpeg(50)
    start_of_frame = file.index(b"\xff\xc0")
    if end < start_of_frame + 9:
        with pytest.raises(MalformedReply):
            mjpeg.parse_jpeg_size(file[:end])
    else:
        assert mjpeg.parse_jpeg_size(file[:end]) == (64, 48)


@pytest.mark.parametrize("file", [b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x00\x00\x40\x03", b"\xff\xd8\xff\xd9", b"GIF89a"])
def test_what_has_no_size_has_none(file):
    """A height of 0 (DNL), a picture without a frame, and another kind of file."""
    with pytest.raises(MalformedReply):
        mjpeg.parse_jpeg_size(file)


@given(st.binary(max_size=300), st.sampled_from([b"", bytes([0, 0, 0, 0, 1, 255, 8, 6]), b"\xff\xd8\xff"]))
def test_any_bytes_give_a_value_or_our_own_error(data, start):
    """Nothing but MalformedReply leaves the readers, whatever comes."""
    with suppress(MalformedReply):
        mjpeg.assemble(mjpeg.parse_header(start + data), data)
    with suppress(MalformedReply):
        mjpeg.parse_jpeg_size(start + data)
