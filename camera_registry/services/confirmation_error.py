"""What is wrong with a confirmation, and what to do instead, in both languages."""

from __future__ import annotations

from typing import Literal

from probes.told import ToldError
from standards.model import Text
from standards.waiving.granting import Mistake

Kind = Literal["wrong", "no_such", "conflict", "own"]
"""What is wrong: what was asked; that there is no such thing; that it is not the moment; that who asked decides."""


class ConfirmationError(ToldError):
    """A rule cannot be confirmed, or the confirmation not decided. `told` are all mistakes there are: each names a part
    of the form or a place of the rule (empty: none); `mistakes` are the same in English, one a line.
    """

    def __init__(self, *told: Mistake, kind: Kind = "wrong") -> None:
        self.told = told
        self.kind = kind
        self.mistakes = tuple(f"{field}: {text['en']}" if field else text["en"] for field, text in told)
        super().__init__("\n".join(self.mistakes))


def text(vi: str, en: str) -> Text:
    """The same thing said in both languages."""
    return {"vi": vi, "en": en}


def refused(kind: Kind, vi: str, en: str, field: str = "") -> ConfirmationError:
    """The error with this one mistake."""
    return ConfirmationError((field, text(vi, en)), kind=kind)
