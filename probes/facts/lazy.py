"""Lazy: a mapping whose values are made when they are first asked for. Rules name few of the facts that are kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
_NOT_ASKED = object()


class Lazy(Mapping[Key, Value]):
    """The values that `make` gives for `keys`; a key for which it gives None is not there. It reads like a dict, and
    equals the dict of the same values.
    """

    def __init__(self, keys: Collection[Key], make: Callable[[Key], Value | None]) -> None:
        self._keys = keys
        self._make = make
        self._made: dict[Any, Any] = {}

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of `key`, or `default`."""
        made = self._made.get(key, _NOT_ASKED)
        if made is _NOT_ASKED:
            made = self._made[key] = self._make(key) if key in self._keys else None
        return default if made is None else made

    def __getitem__(self, key: Key) -> Value:
        made: Value | None = self.get(key)
        if made is None:
            raise KeyError(key)
        return made

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None

    def __iter__(self) -> Iterator[Key]:
        return (key for key in self._keys if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return repr(dict(self))
