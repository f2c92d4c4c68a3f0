"""Users: what the broker is told of who may connect, as the text that its configuration includes. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from camera_registry.agents.subjects import Permissions, permissions, permissions_of_the_registry
from probes.told import ToldError

_PUBLIC = re.compile(r"U[A-Z2-7]{55}", re.ASCII)


class UserError(ToldError, ValueError):
    """A user cannot be written; the text says which, and what is wrong."""


def users_file(agents: Iterable[tuple[str, str]], server_public_nkey: str) -> str:
    """The users: the registry, and each agent by its code and public key, with exactly what it may do. Who is not
    here cannot connect. The same agents give the same text. Raises UserError, CodeError.
    """
    lines = [_user("the registry", server_public_nkey, permissions_of_the_registry())]
    lines += [_user(code, public, permissions(code)) for code, public in sorted(agents)]
    return "\n".join(["authorization {", "  users = [", *lines, "  ]", "}", ""])


def _user(name: str, public: str, allowed: Permissions) -> str:
    if not _PUBLIC.fullmatch(public):
        raise UserError(f"the public key of {name} is none of a user: it has 56 letters and begins with U")
    publish, subscribe = (f"{{ allow: {json.dumps(list(each))} }}" for each in (allowed.publish, allowed.subscribe))
    return f"    {{ nkey: {public}, permissions: {{ publish: {publish}, subscribe: {subscribe} }} }}"
