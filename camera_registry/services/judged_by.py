"""Judged by: the rule of a stored finding, as it stood in the text that judged it.

Strategy: a finding keeps the SHA-256 of its edition, and the text of every edition that judged is kept. So what a rule
is called, its clause and its remedy never change under an old finding when another version comes into force.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session

from camera_registry.services.edition_texts import by_sha256
from standards import Edition, Rule


class JudgedBy:
    """The editions of the findings that one answer shows, each read once."""

    def __init__(self, session: Session, in_force: Iterable[Edition]) -> None:
        self._session = session
        self._in_force = tuple(in_force)
        self._known: dict[str, Edition | None] = {edition.sha256: edition for edition in self._in_force}

    def rule(self, sha256: str, edition: str, rule_id: str) -> Rule | None:
        """The rule of a finding that names its edition by `sha256` and as `id@version`. Where that text is not kept, as
        it stands in the edition of the same id that is in force; None where that has it no longer.
        """
        if sha256 not in self._known:
            self._known[sha256] = by_sha256(self._session, sha256)
        then, name = self._known[sha256], edition.partition("@")[0]
        editions = [then] if then is not None else [known for known in self._in_force if known.id == name]
        return next((rule for known in editions for rule in known.rules if rule.id == rule_id), None)
