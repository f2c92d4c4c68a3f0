"""Logs: each line on standard error as text for people or as JSON for programs, with its marks and without secrets.

Strategy: the form is that of the one handler, so that lines of libraries have it too. `serve` and `work` begin it; what
other commands log stays as it is.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from camera_registry.watching.marks import hidden, marks
from camera_registry.watching.redacting import redacted

Form = Literal["text", "json"]
OURS = ("camera_registry", "probes", "standards")
"""The loggers whose level the settings say; libraries are heard from errors on."""


class TextLine(logging.Formatter):
    """Level, logger, message and marks; a traceback on lines of its own."""

    def __init__(self) -> None:
        super().__init__(logging.BASIC_FORMAT)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (the name that logging asks for)
        """One line, whatever the message holds: nobody writes a line of somebody else's."""
        line = "".join(map(_shown, super().formatMessage(record)))
        told = " ".join(f"{name}={word}" for name, word in marks().items())
        return f"{line} [{told}]" if told else line

    def format(self, record: logging.LogRecord) -> str:
        """The whole of it, without secrets."""
        return redacted(super().format(record), hidden())


class JsonLine(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, marks, what the message is made of, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without secrets."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        line |= {"message": redacted(record.getMessage(), hidden()), **marks(), **_values(record)}
        if record.exc_info:
            line["traceback"] = redacted(self.formatException(record.exc_info), hidden())
        return json.dumps(line, ensure_ascii=False, default=str)


def _shown(sign: str) -> str:
    """The sign; one that nobody sees, or that a terminal obeys, as its number."""
    return sign if sign.isprintable() else sign.encode("unicode_escape").decode()


def _values(record: logging.LogRecord) -> Mapping[str, Any]:
    """What was logged with `extra={"values": …}`: numbers and words of ours."""
    known = getattr(record, "values", None)
    return known if isinstance(known, Mapping) else {}


def begin(form: Form, level: str) -> None:
    """What is logged from now on has this form; of ours from this level on, of everybody all where --debug asked for
    it.
    """
    handler, root = logging.StreamHandler(sys.stderr), logging.getLogger()
    handler.setFormatter(JsonLine() if form == "json" else TextLine())
    root.handlers[:] = [handler]
    if root.level != logging.DEBUG:
        for name in OURS:
            logging.getLogger(name).setLevel(level.upper())
