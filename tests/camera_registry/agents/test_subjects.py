"""Subjects: a code is one word of a subject, and an agent may do exactly what stands here."""

import pytest

from camera_registry.agents import subjects
from camera_registry.agents.subjects import CodeError


def test_an_agent_may_do_exactly_this():
    """Written out, so that one more right is seen here."""
    allowed = subjects.permissions("THCS-1")
    assert allowed.publish == (
        "$JS.API.CONSUMER.MSG.NEXT.WORK.agent-THCS-1",
        "$JS.ACK.WORK.agent-THCS-1.>",
        "results.THCS-1",
    )
    assert allowed.subscribe == ("_INBOX.THCS-1.>",)


@pytest.mark.parametrize("text", ["", "a.b", "a b", "*", ">", "a>", "ă", "a\n", "a" * 41, "a\0", '"'])
def test_what_is_no_word_of_a_subject_is_no_code(text):
    """Else an agent named `>` might hear all; everything that takes a code says so."""
    for use in (subjects.code, subjects.work, subjects.results, subjects.consumer, subjects.inbox):
        with pytest.raises(CodeError, match="no code of an agent: use 1 to 40 letters"):
            use(text)


def test_no_agent_has_the_inbox_of_the_registry():
    """Whatever its code: that inbox begins otherwise than every inbox of agents."""
    begins = subjects.inbox("x").removesuffix("x")
    assert not subjects.REGISTRY_INBOX.startswith(begins)
    assert not begins.startswith(subjects.REGISTRY_INBOX)
