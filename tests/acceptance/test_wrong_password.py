"""Proof: a wrong password costs a camera one request with credentials in all, however it asks for the login."""

import pytest

from probes.simulator import running
from probes.simulator.presets import good_h264
from tests.acceptance.command import PASSWORD, inspect

CAMERAS = {
    "usernametoken": (good_h264(onvif_auth=("usernametoken",)), "host"),
    "http-digest": (good_h264(onvif_auth=("digest",)), "host"),
    "http-digest-sha-256": (good_h264(onvif_auth=("digest",), digest_algorithms=("SHA-256",)), "host"),
    "both": (good_h264(onvif_auth=("usernametoken", "digest")), "host"),
    "onvif-address": (good_h264(onvif_auth=("digest",)), "onvif"),
    "rtsp-digest": (good_h264(), "rtsp"),
    "rtsp-digest-sha-256": (good_h264(digest_algorithms=("SHA-256",)), "rtsp"),
}


@pytest.fixture
def camera(request):
    """A simulated camera that asks for the login in one way, and the address it is looked at by."""
    spec, way = CAMERAS[request.param]
    with running(spec) as (made,):
        addresses = {
            "host": f"{made.host}:{made.onvif_port}",
            "onvif": made.onvif_url,
            "rtsp": made.rtsp_url("main"),
        }
        yield made, addresses[way]


@pytest.mark.refusals(2, "a person said --try-again")
@pytest.mark.parametrize("camera", CAMERAS, indirect=True)
def test_a_wrong_password_is_sent_once_and_then_never_again(camera, tmp_path):
    """One request with credentials, exit 3, `auth_refused`; looking again sends none; no output has the password.

    `--try-again` buys exactly one more.
    """
    made, address = camera
    first = inspect(tmp_path, address, "--json", password=PASSWORD)
    assert (made.counters.with_credentials, made.counters.refused_in_all) == (1, 1)
    assert first.status == 3
    assert "auth_refused" in {f["kind"] for f in first.json["failures"]}
    second = inspect(tmp_path, address, password=PASSWORD)
    assert made.counters.with_credentials == 1
    assert second.status == 3
    third = inspect(tmp_path, address, "--try-again", "--json", "--lang", "en", password=PASSWORD)
    assert made.counters.with_credentials == 2
    for result in (first, second, third):
        assert PASSWORD not in result.out + result.err
    for file in (tmp_path / "state").iterdir():
        assert PASSWORD not in file.read_text(encoding="utf-8")
        assert file.stat().st_mode & 0o077 == 0


def test_without_a_login_no_credential_is_sent(tmp_path):
    """A camera that asks for a login and gets none is unverified, and saw no credential."""
    with running(good_h264()) as (made,):
        result = inspect(tmp_path, f"{made.host}:{made.onvif_port}", "--json")
        assert made.counters.with_credentials == 0
    assert result.status == 3
    assert result.json["device"]["login_required"]["onvif"] is True


def test_the_right_password_is_never_refused(tmp_path):
    """A good login is counted as no refusal at either door, and every session is torn down."""
    with running(good_h264()) as (made,):
        result = inspect(tmp_path, f"{made.host}:{made.onvif_port}", "--json", password=made.spec.password)
        assert made.counters.refused_in_all == 0
        assert made.counters.teardowns == 1
    assert result.status == 0
    assert result.json["verdict"] == "compliant"
