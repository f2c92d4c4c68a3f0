"""Doctor: what an installation has to have, checked one by one. Nothing is changed by looking, and no camera is asked.

Strategy: an explicit table of tiny checks, each given what it may look at (`Around`) and saying what it saw and what is
to be done. What a check raises for a person (a database that cannot be used) is what it came to. Checks of the registry
are asked only where there is one of this program. To add a check: a function that yields `Checked`, its line here, its
row in docs/install.md, and its test in which it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sqlalchemy import Engine

from camera_registry.database import DatabaseUnusableError, open_database
from camera_registry.doctor import backups, files, judging, machine, messages, nats, outside, program, registry, work
from camera_registry.doctor.checked import Around, Checked, bad, both, left_out
from probes.told import ToldError

OfMachine = Callable[[Around], Iterator[Checked]]
OfRegistry = Callable[[Around, Engine], Iterator[Checked]]
MACHINE: tuple[tuple[str, OfMachine], ...] = (
    ("settings-file", files.settings_file),
    ("folder", files.folder),
    ("private-files", files.private_files),
    ("disk", machine.room),
    ("clock", machine.clock),
    ("dns", machine.names),
    ("front-end", program.front_end),
    ("decoder", program.decoder),
)
REGISTRY: tuple[tuple[str, OfRegistry], ...] = (
    ("key", registry.key),
    ("administrator", registry.administrator),
    ("clock-of-log", registry.order_of_time),
    ("edition", judging.editions),
    ("prices", judging.prices),
    ("pages", work.pages),
    ("night", work.night),
    ("worker", work.worker),
    ("mail", messages.mail),
    ("webhooks", messages.webhooks),
)
AROUND: tuple[tuple[str, OfMachine], ...] = (
    ("nats", nats.agents),
    ("backup", backups.newest),
    ("backup-key", backups.key_apart),
    ("https", outside.outside),
)
_SEE = {"vi": "xem dòng này nói gì, sửa rồi chạy lại", "en": "mend what this says, then run it again"}


def examined(around: Around) -> Iterator[Checked]:
    """What every check came to, in the order of the tables."""
    yield from _all(MACHINE, around)
    yield from _of_registry(around)
    yield from _all(AROUND, around)


def _of_registry(around: Around) -> Iterator[Checked]:
    try:
        engine = open_database(around.settings.registry.database)
    except DatabaseUnusableError as error:
        yield bad("database", both(str(error)), _SEE)
        return
    try:
        found = list(_said("database", partial(registry.database, around, engine)))
        yield from found
        if any(each.state != "well" for each in found):
            yield left_out("registry", "chưa xem phần còn lại của cơ sở dữ liệu", "the rest of it was not looked at")
            return
        for name, check in REGISTRY:
            yield from _said(name, partial(check, around, engine))
    finally:
        engine.dispose()


def _all(table: Sequence[tuple[str, OfMachine]], around: Around) -> Iterator[Checked]:
    for name, check in table:
        yield from _said(name, partial(check, around))


def _said(name: str, check: Callable[[], Iterator[Checked]]) -> Iterator[Checked]:
    """What a check says; an error that is for a person, or of the system, is what it came to."""
    try:
        yield from check()
    except ToldError as error:
        yield bad(name, both(str(error)), _SEE)
    except OSError as error:
        yield bad(name, both(f"{error.filename or ''}: {error.strerror or type(error).__name__}".lstrip(": ")), _SEE)
