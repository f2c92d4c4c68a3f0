"""One application for all tests whose pages are made alike: building its ninety routes costs more than most tests.

Strategy: what the application is made of stands in a context variable, and what it holds are parts that look there.
Each browser asks through an entrance of its own, which says whose parts they are for the time of a request. What is
read while the application is made (`BUILT_IN`) tells one application from another.
"""

from contextvars import ContextVar
from dataclasses import fields
from functools import partial

from camera_registry.web.application import application
from camera_registry.web.parts import Parts

BUILT_IN = ("zone", "hosts", "https", "prices", "access")
"""Values that pages take when they are made, and not when they are asked for."""
_CALLED = frozenset({"editions", "vault", "now", "sun_up"})
_FIELDS = frozenset(field.name for field in fields(Parts))
_asked = ContextVar("_asked")
_made = []


class Switched(Parts):
    """The parts of whoever asks now."""

    def __getattribute__(self, name):
        """The value in the parts of now; for a function, one that asks when it is called."""
        if name not in _FIELDS:
            return super().__getattribute__(name)
        return partial(_call, name) if name in _CALLED else getattr(_asked.get(), name)


def _call(name, *arguments):
    return getattr(_asked.get(), name)(*arguments)


def entrance(parts):
    """The application over these parts, as an ASGI application."""
    key = tuple(getattr(parts, name) for name in BUILT_IN)
    known = next((app for made_for, app in _made if made_for == key), None)
    if known is None:
        before = _asked.set(parts)
        try:
            known = application(object.__new__(Switched))
        finally:
            _asked.reset(before)
        _made.append((key, known))

    async def enter(scope, receive, send):
        before = _asked.set(parts)
        try:
            await known(scope, receive, send)
        finally:
            _asked.reset(before)

    return enter
