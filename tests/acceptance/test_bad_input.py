"""Proof: bad input ends in a clear error that says what to do, the right exit status, and no traceback."""

import json
import socket
import threading
from contextlib import contextmanager

import pytest

from probes.simulator import running
from probes.simulator.presets import good_h264
from tests.acceptance.command import inspect


def _plain(result):
    assert "Traceback" not in result.out + result.err
    return result


def _with_fault(folder, fault):
    """`inspect` of a camera with one fault; short limits, so that slow servers do not make slow tests."""
    quick = {"CAMERA_REGISTRY_PROBE__READ_S": "2", "CAMERA_REGISTRY_PROBE__DEADLINE_S": "8"}
    with running(good_h264(faults=frozenset({fault}))) as (camera,):
        address = f"{camera.host}:{camera.onvif_port}"
        result = inspect(folder, address, "--json", password=camera.spec.password, environment=quick)
        stream = inspect(folder, camera.rtsp_url("main"), "--json", password=camera.spec.password, environment=quick)
    return _plain(result), _plain(stream)


def _kinds(result):
    return {f["kind"] for f in result.json["failures"]}


@contextmanager
def _server(answer):
    """A port that answers every connection with `answer` and closes it; its number."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    try:
                        connection.recv(65536)
                        connection.sendall(answer)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_broken_settings_say_file_and_line(tmp_path):
    """TOML that cannot be read names the file and where in it; exit 2."""
    (tmp_path / "config.toml").write_text("language = vi\n")
    result = _plain(inspect(tmp_path, "127.0.0.1"))
    assert result.status == 2
    assert "config.toml" in result.err
    assert "line 1" in result.err


def test_unknown_and_wrong_settings_are_all_listed_without_their_values(tmp_path):
    """Every misspelt key and every value out of range is named, in the file and in the environment; exit 2."""
    (tmp_path / "config.toml").write_text('langauge = "hush-hush"\n[probe]\nsample_s = 0\npictures = true\n')
    result = _plain(inspect(tmp_path, "127.0.0.1", environment={"CAMERA_REGISTRY_PROB__SAMPLE_S": "4"}))
    assert result.status == 2
    for named in ("langauge", "probe.sample_s", "probe.pictures", "CAMERA_REGISTRY_PROB__SAMPLE_S"):
        assert named in result.err
    assert "hush-hush" not in result.err


def test_a_settings_file_that_is_not_there_is_said(tmp_path):
    """A file that was named and does not exist is an error, not silently the defaults."""
    result = _plain(inspect(tmp_path, "127.0.0.1", environment={"CAMERA_REGISTRY_CONFIG": "missing.toml"}))
    assert result.status == 2
    assert "missing.toml: no such file" in result.err


BAD_EDITION = """
id = "bad"
version = "1"
title = { vi = "Thử", en = "Test" }
issuer = "nobody"
date = "2026-01-01"

[[rule]]
id = "first"
title = { vi = "Một", en = "One" }
subject = "stream"
decides = true
level = "recommended"
severity = "high"
expect = { fact = "measured.colour", is = "red" }
why = { vi = "x", en = "x" }
fix = "reconfigure"
fix_text = { vi = "x", en = "x" }
source = { document = "x", state = "P" }

