"""A bundle says what was put into it, and nothing that was changed since."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camera_registry.bundles import document
from camera_registry.bundles.document import LARGEST, read
from camera_registry.bundles.errors import BundleError
from camera_registry.bundles.signing import LaptopKey
from probes.facts import Ledger
from probes.login import LoginState
from probes.target import Address, Remembered
from tests.camera_registry.bundles.packed import HOST, KEY, OTHER_KEY, bundle, heading, look
from tests.standards.sheets import NOW

GOOD = bundle(look(), ("DG-01", "10.0.0.9:8080", look(at=NOW - timedelta(hours=1))))


def _signed(*lines):
    return document.signed(list(lines), NOW, KEY)


def _wrong(content):
    with pytest.raises(BundleError) as caught:
        read(content)
    return caught.value


def test_what_was_put_in_comes_out():
    """School, who, which key, and each look with its device, its address and its own time."""
    found = read(GOOD)
    assert (found.heading.school, found.heading.made_by, found.made_at) == ("0790123", "an", NOW)
    assert [(one.number, one.device, one.address.host) for one in found.looks] == [
        (1, "", HOST),
        (2, "DG-01", "10.0.0.9:8080"),
    ]
    assert found.looks[0].observation == replace(look(), target=HOST)
    assert found.fingerprint == "-".join(found.fingerprint[at : at + 4] for at in range(0, 40, 5))


def test_nothing_that_a_probe_remembers_is_in_it():
    """No login, no certificate, no picture; and no password, wherever a device has told it."""
    remembered = Remembered(
        {"abc": LoginState("good")}, fingerprints={"443": "ff"}, pictures={"1": {"day": "aGlkZGVu"}}
    )
    seen = look(remembered=remembered)
    channel = replace(seen.channels[0], name="pass s3cret/1")
    stream = replace(channel.streams[0], uri="rtsp://10.0.0.9/user=a&password=s3cret%2F1")
    seen = replace(seen, channels=(replace(channel, streams=(stream,)),))
    address = Address("rtsp", "10.0.0.9", stream_path="/user=a&password=s3cret%2F1")
    line = document.look_line("", address, seen, ["s3cret/1", "day"])
    assert b"s3cret" not in line
    assert b"aGlkZGVu" not in line
    assert b"remembered" not in line
    found = read(_signed(document.heading_line(heading()), line)).looks[0].observation
    assert found.remembered == Remembered()
    assert found.channels[0].streams[0].image.light == "day"


@pytest.mark.parametrize("at", range(0, len(GOOD), 211))
def test_a_bundle_of_which_a_byte_was_changed_is_not_read(at):
    """Wherever it stands."""
    changed = bytes((GOOD[at] ^ 1,))
    assert _wrong(GOOD[:at] + changed + GOOD[at + 1 :]).kind in ("changed", "not_a_bundle", "newer")


def test_looks_that_were_left_out_added_or_put_in_another_order_are_seen():
    """The signature is over all of them."""
    lines = GOOD.splitlines(keepends=True)
    for order in ((0, 1, 3, 4), (0, 1, 2, 2, 3, 4), (0, 2, 1, 3, 4)):
        assert _wrong(b"".join(lines[n] for n in order)).kind == "changed"


def test_a_signature_of_another_key_counts_for_nothing():
    """Neither a signature of somebody else, nor the heading of somebody else over one's own."""
    assert _wrong(document.signed([document.heading_line(heading()), document.look_line("", Address("host", HOST), look())], NOW, OTHER_KEY)).kind == "changed"  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"{}\n{}\n{}\n", b"\xff" * 100, b"PK\x03\x04" + bytes(500), GOOD[:-1]]
)
def test_what_is_no_bundle_is_said(content):
    """Another file, or one that was cut off."""
    assert _wrong(content).kind == "not_a_bundle"


def test_a_bundle_of_a_newer_form_says_to_update_the_server():
    """Before its signature is looked at, which may be made otherwise."""
    line = document.heading_line(heading()).replace(b'"schema":1', b'"schema":7')
    wrong = _wrong(line + GOOD.partition(b"\n")[2])
    assert wrong.kind == "newer"
    assert "mẫu 7; máy chủ đọc được đến mẫu 1" in wrong.words["vi"]


def test_a_bundle_without_a_look_and_one_that_is_too_large_are_said():
    """With what to do."""
    assert _wrong(_signed(document.heading_line(heading()))).kind == "empty"
    assert _wrong(bytes(LARGEST + 1)).kind == "too_large"


@pytest.mark.parametrize(
    "seen",
    [
        look(ledger=Ledger(connections=2**40)),
        look(ledger=Ledger(bytes_in=-1)),
        look(at=datetime(2026, 11, 23)),  # noqa: DTZ001  (without a zone)
        replace(look(), channels=(replace(look().channels[0], index=0),)),
        replace(look(), channels=look().channels * 2),
        look({"measured.packets": -5}),
    ],
)
def test_values_that_cannot_be_are_the_looks_fault(seen):
    """Signed as they are, they would not fit where they are kept."""
    assert _wrong(bundle(look(), seen)).kind == "strange"


def test_numbers_that_are_none_are_left_out_on_the_way():
    """A device that says infinity has said nothing."""
    channel = look().channels[0]
    stream = replace(channel.streams[0], declared=replace(channel.streams[0].declared, fps=float("inf")))
    found = read(bundle(replace(look(), channels=(replace(channel, streams=(stream,)),))))
    assert found.looks[0].observation.channels[0].streams[0].declared.fps is None


@settings(max_examples=60, deadline=None, database=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(st.text(), of)
    )
)
def test_whatever_is_signed_is_read_or_refused_in_our_own_words(said):
    """Nothing but a bundle or a BundleError comes of a look that says anything."""
    line = json.dumps({"device": "", "address": said, "observation": said}).encode() + b"\n"
    with pytest.raises(BundleError):
        read(_signed(document.heading_line(heading()), line))


def test_a_key_does_not_show_itself():
    """Its repr is its fingerprint."""
    assert isinstance(KEY, LaptopKey)
    assert bytes(range(32)).hex() not in repr(KEY)
