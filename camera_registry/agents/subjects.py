"""Subjects: where orders and results travel, and what an agent may say and hear there. Pure.

Strategy: a subject is a way and proves nothing. Each agent is one user of the broker, with an inbox of its own; the one
of the registry begins otherwise, so no code of an agent leads to it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.told import ToldError

WORK, RESULTS = "WORK", "RESULTS"
"""The streams."""
ALL_WORK, ALL_RESULTS = "work.*", "results.*"
ALL_ASKING, ALL_DONE = f"$JS.API.CONSUMER.MSG.NEXT.{WORK}.*", f"$JS.ACK.{WORK}.>"
"""Where agents ask for work and acknowledge it."""
REGISTRY = "registry"
"""The durable consumer of all results."""
REGISTRY_INBOX = "_REGISTRY"
CODE = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


class CodeError(ToldError, ValueError):
    """What was given is no code of an agent; the text says how to write one."""


@dataclass(frozen=True)
class Permissions:
    """All that one user of the broker may publish and subscribe to; everything else is refused."""

    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def code(text: str) -> str:
    """`text`, when it can be the code of an agent. Raises CodeError."""
    if not CODE.fullmatch(text):
        raise CodeError(f"{text[:60]!r} is no code of an agent: use 1 to 40 letters, digits, - and _")
    return text


def work(agent: str) -> str:
    """Where the orders of this agent travel. Raises CodeError, as do all below."""
    return f"work.{code(agent)}"


def results(agent: str) -> str:
    """Where this agent puts its results."""
    return f"results.{code(agent)}"


def consumer(agent: str) -> str:
    """The durable consumer that gives this agent its orders; made by the server."""
    return f"agent-{code(agent)}"


def inbox(agent: str) -> str:
    """What begins every subject on which this agent is answered."""
    return f"_INBOX.{code(agent)}"


def permissions(agent: str) -> Permissions:
    """To ask its own consumer for work, to acknowledge that work, to put results, and to hear the answers."""
    mine = f"{WORK}.{consumer(agent)}"
    publish = (f"$JS.API.CONSUMER.MSG.NEXT.{mine}", f"$JS.ACK.{mine}.>", results(agent))
    return Permissions(publish, (f"{inbox(agent)}.>",))


def permissions_of_the_registry() -> Permissions:
    """To make streams and consumers, to put orders, and to take results."""
    publish = ("$JS.API.>", f"$JS.ACK.{RESULTS}.{REGISTRY}.>", ALL_WORK)
    return Permissions(publish, (f"{REGISTRY_INBOX}.>",))
