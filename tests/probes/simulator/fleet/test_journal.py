"""What cameras saw, and what of it was impolite."""

from dataclasses import replace

from probes.simulator.fleet.journal import Seen, impolite

POLITE = Seen("127.16.0.1", "tapo", "well", 3, 9, 1, 2, 1, 1, 1, 1000)


def test_one_session_at_a_time_each_torn_down_and_one_refusal_are_polite():
    """A session that is still open is no fault."""
    assert list(impolite([POLITE])) == []


def test_each_broken_rule_is_a_line():
    """Two sessions at once, one left behind, and a second refusal."""
    rude = [replace(POLITE, sessions_at_once=2), replace(POLITE, torn_down=0), replace(POLITE, refused=2)]
    assert list(impolite(rude)) == [
        "127.16.0.1 (tapo): 2 RTSP sessions at once",
        "127.16.0.1 (tapo): 1 of 2 RTSP sessions ended without TEARDOWN",
        "127.16.0.1 (tapo): 2 refused logins",
    ]
