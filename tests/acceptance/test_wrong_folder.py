"""Proof: who asks in a folder where no registry is gets no answer out of an empty one, and nothing is made."""

import pytest

from tests.acceptance.command import run


@pytest.mark.parametrize(
    "words",
    [("user", "list"), ("user", "reset", "lan.nt"), ("user", "close", "lan.nt"), ("audit", "verify"),
     ("erase", "0790123", "--dry-run"), ("key", "rotate"), ("agents", "list"), ("backup",),
     ("probe", "--school", "0790123"), ("credential", "--forget-unreadable")],
)  # fmt: skip
def test_where_no_registry_is_that_is_said_and_none_is_made(tmp_path, words):
    """“The log has no entry” and “no school has this code” would be believed: exit status 2, and how to name the right
    one.
    """
    done = run(tmp_path, *words)
    assert (done.status, "there is no registry yet; name its settings with --config" in done.err) == (2, True), done
    assert not (tmp_path / "var").exists()
