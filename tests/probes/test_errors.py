"""Kinds of failure, and errors that can be shown: on one line, short, without a secret."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import (
    KINDS,
    CameraFault,
    Failure,
    KindName,
    MalformedReply,
    NetworkFault,
    OurFault,
    ProbeError,
    Step,
    clean_detail,
)

DEFINITE = {"no_such_stream", "unsupported", "not_onvif", "no_media"}


def test_every_kind_has_words_and_advice_in_both_languages():
    """The table is closed, and a person reads what each kind means and what to do (style 16)."""
    assert set(KINDS) == set(get_args(KindName))
    for name, kind in KINDS.items():
        assert kind.name == name
        assert kind.words.keys() == kind.advice.keys() == {"vi", "en"}
        assert all((*kind.words.values(), *kind.advice.values()))


def test_only_definite_answers_are_definite():
    """Design 2.1: these four may fail a rule; every other kind makes a finding unknown."""
    assert {name for name, kind in KINDS.items() if kind.definite} == DEFINITE
    assert Failure("no_media", "rtsp.sample").definite
    assert not Failure("timeout", "rtsp.sample").definite


@pytest.mark.parametrize(
    ("detail", "shown"),
    [
        ("rtsp://admin:12345@10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://admin:p@ss@10.0.0.5:554/live", "rtsp://10.0.0.5:554/live"),
        ("from http://u:p@a/ to rtsp://u:p@b/", "from http://a/ to rtsp://b/"),
        ("rtsp://admin:p/ss@10.0.0.5/live", "rtsp://10.0.0.5/live"),
        ("rtsp://10.0.0.5:8554/mail@home", "rtsp://10.0.0.5:8554/mail@home"),
        ("rtsp://10.0.0.5/mail@home", "rtsp://10.0.0.5/mail@home"),
    ],
)
def test_logins_in_addresses_are_left_out(detail, shown):
    """What stands before the last @ of the authority goes; an @ in the path stays."""
    assert clean_detail(detail) == shown


@pytest.mark.parametrize(
    "detail",
    [
        "404 for /user=admin&password=tlJwpbo6&channel=1&stream=0.sdp?",
        "404 for /user=admin_password=tlJwpbo6_channel=1_stream=0.sdp",
        "404 for /live?usr=admin&pwd=tlJwpbo6",
        "404 for /live?user=admin&Password=tlJwpbo6&x=1",
        "404 for /live?user=admin&pass=tlJwpbo6",
        "404 for /user=admin_psw=tlJwpbo6_channel=1",
        "404 for /live?loginuse=admin&loginpas=tlJwpbo6",
        "404 for /live?authbasic=tlJwpbo6&channel=1",
        "404 for /live?password%3DtlJwpbo6",
    ],
)
def test_a_password_that_xiongmai_cameras_have_in_the_path_is_masked(detail):
    """XM (H264DVR) and their rebrands carry user and password in the path or query of every stream address."""
    shown = clean_detail(detail)
    assert "tlJwpbo6" not in shown
    assert shown.startswith("404 for /")


def test_a_detail_is_one_short_line():
    """Line ends and other signs that cannot be seen become blanks; the end is cut with a mark."""
    assert clean_detail("a\r\n\tb\0\x1b[31mc\u2028d\u202ee  f") == "a b [31mc d e f"
    long = clean_detail("x" * 500)
    assert (len(long), long[-1]) == (200, "…")
    assert clean_detail("Chào bạn") == "Chào bạn"


@given(st.text(st.characters()))
def test_any_detail_can_be_shown_and_stored(text):
    """Whatever a camera says: printable, at most 200 characters, and UTF-8 can hold it."""
    shown = clean_detail(text)
    assert shown.isprintable()
    assert len(shown) <= 200
    shown.encode()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (OurFault("run", "too long"), "our_limit"),
        (MalformedReply("rtsp.describe", "too long"), "malformed_reply"),
        (NetworkFault("timeout", "connect", "too long"), "timeout"),
        (CameraFault("busy", "rtsp.setup", "too long"), "busy"),
    ],
)
def test_every_error_says_step_kind_and_detail(error, kind):
    """The tree is closed under ProbeError, and the text of an error is its three parts."""
    assert isinstance(error, ProbeError)
    assert str(error) == f"{error.step}: {kind}: too long"
    assert error.failure(2, "main") == Failure(kind, error.step, "too long", 2, "main")


def test_an_error_without_detail_says_step_and_kind():
    """Nothing hangs in the air at the end of the text."""
    assert str(NetworkFault("timeout", "connect")) == "connect: timeout"


def test_an_error_never_carries_a_login():
    """The detail is cleaned where the error is made, so also in its text and in the failure."""
    error = CameraFault("busy", "rtsp.setup", "rtsp://admin:secret@host/")
    assert "secret" not in f"{error} {error.detail} {error.failure()}"


@given(
    st.builds(
        Failure,
        st.sampled_from(get_args(KindName)),
        st.sampled_from(get_args(Step)),
        st.text(),
        st.none() | st.integers(1, 64),
        st.none() | st.text(),
        st.lists(st.text()).map(tuple),
    )
)
def test_a_failure_comes_back_from_json_as_it_went(failure):
    """`from_json` is the inverse of `to_json`."""
    assert Failure.from_json(failure.to_json()) == failure
