"""What a look learns of how a device keeps others out, and of what ONVIF asks of its streams: over real sockets."""

from __future__ import annotations

import asyncio
from contextlib import closing
from dataclasses import replace
from socket import create_server

import pytest

from probes import open_ports
from probes.facts import Observation, StepReply
from probes.rtsp.looks import methods_known
from probes.run import look
from probes.simulator import CameraSpec, presets, running
from probes.target import Address, Credential, Limits, Need, Target
from probes.visit import Visit
from tests.probes.onvif.onvif_replies import envelope
from tests.probes.onvif.scripted_camera import OPEN, Said, look_at

LIMITS = Limits(connect_s=2.0, read_s=5.0, picture=False)
SHORT = (Need("measured.seconds", seconds=1.2),)


def seen(spec: CameraSpec, *, password: str | None = None, limits: Limits = LIMITS) -> Observation:
    """One whole look at a simulated camera, by its ONVIF address."""
    with running(spec) as (camera,):
        scheme = "https" if "onvif" in spec.tls else "http"
        address = Address("onvif", camera.host, scheme, camera.onvif_port, rtsp_port=camera.rtsp_port)
        credential = Credential("v1", spec.username, password or spec.password)
        return asyncio.run(look(Target("k", address, (credential,), needs=SHORT, limits=limits)))


def missing(observation: Observation) -> dict[str, str]:
    """The kind of failure of each path that could not be had."""
    return {fact: f.kind for f in observation.failures for fact in f.facts}


def test_a_camera_that_tells_everything() -> None:
    """Clock without login, scopes, profiles, address, HTTPS, password rules, methods and sender reports."""
    observation = seen(presets.good_h264())
    device, main = observation.device, observation.channels[0].streams[0]
    assert observation.failures == ()
    assert device.clock is not None
    assert device.clock.without_login is True
    assert device.onvif is not None
    assert (device.onvif.media_profiles, device.onvif.scopes) == (
        2,
        ("hardware", "location", "name", "profile", "type"),
    )
    security = device.security
    assert security is not None
    assert (security.https, security.rtsps, security.firmware_told, security.tls_version) == (False, False, True, None)
    rules = security.password_length, security.password_uppercase, security.password_digits, security.password_special
    assert rules == (8, 1, 1, 1)
    assert (security.telnet_open, security.ftp_open) == (None, None)
    assert main.info is not None
    assert main.info.address_octets == len(main.uri or "")
    assert main.rtsp is not None
    assert (main.rtsp.methods, main.rtsp.sender_reports, main.rtsp.udp) == (True, True, None)


def test_the_two_questions_cost_no_connection_and_no_further_try() -> None:
    """One connection to ONVIF, one to the streams; one try at each door."""
    ledger = seen(presets.good_h264()).ledger
    assert (ledger.connections, ledger.tries, ledger.refusals) == (2, 2, 0)


def test_tls_is_seen_where_it_is_used() -> None:
    """HTTPS and RTSPS were used, and the older version of TLS is the one that is told."""
    security = seen(presets.good_h264(tls=("onvif", "rtsp"), tls_newest="1.2")).device.security
    assert security is not None
    assert (security.https, security.rtsps, security.tls_version) == (True, True, "TLSv1.2")


def test_password_rules_that_are_not_told_are_a_definite_answer() -> None:
    """The fault ActionNotSupported; nothing else is missing."""
    observation = seen(presets.good_h264(password_rules=None))
    assert missing(observation) == {
        f"security.password_{name}": "unsupported" for name in ("length", "uppercase", "digits", "special")
    }
    assert observation.channels[0].streams[0].measured is not None


def test_a_viewer_account_marks_the_question_and_never_the_login() -> None:
    """What a viewer may not ask is not permitted; the login stays good, and the streams are measured."""
    observation = seen(presets.good_h264(faults=frozenset({"viewer_only"})))
    lacking = missing(observation)
    assert lacking["security.password_length"] == lacking["security.https"] == "not_permitted"
    assert observation.remembered.login("v1").onvif == "good"
    assert observation.ledger.refusals == 0
    assert observation.channels[0].streams[0].measured is not None


def test_what_a_camera_does_not_say_is_no_guess() -> None:
    """No firmware, no scope of hardware or name; and nothing at all of streams over TLS."""
    device = seen(presets.good_h264(faults=frozenset({"says_little"}))).device
    assert device.security is not None
    assert (device.security.firmware_told, device.security.rtsps) == (False, None)
    assert device.onvif is not None
    assert device.onvif.scopes == ("location", "profile", "type")


def test_a_clock_behind_a_login_is_told_apart() -> None:
    """With the login the offset is known; with a wrong one it is not, and that the clock was withheld still is."""
    hidden = presets.good_h264(faults=frozenset({"clock_wants_login"}))
    clock = seen(hidden).device.clock
    assert clock is not None
    assert clock.without_login is False
    assert clock.offset_s == pytest.approx(0, abs=2)
    observation = seen(hidden, password="wrong:1")
    assert observation.device.clock is not None
    assert (observation.device.clock.without_login, observation.device.clock.offset_s) == (False, None)
    assert missing(observation)["clock.offset_s"] == "auth_refused"


