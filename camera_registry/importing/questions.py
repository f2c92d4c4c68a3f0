"""Questions: what a file lets suppose and only a person knows. Nothing is changed before it is answered. Pure.

Keys of the answers (`yes`, `no`): `tcvn3` for letters of old fonts, `phones` for the zero of telephone numbers, `codes`
for the zeros of school codes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from camera_registry.importing.known import Known
from camera_registry.importing.mistakes import Mistake
from camera_registry.importing.old_letters import is_old, looks_old, renewed
from camera_registry.importing.sheet import Line, Sheet
from camera_registry.importing.table import Row

OLD_LETTERS, PHONES, CODES = "tcvn3", "phones", "codes"
YES, NO = "yes", "no"
_SHOWN = 5
_PHONE_DIGITS = 9


@dataclass(frozen=True)
class Question:
    """What is asked: its key, how many cells it is about, some of them as they stand and as they would be, and the
    answer so far (empty: none). Without an answer to one that is `needed` nothing is written.
    """

    key: str
    count: int
    examples: tuple[tuple[str, str], ...]
    answer: str
    needed: bool = True


def of_letters(sheets: Sequence[Sheet], answers: Mapping[str, str]) -> Question | None:
    """Whether text of an old font is to be read as what it shows; None where there is none."""
    cells = [cell for sheet in sheets for line in sheet.lines for cell in line.cells if cell]
    if not looks_old(cells):
        return None
    old = [cell for cell in cells if is_old(cell)]
    shown = tuple((cell[:60], renewed(cell)[:60]) for cell in dict.fromkeys(old))
    return Question(OLD_LETTERS, len(old), shown[:_SHOWN], answers.get(OLD_LETTERS, ""))


def in_new_letters(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets with the letters that their old font shows."""
    return [replace(sheet, lines=[_renewed(line) for line in sheet.lines]) for sheet in sheets]


def _renewed(line: Line) -> Line:
    return Line(line.number, tuple(map(renewed, line.cells)), line.marks)


def of_phones(schools: Sequence[Row], answers: Mapping[str, str]) -> Question | None:
    """Whether telephone numbers of nine digits have lost their 0; with the answer yes they have it again."""
    short = [row for row in schools if _lost_zero(row)]
    if not short:
        return None
    answer = answers.get(PHONES, "")
    found = [(str(row.get("phone")), f"0{row.get('phone')}") for row in short]
    if answer == YES:
        for row in short:
            row.values["phone"] = f"0{row.get('phone')}"
    return Question(PHONES, len(short), tuple(found[:_SHOWN]), answer, needed=False)


def _lost_zero(row: Row) -> bool:
    phone = row.get("phone") or ""
    return len(phone) == _PHONE_DIGITS and phone[0] in "235789"


def of_codes(rows: Mapping[str, Sequence[Row]], known: Known, answers: Mapping[str, str]) -> Question | None:
    """Whether school codes have lost their zeros; with the answer yes they have them again."""
    found = list(_short_codes(rows, known))
    if not found:
        return None
    answer = answers.get(CODES, "")
    if answer == YES:
        for row, field, meant in found:
            row.values[field] = meant
    told = dict.fromkeys((str(row.shown.get(field, "")), meant) for row, field, meant in found)
    makes_schools = any(field == "school.code" for _, field, _ in found)  # the others are mistakes of their rows
    return Question(CODES, len(found), tuple(told)[:_SHOWN], answer, needed=makes_schools)


def _short_codes(rows: Mapping[str, Sequence[Row]], known: Known) -> Iterator[tuple[Row, str, str]]:
    """Rows whose school code is that of a school but for zeros, or was a number shorter than the codes beside it."""
    told = [code for row in rows["schools.csv"] if (code := row.get("school.code"))]
    whole = [code for code in (*told, *known.schools) if code.isdigit()]
    by_rest: dict[str, set[str]] = {}
    for code in whole:
        by_rest.setdefault(code.lstrip("0"), set()).add(code)
    lengths = Counter(len(code) for code in whole if code.startswith("0"))
    usual = lengths.most_common(1)[0][0] if lengths else 0
    for table, field in (("schools.csv", "school.code"), ("devices.csv", "school"), ("channels.csv", "school")):
        for row in rows[table]:
            code = row.get(field) or ""
            if not code.isdigit() or code.startswith("0") or code in known.schools:
                continue
            meant = {each for each in by_rest.get(code, ()) if each != code and each.startswith("0")}
            if len(meant) == 1:
                yield row, field, meant.pop()
            elif field in row.numbers and len(code) < usual:
                yield row, field, code.zfill(usual)


def unanswered(question: Question, file: str) -> list[Mistake]:
    """What hinders an import while this needed question has no answer."""
    if question.answer in (YES, NO) or not question.needed:
        return []
    was, meant = question.examples[0]
    kind = "old_letters" if question.key == OLD_LETTERS else "zeros_open"
    return [Mistake(file, 0, "", was, kind, {"example": was, "meant": meant, "key": question.key})]
