"""Users: the text that the broker reads; that it holds what it says, a real nats-server is asked in `test_bus`."""

import pytest

from camera_registry.agents import nkey
from camera_registry.agents.nkey import NKeyError
from camera_registry.agents.subjects import CodeError
from camera_registry.agents.users import UserError, users_file


def test_the_same_agents_give_the_same_text_in_whatever_order():
    """So that a reload is needed only where something changed; each user is there once."""
    agents = [(f"A{number}", nkey.make()[1]) for number in range(3)]
    server = nkey.make()[1]
    said = users_file(agents, server)
    assert users_file(reversed(agents), server) == said
    assert [said.count(public) for public in (server, *(public for _, public in agents))] == [1, 1, 1, 1]


def test_what_is_no_public_key_or_no_code_is_refused():
    """Nothing that was typed gets into the configuration of the broker but what it can be; a seed is not told."""
    seed, public = nkey.make()
    with pytest.raises(UserError, match="the public key of A1 is none of a user") as caught:
        users_file([("A1", seed)], public)
    assert seed not in str(caught.value)
    with pytest.raises(CodeError):
        users_file([('A", permissions: {} #', public)], public)


@pytest.mark.parametrize("seed", ["", "S", "SU", "nonsense!", "SU" + "A" * 56, "ă", "SAAEL6RG2PXVZN7I6MTHEEFJ3ZRSCCQ"])
def test_a_damaged_seed_is_said_without_it(seed):
    """Whatever stands there instead."""
    with pytest.raises(NKeyError, match="begins with SU"):
        nkey.public_of(seed)