def test_a_refused_login_leaves_the_security_side_unknown() -> None:
    """Nothing is asked after the refusal, and every path says why."""
    lacking = missing(seen(presets.good_h264(), password="wrong:1"))
    for name in ("https", "rtsps", "firmware_told", "password_length"):
        assert lacking[f"security.{name}"] == "auth_refused"


def test_an_answer_with_half_of_the_rules_tells_that_half() -> None:
    """MinLen alone: the others are missing, not zero."""
    reply = "<tds:GetPasswordComplexityConfigurationResponse><tds:MinLen>10</tds:MinLen></tds:GetPasswordComplexityConfigurationResponse>"  # noqa: E501  (one reply)
    found, visit, _ = look_at({**OPEN, "GetPasswordComplexityConfiguration": Said(envelope(reply))})
    security = found.device.security
    assert security is not None
    assert (security.password_length, security.password_digits) == (10, None)
    assert {p: f.kind for f in visit.failures for p in f.facts}["security.password_digits"] == "malformed_reply"


@pytest.mark.parametrize(
    ("protocols", "https"),
    [
        ((("HTTP", "true"), ("HTTPS", "true")), True),
        ((("HTTP", "true"), ("HTTPS", "false")), False),
        ((("http", "1"), ("https", "1")), True),
        ((("HTTP", "true"),), False),
        ((), None),
    ],
)
def test_https_is_what_the_protocols_say(protocols: tuple[tuple[str, str], ...], https: bool | None) -> None:
    """Listed and enabled; an empty list says nothing."""
    each = "".join(
        f"<tds:NetworkProtocols><tt:Name>{name}</tt:Name><tt:Enabled>{on}</tt:Enabled><tt:Port>1</tt:Port>"
        "</tds:NetworkProtocols>"
        for name, on in protocols
    )
    reply = Said(envelope(f"<tds:GetNetworkProtocolsResponse>{each}</tds:GetNetworkProtocolsResponse>"))
    security = look_at({**OPEN, "GetNetworkProtocols": reply})[0].device.security
    assert security is not None
    assert security.https is https


@pytest.mark.parametrize(
    ("statuses", "known"),
    [
        ({"options": 200, "describe": 200, "setup": 200, "play": 200, "teardown": 200}, True),
        ({"options": 401, "describe": 200, "setup": 200, "play": 200, "teardown": 200}, True),
        ({"options": 501, "describe": 200, "setup": 200, "play": 200, "teardown": 200}, False),
        ({"options": 200, "describe": 200, "setup": 405}, False),
        ({"options": 200, "describe": 404}, None),
        ({"options": 200, "describe": 200, "setup": 200, "play": 200, "teardown": None}, None),
        ({}, None),
    ],
)
def test_a_method_is_unknown_to_a_camera_only_when_it_says_so(
    statuses: dict[str, int | None], known: bool | None
) -> None:
    """405 and 501; every other refusal says nothing of the method."""
    steps = {name: StepReply(status, 1.0) for name, status in statuses.items()}
    assert methods_known(steps) is known


def test_rtp_over_udp_is_known_where_it_was_tried() -> None:
    """A camera that refuses TCP; behind a firewall nothing is known."""
    faults: frozenset = frozenset({"no_interleaved"})
    stream = seen(presets.good_h264(faults=faults)).channels[0].streams[0]
    assert stream.rtsp is not None
    assert (stream.rtsp.interleaved, stream.rtsp.udp) == (False, True)


def test_open_ports_are_looked_at_only_when_wanted() -> None:
    """Off by default; when wanted, a closed port is closed, and an unreachable device costs nothing more."""
    wanted = replace(LIMITS, open_ports=True)
    security = seen(presets.good_h264(), limits=wanted).device.security
    assert security is not None
    assert (security.telnet_open, security.ftp_open) == (False, False)


def test_an_open_port_is_seen_and_counted() -> None:
    """One connection, closed at once; the port beside it is closed."""
    with closing(create_server(("127.0.0.1", 0))) as server, closing(create_server(("127.0.0.1", 0))) as gone:
        taken, free = server.getsockname()[1], gone.getsockname()[1]
        gone.close()
        visit = Visit(Target("k", Address("host", "127.0.0.1"), limits=LIMITS))
        found = asyncio.run(open_ports.look(visit, {"telnet_open": taken, "ftp_open": free}))
        server.settimeout(5)
        line, _ = server.accept()
        with closing(line):
            assert line.recv(1) == b""
    assert found == {"telnet_open": True, "ftp_open": False}
    assert visit.ledger.connections == 1
    assert visit.failures == []
