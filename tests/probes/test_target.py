"""Targets: what a person types, and what travels to a worker."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.login import LoginState
from probes.outgoing import Networks
from probes.target import ONVIF_PATH, Address, Credential, Limits, Need, Remembered, Target, TargetError, parse_address

LOGIN = Credential("v1", "admin", "s3cret", ("rtsp",))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.5", Address("host", "10.0.0.5")),
        (" cam-1.local ", Address("host", "cam-1.local")),
        ("10.0.0.5:8899", Address("host", "10.0.0.5", onvif_port=8899)),
        ("fe80::1", Address("host", "fe80::1")),
        ("[fe80::1]:2020", Address("host", "fe80::1", onvif_port=2020)),
        ("http://10.0.0.5", Address("onvif", "10.0.0.5")),
        ("http://10.0.0.5:8000/onvif/x?a=1", Address("onvif", "10.0.0.5", onvif_port=8000, onvif_path="/onvif/x?a=1")),
        ("https://cam/", Address("onvif", "cam", "https", 443, ONVIF_PATH)),
        ("rtsp://10.0.0.5/live", Address("rtsp", "10.0.0.5", stream_path="/live")),
        ("RTSP://10.0.0.5", Address("rtsp", "10.0.0.5", stream_path="/")),
        ("rtsp://[::1]:8554/a?b=c", Address("rtsp", "::1", rtsp_port=8554, stream_path="/a?b=c")),
        ("rtsps://cam/1", Address("rtsp", "cam", rtsp_scheme="rtsps", stream_path="/1")),
        ("rtsp://cam/mail@home", Address("rtsp", "cam", stream_path="/mail@home")),
        (
            "rtsp://cam/user=admin&password=&channel=1&stream=0.sdp?",
            Address("rtsp", "cam", stream_path="/user=admin&password=&channel=1&stream=0.sdp?"),
        ),
    ],
)
def test_what_a_person_types_is_read(text, address):
    """A host, an ONVIF address or a stream; ports and paths as given, the usual ones where not."""
    assert parse_address(text) == address


def test_a_registered_rtsp_port_stands_unless_the_address_has_one():
    """`--rtsp-port` is for every kind of address, but a port in an rtsp:// address is nearer."""
    assert parse_address("10.0.0.5", 8554).rtsp_port == 8554
    assert parse_address("http://10.0.0.5", 8554).rtsp_port == 8554
    assert parse_address("rtsp://10.0.0.5/1", 8554).rtsp_port == 8554
    assert parse_address("rtsp://10.0.0.5:10554/1", 8554).rtsp_port == 10554


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the target is empty"),
        ("  ", "the target is empty"),
        ("rtsp://", "has no host"),
        ("my camera", "has no host"),
        ("cam\x00", "has no host"),
        (":80", "has no host"),
        ("cam:0", "port 0 is no port"),
        ("cam:99999", "is no address"),
        ("cam:abc", "is no address"),
        ("http://[::1", "is no address"),
        ("cam/live", "write http:// or rtsp:// before"),
        ("ftp://cam/", "ftp:// is not looked at"),
        ("rtsp://cam/live#2", "write %23"),
    ],
)
def test_what_is_no_address_is_an_error_that_says_what_to_write(text, words):
    """One sentence for each mistake (style 19)."""
    with pytest.raises(TargetError, match=words):
        parse_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "admin:s3cret@10.0.0.5",
        "rtsp://admin:s3cret@10.0.0.5/live",
        "http://admin@10.0.0.5",
        "http://@10.0.0.5",
        "rtsp://admin:s3c/ret@10.0.0.5/live",
        "rtsp://admin:12#s3cret@10.0.0.5/live",
        "rtsp://admin:12?s3cret@10.0.0.5/live",
    ],
)
def test_a_login_in_the_address_is_an_error_that_does_not_repeat_it(text):
    """An argument list is seen by every user of the machine; the message shows no part of the password, even where a
    / # or ? in it makes the address fall apart elsewhere.
    """
    with pytest.raises(TargetError, match="holds a login") as caught:
        parse_address(text)
    assert "s3c" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(st.text() | st.text("htps:/@[]?#.0123456789ab ", max_size=30))
def test_no_text_can_break_reading_an_address(text):
    """An address that reads back as itself, or TargetError, and nothing else."""
    try:
        address = parse_address(text)
    except TargetError:
        return
    assert parse_address(address.text()) == address


@pytest.mark.parametrize(
    "text",
    ["10.0.0.5", "10.0.0.5:8899", "[fe80::1]:81", "https://cam:444/x", "rtsp://cam/1", "rtsps://[::1]:555/1?a=b"],
)
def test_an_address_is_written_as_a_person_would(text):
    """`text` is the inverse of reading, without the usual ports."""
    assert parse_address(text).text() == text


def test_the_first_credential_that_may_go_to_a_door_is_used():
    """A credential may be for some doors alone, as with separate ONVIF users (field notes 13)."""
    onvif = Credential("v2", "onvif", "x", ("onvif",))
    every = Credential("v3", "any", "x")
    target = Target("d1", Address("host", "cam"), (LOGIN, onvif, every))
    assert target.credential("rtsp") is LOGIN
    assert target.credential("onvif") is onvif
    assert target.credential("https") is every
    assert Target("d1", Address("host", "cam"), (LOGIN,)).credential("onvif") is None


def test_a_password_does_not_stand_in_the_text_of_a_credential():
    """A target that is printed, or stands in a traceback, shows no password."""
    assert "s3cret" not in repr(Target("d1", Address("host", "cam"), (LOGIN,)))


def test_a_version_that_was_never_used_has_unknown_doors():
    """A changed password is a new version, and so begins anew."""
    remembered = Remembered().with_login("v1", LoginState().refused_at("rtsp"))
    assert remembered.login("v1").rtsp == "refused"
    assert remembered.login("v2") == LoginState()


def test_a_target_comes_back_from_json_as_it_went():
    """Everything travels to a worker and back, through text."""
    target = Target(
        "d1",
        parse_address("rtsp://[::1]:8554/a?b=c"),
        (LOGIN, Credential("v2", "ngân", "mật khẩu", basic_in_clear=True)),
        Remembered(
            {"v1": LoginState("good", "refused", "withheld", zone_try_used=True)},
            {"rtsp": "digest-md5"},
            {"443": "ab" * 32},
            "/onvif/x",
            "utc",
            2,
            {"1": {"hash": [1, 2]}},
        ),
        (Need("measured.fps", (14.0,), 4.0, 20, 300),),
        Limits(deadline_s=5, picture=False),
        "sub",
        networks=Networks(("10.0.0.0/8",), ("10.1.0.0/24",), loopback=True),
    )
    assert Target.from_json(json.loads(json.dumps(target.to_json()))) == target


@pytest.mark.parametrize("broken", [{}, {"key": "d1"}, {"key": "d1", "remembered": {"logins": {}}, "address": {}}])
def test_json_that_is_no_target_is_refused(broken):
    """KeyError or TypeError, which the caller translates; never a half-made target."""
    with pytest.raises((KeyError, TypeError)):
        Target.from_json(broken)
