"""What a reply to an ONVIF request means: the answer, or which failure.

Strategy: pure. The subcode of a fault decides first, then the HTTP status, the words last, because firmwares disagree
on all three: the same refusal comes as 400 with a subcode, as 401 with a web page, or as a sentence.
"""

from __future__ import annotations

import re

from probes.auth import Challenge, parse_challenges
from probes.errors import CameraFault, MalformedReply, Step
from probes.http import Reply
from probes.locks import Lock, read_lock
from probes.onvif.soap import Element, Fault, local, looks_like_html, read

_LOGIN_CODES = frozenset(
    {
        "NotAuthorized",
        "SenderNotAuthorized",
        "NotAuthenticated",
        "Unauthorized",
        "FailedAuthentication",
        "FailedCheck",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "MessageExpired",
    }
)
_UNSUPPORTED_CODES = frozenset({"ActionNotSupported", "OptionalActionNotImplemented", "NotSupported", "UnknownAction"})
_UNSUPPORTED_WORDS = re.compile(r"not (implemented|supported)|unknown (action|method)|no such operation", re.IGNORECASE)
_LOGIN_WORDS = re.compile(
    r"not\s*authori[sz]ed|unauthori[sz]ed|requires authori[sz]ation|authority fail|authori[sz]ed time check"
    r"|authenticat|wrong password|invalid (user|password|credential)",
    re.IGNORECASE,
)
_NOT_A_SERVICE = frozenset({404, 405, 410, 501})
_BUSY = frozenset({429, 503})


class LoginDemanded(CameraFault):
    """The camera does not answer this without (another) login. What it offers, and whether it is counting."""

    def __init__(
        self, step: Step, detail: str, challenges: tuple[Challenge, ...], lock: Lock, *, by_fault: bool, status: int = 0
    ) -> None:
        super().__init__("auth_refused", step, detail)
        self.challenges = challenges
        self.of_the_login = status == 401 and not by_fault
        """The web server itself says 401: about the login, where a fault after a success is about the operation."""
        self.takes_token = by_fault or not challenges
        self.lock = lock
        self.locked = lock.locked
        self.counting = lock.tries_left is not None


class NoSoap(MalformedReply):
    """A reply without an envelope. `clearly`: by status or content it is certain that no ONVIF service is there."""

    def __init__(self, step: Step, detail: str, *, clearly: bool) -> None:
        super().__init__(step, detail)
        self.clearly = clearly


def answer(reply: Reply, operation: str, step: Step) -> Element:
    """The element `<operation>Response` of `reply`.

    Raises LoginDemanded, CameraFault unsupported or busy, NoSoap, or MalformedReply for every other reply.
    """
    try:
        found = read(reply.body, step)
    except MalformedReply as error:
        raise _without_soap(reply, step, error) from None
    if isinstance(found, Fault):
        raise _with_fault(reply, found, operation, step)
    if local(found) != f"{operation}Response":
        raise MalformedReply(step, f"{operation} was answered with {local(found)}")
    return found


def _with_fault(reply: Reply, fault: Fault, operation: str, step: Step) -> CameraFault:
    said, lock = f"{operation}: {fault}", read_lock(fault.text)
    if _LOGIN_CODES.intersection(fault.codes):
        return LoginDemanded(step, said, _challenges(reply), lock, by_fault=True)
    if _UNSUPPORTED_CODES.intersection(fault.codes):
        return CameraFault("unsupported", step, said)
    if "OperationProhibited" in fault.codes:
        return CameraFault("not_permitted", step, said)
    if reply.status in (401, 403) or _LOGIN_WORDS.search(fault.text):
        return LoginDemanded(step, said, _challenges(reply), lock, by_fault=True)
    if lock != Lock():
        return LoginDemanded(step, said, _challenges(reply), lock, by_fault=True)
    if _UNSUPPORTED_WORDS.search(fault.text):
        return CameraFault("unsupported", step, said)
    return MalformedReply(step, f"refused without a known reason: {said}")


def _without_soap(reply: Reply, step: Step, error: MalformedReply) -> CameraFault:
    if reply.status in (401, 403):
        lock = read_lock(reply.body.decode("utf-8", "replace"))
        told = f"HTTP {reply.status} {lock}".strip()
        return LoginDemanded(step, told, _challenges(reply), lock, by_fault=False, status=reply.status)
    said = f"HTTP {reply.status}: {error.detail}"
    if reply.status in _BUSY:
        return CameraFault("busy", step, said)
    if 300 <= reply.status < 400:
        return NoSoap(
            step, f"redirected to {' '.join(reply.all('location'))}; redirects are not followed", clearly=True
        )
    clearly = reply.status in _NOT_A_SERVICE or looks_like_html(reply.body)
    return NoSoap(step, said, clearly=clearly)


def _challenges(reply: Reply) -> tuple[Challenge, ...]:
    return parse_challenges(reply.all("www-authenticate"))
