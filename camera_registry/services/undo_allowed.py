"""Who may undo what was done in one go, beside who sees all of it.

Strategy: an import is undone as one, by whoever imports lists; what was changed or entered on pages by whoever
registers, their own or, for who sees every school, anybody's. Who registers no schools takes back no change of one, and
nothing that somebody of another role has done: undo is no way around what the forms deny.
"""

from __future__ import annotations

from sqlmodel import Session

from camera_registry.access.viewer import Viewer
from camera_registry.models import Batch
from camera_registry.services.undo_batch import UndoError
from camera_registry.store import edits

IMPORTS = frozenset({"import"})
BY_HAND = frozenset({"bulk", "entry"})
"""Kinds of batches: by whose routes they are undone."""


def allowed(session: Session, number: int, kinds: frozenset[str], viewer: Viewer) -> Batch:
    """The batch of this number, which is of one of these kinds, and which this viewer may undo.

    Raises UndoError: no_such, not_yours.
    """
    batch = edits.batch(session, number)
    if batch is None or batch.kind not in kinds:
        raise UndoError("no_such")
    own = batch.account_id is not None and batch.account_id == viewer.account_id
    if batch.kind != "import" and not (viewer.may("register") and (viewer.sees_all or own)):
        raise UndoError("not_yours")
    if viewer.sees_all or viewer.may("register_school"):
        return batch
    if edits.made_by_role(session, batch) != viewer.role or edits.changes_schools(session, number):
        raise UndoError("not_yours")
    return batch
