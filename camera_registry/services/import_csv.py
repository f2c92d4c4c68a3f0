"""Import: schools, devices and channels from CSV files into the registry.

Strategy: the rows are taken as everything that is registered is (`services.registering`). Rows are found again by their
public keys, so that the same files imported twice change nothing. An empty cell leaves what stands. Passwords never
come from a file. The edge commits, or does not (`--dry-run`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from camera_registry.importing.columns import FILES
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.table import Row, read_table
from camera_registry.services.registering import Imported, ImportRefusedError, Terms, take
from probes.outgoing import PRIVATE_ONLY, Networks

Files = Mapping[str, bytes]


def read_folder(folder: Path) -> Files:
    """The bytes of the files of the import that are in `folder`. Raises ImportRefusedError."""
    found: dict[str, bytes] = {}
    wrong: list[Mistake] = []
    for name in FILES:
        try:
            found[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(Mistake(name, 0, "", "", "unreadable", {"reason": error.strerror}))
    if not found and not wrong:
        wrong.append(Mistake(str(folder), 0, "", "", "no_files"))
    if wrong:
        raise ImportRefusedError(wrong)
    return found


def import_files(
    session: Session, files: Files, now: datetime, outgoing: Networks = PRIVATE_ONLY, by: str = "import"
) -> Imported:
    """The registry holds what `files` say. Raises ImportRefusedError with every mistake, before anything is written.

    `outgoing` says where devices may be connected to, whatever the site; `by` stands beside each decision on a scope.
    """
    rows: dict[str, list[Row]] = {name: [] for name in FILES}
    wrong: list[Mistake] = []
    for name, data in files.items():
        rows[name], mistakes = read_table(name, data, FILES[name])
        wrong += mistakes
    return take(session, rows, Terms(now, outgoing, by), wrong)
