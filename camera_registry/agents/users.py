"""Users: what the broker is told of who may connect, as the text that its configuration includes. Pure.

Strategy: permissions hold what a user publishes, and not where it has an answer sent: JetStream itself says that there
is no work, with nothing in it, at whatever subject the request named, be it the one that deletes a stream. So agents
have an account of their own, in which there is of JetStream only what they may ask for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from camera_registry.agents.subjects import (
    ALL_ASKING,
    ALL_DONE,
    ALL_RESULTS,
    Permissions,
    permissions,
    permissions_of_the_registry,
)
from probes.told import ToldError

LENT = (ALL_ASKING, ALL_DONE, ALL_RESULTS)
"""What agents have of the account of the registry; which of it each may use, its permissions say."""
_PUBLIC = re.compile(r"U[A-Z2-7]{55}", re.ASCII)


class UserError(ToldError, ValueError):
    """A user cannot be written; the text says which, and what is wrong."""


def users_file(agents: Iterable[tuple[str, str]], server_public_nkey: str) -> str:
    """The users: the registry, and each agent by its code and public key, with exactly what it may do. Who is not
    here cannot connect. The same agents give the same text. Raises UserError, CodeError.
    """
    registry = _user("the registry", server_public_nkey, permissions_of_the_registry())
    users = [_user(code, public, permissions(code)) for code, public in sorted(agents)]
    lent = ", ".join(f'{{ service: "{each}"{", response_type: Stream" * (each == ALL_ASKING)} }}' for each in LENT)
    taken = ", ".join(f'{{ service: {{ account: REGISTRY, subject: "{each}" }} }}' for each in LENT)
    return "\n".join([
        "accounts {",
        f"  REGISTRY: {{ jetstream: enabled, users: [ {registry} ], exports: [ {lent} ] }}",
        f"  AGENTS: {{ imports: [ {taken} ], users: [",
        *(f"    {user}" for user in users),
        "  ] }",
        "}",
        "",
    ])  # fmt: skip


def _user(name: str, public: str, allowed: Permissions) -> str:
    if not _PUBLIC.fullmatch(public):
        raise UserError(f"the public key of {name} is none of a user: it has 56 letters and begins with U")
    publish, subscribe = (f"{{ allow: {json.dumps(list(each))} }}" for each in (allowed.publish, allowed.subscribe))
    return f"{{ nkey: {public}, permissions: {{ publish: {publish}, subscribe: {subscribe} }} }}"
