"""Import: schools, devices and channels from a workbook or from CSV files into the registry.

Strategy: read the files, examine them against what is registered, and write what that changes only when nothing is
wrong, as everything that is registered is (`services.registering`). Rows are found again by their public keys, so that
the same files imported twice change nothing. An empty cell leaves what stands. The edge commits, or does not
(`--dry-run`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from camera_registry.importing import questions
from camera_registry.importing.check import notices
from camera_registry.importing.columns import FILES
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.plan import Plan, plan
from camera_registry.importing.questions import Question
from camera_registry.importing.reading import Asked, Files, Reading, read_files
from camera_registry.importing.write import write
from camera_registry.services.known_rows import known_of, named_schools
from camera_registry.services.registering import Imported, ImportRefusedError, Terms, in_order, judged
from probes.outgoing import PRIVATE_ONLY, Networks

USUAL = Asked()


@dataclass(frozen=True)
class Examined:
    """What files come to: everything that is wrong or worth a look, what is asked, which schools (by code) they speak
    of, and, when nothing is wrong, what they change.
    """

    mistakes: tuple[Mistake, ...]
    notices: tuple[Mistake, ...]
    questions: tuple[Question, ...]
    schools: frozenset[str]
    plan: Plan | None


def read_place(place: Path) -> Files:
    """The bytes of the file, or of the files of the import that are in the folder. Raises ImportRefusedError."""
    found: dict[str, bytes] = {}
    wrong: list[Mistake] = []
    one = place.is_file()
    for name in [place.name] if one else FILES:
        try:
            found[name] = (place if one else place / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            wrong.append(Mistake(name, 0, "", "", "unreadable", {"reason": error.strerror}))
    if not found and not wrong:
        wrong.append(Mistake(str(place), 0, "", "", "no_files"))
    if wrong:
        raise ImportRefusedError(wrong)
    return found


def examine(session: Session, reading: Reading, answers: Mapping[str, str], terms: Terms) -> Examined:
    """What `reading` comes to against what the session sees; nothing is written. A reading is examined once: answers
    change its rows.
    """
    rows = reading.rows
    known, asked, wrong = known_of(session, rows), [*reading.questions], [*reading.mistakes]
    if (codes := questions.of_codes(rows, known, answers)) is not None:
        asked.append(codes)
        wrong += questions.unanswered(codes, reading.file)
        known = known_of(session, rows)
    if (phones := questions.of_phones(rows["schools.csv"], answers)) is not None:
        asked.append(phones)
    case, found = judged(session, rows, known, terms)
    wrong += found
    told, schools = (*reading.notices, *notices(case)), frozenset(named_schools(rows))
    made = None if wrong else plan(case, terms.now, terms.by)
    return Examined(tuple(in_order(wrong)), told, tuple(asked), schools, made)


def import_files(
    session: Session,
    files: Files,
    now: datetime,
    outgoing: Networks = PRIVATE_ONLY,
    by: str = "import",
    asked: Asked = USUAL,
) -> Imported:
    """The registry holds what `files` say. Raises ImportRefusedError with every mistake, before anything is written.

    `outgoing` says where devices may be connected to, whatever the site; `by` stands beside each decision on a scope.
    """
    found = examine(session, read_files(files, asked), asked.answers, Terms(now, outgoing, by))
    if found.plan is None:
        raise ImportRefusedError(found.mistakes)
    write(session, found.plan)
    return Imported(found.plan.counts, found.notices, found.schools)
