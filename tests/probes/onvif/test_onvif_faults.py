"""What a reply means: subcode first, status second, words last."""

from __future__ import annotations

import pytest

from probes.errors import CameraFault, ProbeError
from probes.http import Reply
from probes.onvif.faults import LoginDemanded, NoSoap, answer
from probes.onvif.soap import text
from tests.probes.onvif.onvif_replies import INFORMATION, envelope, fault, fault11

CHALLENGE = ("www-authenticate", 'Digest realm="r", nonce="n", qop="auth"')


def error_of(status: int, body: bytes, *headers: tuple[str, str]) -> ProbeError:
    """The error that a reply to GetDeviceInformation means."""
    with pytest.raises(ProbeError) as raised:
        answer(Reply(status, headers, body), "GetDeviceInformation", "onvif.device")
    return raised.value


def demand(status: int, body: bytes, *headers: tuple[str, str]) -> LoginDemanded:
    """The demand for a login that a reply is."""
    error = error_of(status, body, *headers)
    assert isinstance(error, LoginDemanded)
    return error


@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_answer_is_an_answer_whatever_the_status(status: int) -> None:
    """Some servers send an answer with the status of a fault."""
    found = answer(Reply(status, (), INFORMATION), "GetDeviceInformation", "onvif.device")
    assert text(found, "Model") == "M-1"


@pytest.mark.parametrize("status", [200, 400, 401, 403, 500])
@pytest.mark.parametrize("subcode", ["ter:NotAuthorized", "NotAuthorized", "wsse:FailedAuthentication"])
def test_the_subcode_decides_before_the_status(status: int, subcode: str) -> None:
    """NotAuthorized comes with 200, 400, 401 and 500."""
    assert demand(status, fault(subcode, "")).takes_token


@pytest.mark.parametrize(
    "words",
    [
        "The action requested requires authorization and the sender is not authorized",
        "Authority failure",
        "Not authorized",
        "Wsse authorized time check failed",
        "Unauthorized",
    ],
)
def test_the_words_decide_when_there_is_no_subcode(words: str) -> None:
    """Texts of five makers."""
    assert demand(400, fault("", words)).takes_token
    assert demand(500, fault11(reason=words)).takes_token


def test_a_web_page_with_401_is_a_demand_for_http_login_only() -> None:
    """Hikvision set to Digest answers with a page: a UsernameToken would not be read there."""
    found = demand(401, b"<html>Unauthorized</html>", CHALLENGE)
    assert [c.name for c in found.challenges] == ["digest-md5"]
    assert not found.takes_token


def test_a_bare_401_without_a_challenge_takes_a_token() -> None:
    """There is nothing else to answer with."""
    assert demand(401, b"").takes_token


def test_a_fault_with_a_challenge_takes_both() -> None:
    """Digest and UsernameToken are on."""
    found = demand(401, fault(), CHALLENGE)
    assert found.takes_token
    assert found.challenges


@pytest.mark.parametrize(
    ("words", "locked", "counting"),
    [
        ("The user is locked. Please try again after 1800 seconds.", True, False),
        ("Account lock", True, False),
        ("You still have 5 attempt(s)", False, True),
        ("2 attempts left", False, True),
        ("Sender not Authorized", False, False),
        ("Wsse authorized time check failed: clock is 90 s off", False, False),
    ],
)
def test_a_device_that_counts_or_has_locked_is_heard(words: str, locked: bool, counting: bool) -> None:
    """In a fault and in a page."""
    found = demand(400, fault("ter:NotAuthorized", words))
    assert (found.locked, found.counting) == (locked, counting)
    page = demand(401, f"<html><style>inline-block</style>{words}</html>".encode(), CHALLENGE)
    assert (page.locked, page.counting) == (locked, counting)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, fault("ter:ActionNotSupported", ""), "unsupported"),
        (500, fault("", "Optional Action Not Implemented", "s:Receiver"), "unsupported"),
        (500, fault("ter:OperationProhibited", ""), "not_permitted"),
        (500, fault("ter:NoProfile", "no such profile"), "malformed_reply"),
        (503, b"", "busy"),
        (200, b"", "malformed_reply"),
        (200, envelope("<tds:GetServicesResponse/>"), "malformed_reply"),
    ],
)
def test_other_replies_have_their_kind(status: int, body: bytes, kind: str) -> None:
    """`unsupported` is never `down`, and an answer to another question is no answer."""
    error = error_of(status, body)
    assert isinstance(error, CameraFault)
    assert error.kind == kind


@pytest.mark.parametrize(
    ("status", "body", "clearly"),
    [
        (404, b"", True),
        (405, b"no", True),
        (501, b"", True),
        (200, b"<html>Login</html>", True),
        (302, b"", True),
        (200, b"hello", False),
        (500, b"", False),
        (400, b"", False),
    ],
)
def test_it_is_told_whether_there_is_clearly_no_service(status: int, body: bytes, clearly: bool) -> None:
    """Only a clear no may later count as `not_onvif`."""
    error = error_of(status, body, ("location", "https://192.0.2.1/"))
    assert isinstance(error, NoSoap)
    assert error.clearly is clearly
