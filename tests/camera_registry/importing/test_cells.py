"""Cells: each way in which people write a value, and each that is no value."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camera_registry.importing import cells
from camera_registry.importing.columns import FILES
from camera_registry.importing.mistakes import KINDS, WrongCell
from camera_registry.lists import AREAS, DEVICE_KINDS, LEVELS, SCOPES


@pytest.mark.parametrize(
    ("read", "cell", "value"),
    [
        (cells.code, "0790123", "0790123"),
        (cells.number, "10,8231", 10.8231),
        (cells.number, "106.6297", 106.6297),
        (cells.price, "1.200.000", 1_200_000),
        (cells.price, "1,200,000 đ", 1_200_000),
        (cells.price, "1 200 000", 1_200_000),
        (cells.price, "950000", 950_000),
        (cells.mac, "00-11-22-AA-BB-CC", "00:11:22:aa:bb:cc"),
        (cells.mac, "001122aabbcc", "00:11:22:aa:bb:cc"),
        (cells.mac, "0011.22aa.bbcc", "00:11:22:aa:bb:cc"),
        (cells.mac, "00:00:00:00:00:00", cells.NO_MAC),
        (cells.day, "31/12/2026", date(2026, 12, 31)),
        (cells.day, "1/2/2026", date(2026, 2, 1)),
        (cells.phone, "090 123-4567", "0901234567"),
        (cells.phone, "+84 901 234 567", "+84901234567"),
        (cells.host, "192.168.1.64", "192.168.1.64"),
        (cells.host, "Cam1.Truong.local", "cam1.truong.local"),
        (cells.networks, "192.168.1.0/24;10.1.0.0/16", "192.168.1.0/24; 10.1.0.0/16"),
        (cells.stream_path, "/Streaming/Channels/101?x=1", "/Streaming/Channels/101?x=1"),
        (cells.channel_of, "DG-01/5", ("DG-01", 5)),
        (cells.one_of(SCOPES), "có", "offered"),
        (cells.one_of(SCOPES), "Không", "internal"),
        (cells.one_of(SCOPES), "Chưa quyết định", "undecided"),
        (cells.one_of(AREAS), "lớp  học", "classroom"),
        (cells.one_of(DEVICE_KINDS), "NVR", "nvr"),
        (cells.one_of(DEVICE_KINDS), "Đầu ghi IP (NVR)", "nvr"),
        (cells.several_of(LEVELS), "THCS; TH", "TH; THCS"),
        (cells.several_of(LEVELS), "Tiểu học", "TH"),
        (cells.whole(1, 65535), "554", 554),
    ],
)
def test_a_cell_is_read(read, cell, value):
    """As people write it in Vietnam, with comma or point, any separator, any case."""
    assert read(cell) == value


@pytest.mark.parametrize(
    ("read", "cell", "kind"),
    [
        (cells.code, "a/b", "not_a_code"),
        (cells.number, "1.200,5", "not_a_number"),
        (cells.number, "nan", "not_a_number"),
        (cells.price, "1.200,50", "not_a_price"),
        (cells.price, "1.20.000", "not_a_price"),
        (cells.price, "-5", "not_a_price"),
        (cells.mac, "00:11:22:33:44", "not_a_mac"),
        (cells.mac, "gg:11:22:33:44:55", "not_a_mac"),
        (cells.day, "2026-12-31", "not_a_date"),
        (cells.day, "31/02/2026", "not_a_date"),
        (cells.day, "12/31/2026", "not_a_date"),
        (cells.day, "31/12/26", "not_a_date"),
        (cells.host, "192.168.1.300", "not_a_host"),
        (cells.host, "http://192.168.1.64", "not_a_host"),
        (cells.host, "192.168.1.64:80", "not_a_host"),
        (cells.host, "admin:secret@cam", "not_a_host"),
        (cells.networks, "192.168.1.5/24", "not_a_network"),
        (cells.stream_path, "rtsp://u:p@h/x", "not_a_path"),
        (cells.stream_path, "/user=a&password=b@h", "not_a_path"),
        (cells.stream_path, "/user=admin&password=s3cret&channel=1&stream=0.sdp?", "password_in_path"),
        (cells.stream_path, "/user=admin_password=s3cret_channel=1_stream=0.sdp", "password_in_path"),
        (cells.channel_of, "DG-01", "unknown_channel"),
        (cells.one_of(SCOPES), "maybe", "not_in_list"),
        (cells.whole(0, 359), "360", "out_of_range"),
        (cells.whole(0, 359), "-1", "not_a_number"),
        (cells.above_zero(100), "0", "out_of_range"),
        (cells.text(3), "abcd", "too_long"),
        (cells.email, "a@b", "not_an_email"),
        (cells.phone, "không có", "not_a_number"),
    ],
)
def test_a_cell_that_is_no_value_is_named(read, cell, kind):
    """Each with its own kind of mistake, and words in both languages that can be filled in."""
    with pytest.raises(WrongCell) as caught:
        read(cell)
    assert caught.value.kind == kind
    for texts in (KINDS[kind].what, KINDS[kind].remedy):
        assert all(texts[language].format(**caught.value.values) for language in ("vi", "en"))


@pytest.mark.parametrize("column", [c for columns in FILES.values() for c in columns.values()], ids=lambda c: c.field)
@given(cell=st.text(min_size=1, max_size=60))
def test_no_cell_raises_anything_else(column, cell):
    """Whatever stands in a cell: a value or a mistake."""
    with suppress(WrongCell):
        column.read(cell)
