"""Proof: what a person may buy with a word, counted at the camera: one try each, kept through workers and restarts."""

import pytest

from camera_registry.database import reading
from camera_registry.store import credentials
from probes.simulator import running
from tests.acceptance.command import run
from tests.acceptance.field.login_looks import small
from tests.acceptance.fleet import TYPED, Fleet

WHICH = "0790001/IP-00"

pytestmark = pytest.mark.timeout(300)  # each test starts a worker for every look


@pytest.fixture
def fleet(tmp_path):
    """A registry of its own."""
    made = Fleet(tmp_path)
    yield made
    made.close()


def _swept(fleet):
    """A sweep over the one device is over, by a worker that then ends."""
    assert "Traceback" not in fleet.work_until_over(fleet.ask())


def _credential(fleet, *words):
    done = run(fleet.folder, "credential", WHICH, *words, environment=fleet.environment)
    assert (done.status, done.err) == (0, "")


def _doors(fleet):
    with reading(fleet.engine) as session:
        states = credentials.login_states(session, fleet.devices[0])
        return [(s.onvif, s.rtsp) for s in states.values()]


def test_a_login_of_the_stream_and_one_of_onvif_are_found_with_one_refusal(fleet):
    """ONVIF refuses, the stream is withheld; a person says to try there too, and then types the account of ONVIF."""
    with running(small(rtsp_password=TYPED)) as (camera,):
        fleet.register([camera], rtsp_port=camera.rtsp_port)
        for _ in range(2):
            _swept(fleet)
            assert (camera.counters.onvif_refused, camera.counters.rtsp_with_credentials) == (1, 0)
        assert _doors(fleet) == [("refused", "withheld")]
        _credential(fleet, "--try-stream")
        _swept(fleet)
        assert _doors(fleet) == [("refused", "good")]
        (fleet.folder / "onvif.txt").write_text(camera.spec.password, encoding="utf-8")
        _credential(fleet, "--onvif-username", "admin", "--onvif-password-file", "onvif.txt")
        _swept(fleet)
        assert [(onvif, rtsp) for onvif, rtsp in _doors(fleet)] == [("unknown", "good"), ("good", "unknown")]
        assert camera.counters.refused_in_all == 1


@pytest.mark.refusals(2, "a person said to try again, twice; the second time the day was used up")
def test_try_again_buys_one_try_and_a_day_has_two(fleet):
    """Each word costs one request at most, and the third of a day is not sent."""
    with running(small(rtsp_password="yet another")) as (camera,):
        fleet.register([camera])
        seen = []
        for words in (None, "--try-again", None, "--try-again"):
            if words:
                _credential(fleet, words)
            _swept(fleet)
            seen.append(camera.counters.with_credentials)
    assert seen == [1, 2, 2, 2]


def test_where_onvif_gets_no_login_none_is_sent(fleet):
    """`--onvif-account none`: the device is looked at without, and nothing is refused."""
    with running(small(rtsp_password=TYPED)) as (camera,):
        fleet.register([camera])
        _credential(fleet, "--onvif-account", "none")
        _swept(fleet)
        assert camera.counters.with_credentials == 0
