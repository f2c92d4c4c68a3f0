"""Names: the addresses of a host name, as the system looks them up."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, in the order in which they are tried; raises OSError or UnicodeError."""


async def look_up(name: str) -> Sequence[str]:
    """The addresses that the system has for `name`, each once. Raises OSError, and UnicodeError for what is no name."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(_text(where) for *_, where in found))


def _text(where: tuple[Any, ...]) -> str:
    """The address, with the number of its interface where it is link-local."""
    scope = where[3] if len(where) == 4 else 0
    return f"{where[0]}%{scope}" if scope else str(where[0])