[[rule]]
id = "first"
title = { vi = "Hai", en = "Two" }
subject = "stream"
decides = "yes"
severity = "high"
expect = { fact = "measured.fps", at_leest = 15 }
why = { vi = "x", en = "x" }
fix_text = { vi = "x", en = "x" }
"""


def test_an_edition_with_several_mistakes_lists_all_of_them(tmp_path):
    """Unknown fact and operator, missing level and source, a quote that is missing, an id used twice: all at once."""
    (tmp_path / "bad.toml").write_text(BAD_EDITION, encoding="utf-8")
    result = _plain(inspect(tmp_path, "127.0.0.1", "--standard", "bad.toml"))
    assert result.status == 2
    assert result.err.count("bad.toml") >= 6
    for named in ("measured.colour", "at_leest", "level", "source", "quote", "decides"):
        assert named in result.err
    assert "twice" in result.err


def test_an_unknown_standard_names_those_there_are(tmp_path):
    """A misspelt standard is answered with the list of editions."""
    result = _plain(inspect(tmp_path, "127.0.0.1", "--standard", "hcmc-3289"))
    assert result.status == 2
    assert "hcmc-3288" in result.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rtsp://admin:secret@127.0.0.1/x"], "--password-file"),
        (["ftp://127.0.0.1/x"], "rtsp://"),
        (["127.0.0.1:99999"], "Port out of range"),
        (["127.0.0.1/stream"], "rtsp://"),
        (["127.0.0.1", "--username", "u"], "--password-file"),
        (["127.0.0.1", "--password-file", "f"], "--username"),
        (["127.0.0.1", "--username", "u", "--password-file", "missing"], "No such file"),
        (["127.0.0.1", "--role", "main"], "rtsp://"),
        (["127.0.0.1", "--seconds", "0"], "1 to 120"),
        (["127.0.0.1", "--rtsp-port", "0"], "1 to 65535"),
        ([""], "HOST[:PORT]"),
    ],
)
def test_wrong_usage_says_what_to_write(tmp_path, arguments, words):
    """Wrong arguments end with status 2 and a hint; a password in an address is not repeated."""
    result = _plain(inspect(tmp_path, *arguments))
    assert result.status == 2
    assert words in result.err
    assert "secret" not in result.err


def test_an_unreachable_host_is_unverified_and_says_so(tmp_path):
    """A closed port is `refused_connection`, a name that does not exist is `unreachable`; both exit 3, never 1."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    closed = _plain(inspect(tmp_path, f"127.0.0.1:{port}", "--json"))
    nowhere = _plain(inspect(tmp_path, "no-such-host.invalid", "--json"))
    assert (closed.status, nowhere.status) == (3, 3)
    assert _kinds(closed) == {"refused_connection"}
    assert _kinds(nowhere) == {"unreachable"}
    words = _plain(inspect(tmp_path, f"127.0.0.1:{port}", "--lang", "vi"))
    assert "cổng" in words.out


@pytest.mark.parametrize("fault", ["garbage", "drip_headers", "silent"])
def test_a_server_that_talks_nonsense_or_never_finishes_is_unverified(tmp_path, fault):
    """Garbage is `malformed_reply`, dripped headers and silence are `timeout`, over ONVIF and RTSP alike; exit 3."""
    expected = "malformed_reply" if fault == "garbage" else "timeout"
    for result in _with_fault(tmp_path, fault):
        assert result.status == 3
        assert expected in _kinds(result)


def test_a_web_server_that_is_no_camera_is_a_definite_answer(tmp_path):
    """A page instead of ONVIF is `not_onvif`: the rule that ONVIF answers fails, which is exit 1 by the contract."""
    with running(good_h264(faults=frozenset({"html_404"}))) as (camera,):
        result = _plain(inspect(tmp_path, f"{camera.host}:{camera.onvif_port}", "--json"))
    assert result.status == 1
    assert "not_onvif" in _kinds(result)
    failed = {f["rule"] for f in result.json["device"]["findings"] if f["outcome"] == "fail"}
    assert failed == {"onvif-answers"}


@pytest.mark.parametrize(
    "answer",
    [b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", b"220 mail.example ESMTP\r\n", b"\x16\x03\x01\x02\x00" * 40, b""],
    ids=["ssh", "smtp", "tls", "nothing"],
)
def test_a_port_that_is_no_camera_gives_a_typed_failure(tmp_path, answer):
    """Another protocol at the port, over ONVIF and over RTSP: exit 3 or 1, a typed failure, nothing passes."""
    with _server(answer) as port:
        onvif = _plain(inspect(tmp_path, f"127.0.0.1:{port}", "--json"))
        rtsp = _plain(inspect(tmp_path, f"rtsp://127.0.0.1:{port}/x", "--json"))
    assert _kinds(onvif) <= {"malformed_reply", "not_onvif"}
    assert "malformed_reply" in _kinds(rtsp)
    assert rtsp.status == 3
    for result in (onvif, rtsp):
        findings = [*result.json["device"]["findings"], *(f for c in result.json["channels"] for f in c["findings"])]
        assert not [f for f in findings if f["outcome"] == "pass"]
        assert json.dumps(result.json)
