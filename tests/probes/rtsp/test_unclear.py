"""A login that was good in an earlier visit, at a camera that now gives no clear answers to it."""

import pytest

from probes.login import LoginState
from probes.target import Remembered
from tests.probes.rtsp.scripted_server import SDP, cseq_of, reply
from tests.probes.rtsp.test_client import CHALLENGE, looked

GOOD = Remembered().with_login("1", LoginState(rtsp="good"))
PATHS = [f"/{number}" for number in range(8)]


def _answers(signed):
    """DESCRIBE wants a login, and with one is answered by `signed` (request number from 1), or the line is closed."""
    seen = []

    async def describe(_server, writer, request):
        said = reply(401, "Unauthorized", WWW_Authenticate=CHALLENGE)
        if b"Authorization" in request:
            seen.append(request)
            said = signed(len(seen))
        if said is None:
            writer.close()
            return
        writer.write(said.replace(b"{cseq}", cseq_of(request)))

    return seen, {"DESCRIBE": describe}


@pytest.mark.parametrize(
    "said", [None, reply(400, "Bad Request"), reply(302, "Moved", Location="http://x/")], ids=["closed", "400", "302"]
)
def test_a_good_login_without_clear_answers_is_sent_twice_and_no_more(said):
    """The password may have been changed: a recorder with many streams would count a refusal for each of them."""
    seen, script = _answers(lambda _number: said)
    looked(script, *PATHS, remembered=GOOD, sample=False)
    assert len(seen) == 2


@pytest.mark.parametrize("status", [404, 500, 503])
def test_slots_without_a_camera_do_not_count(status):
    """What the camera says of a path is no word on the login: the channels behind it are looked at."""
    seen, script = _answers(lambda number: reply(status) if number < len(PATHS) else reply(body=SDP))
    looks, *_ = looked(script, *PATHS, remembered=GOOD, sample=False)
    assert len(seen) == len(PATHS)
    assert looks[-1].error is None
