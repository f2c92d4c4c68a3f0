"""Mailing: on working days at the hour of the settings each person gets the kinds that are wanted, if anything is new.

Strategy: what became of the message of a person, a kind and a day is one row, which is taken before anything is sent:
so it is sent once, whatever is restarted when, and what a program did not do in the morning it does when it runs again
that day. A message whose program died while it was being handed over is not sent again: it may have arrived. What the
server did not take is tried again after a minute, two, four …; a server that cannot be reached ends the run, and that
is no try. A digest is made of what its person sees, at the moment at which it goes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from camera_registry.config import MailSettings
from camera_registry.database import DatabaseUnusableError, reading, writing
from camera_registry.models import Mailed
from camera_registry.reports.digest import Sheet, written
from camera_registry.sending.mail import Letter, MailError, NoServerError, Send
from camera_registry.services import mailboxes, signing_in
from camera_registry.services.accounts import role_of
from camera_registry.services.digest import SECTIONS, Asking, Digest
from camera_registry.services.waivers import Desk
from camera_registry.store import messages
from camera_registry.store.rows import limit
from standards.editions import Editions

A_DAY = timedelta(days=1)
AGAIN = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mailing:
    """Sends what is due. `desk` is the clock with the terms of waivers; `language` is that of the mails."""

    engine: Engine
    settings: MailSettings
    send: Send
    editions: Callable[[], Editions]
    desk: Callable[[], Desk]
    language: str

    def run(self) -> int:
        """How many mails were sent now; what is due today is sent, was sent, or waits for another try."""
        desk, sent = self.desk(), 0
        if not self.settings.host or not is_time(desk, self.settings.at):
            return 0
        try:
            for account_id, kind in self._due(desk):
                sent += self._one(account_id, kind, self.desk())
        except NoServerError as error:
            _log.warning("The server for e-mail cannot be reached: %s", error)
        except DatabaseUnusableError as error:
            _log.error("E-mail cannot be sent yet: %s", error)
        return sent

    def _due(self, desk: Desk) -> list[tuple[int, str]]:
        """Whose message of which kind is to be made now."""
        with reading(self.engine) as session:
            known = messages.mailed_on(session, desk.today)
            return [(box.account_id, kind) for box, account in messages.mailboxes(session)
                    for kind in mailboxes.kinds_of(box)
                    if kind in mailboxes.OF_ROLE[role_of(account)]
                    and _is_due(known.get((box.account_id, kind)), desk.now)]  # fmt: skip

    def _one(self, account_id: int, kind: str, desk: Desk) -> bool:
        """Raises NoServerError."""
        if not is_time(desk, self.settings.at):  # the day is over
            return False
        with reading(self.engine) as session:
            if not _is_due(messages.mailed(session, account_id, kind, desk.today), desk.now):
                return False
            letter = self._letter(session, account_id, kind, desk)
        with writing(self.engine) as session:
            row_id = _taken(session, account_id, kind, desk)
        if row_id is None:
            return False
        state, error = ("quiet", None) if letter is None else self._handed_over(letter, desk.now)
        with writing(self.engine) as session:
            _ended(session, row_id, state, self.settings.tries, desk.now, is_try=not isinstance(error, NoServerError))
        if isinstance(error, NoServerError):
            raise error
        if error is not None:
            _log.warning("A mail (%s) was not taken: %s", kind, error)
        return state == "sent"

    def _handed_over(self, letter: Letter, now: datetime) -> tuple[str, MailError | None]:
        try:
            self.send(letter, now)
        except MailError as error:
            return "waiting", error
        return "sent", None

    def _letter(self, session: Session, account_id: int, kind: str, desk: Desk) -> Letter | None:
        """The letter of what the person sees; None where there is nothing to say."""
        found = messages.mailbox_of(session, account_id)
        if found is None:
            return None
        box, account = found
        told_until = messages.told_until(session, account_id, kind) or desk.now - A_DAY
        since = max(told_until, box.set_at - A_DAY)  # not what was meant for nobody, or for another address
        zone = ZoneInfo(desk.zone)
        link = mailboxes.link(box, kind, self.settings.links)
        to = Sheet(account.name, kind, desk.today, self.language, zone, self.settings.links, link)
        address = box.address
        viewer = signing_in.viewer_of(session, account, zone, "timetable", desk.now)
        limit(session, viewer)
        digest = SECTIONS[kind](session, Asking(since, self.editions(), desk, viewer=viewer))
        return None if digest.is_empty else _letter_of(digest, to, address)


def is_time(desk: Desk, at: str) -> bool:
    """True on a working day from this time of day on."""
    local = desk.now.astimezone(ZoneInfo(desk.zone))
    return desk.terms.working.has(local.date()) and local.time() >= time.fromisoformat(at)


def _letter_of(digest: Digest, to: Sheet, address: str) -> Letter:
    mail = written(digest, to)
    return Letter(address, mail.subject, mail.text, mail.html, to.unsubscribe)


def _is_due(row: Mailed | None, now: datetime) -> bool:
    return row is None or (row.state == "waiting" and (row.next_at is None or row.next_at <= now))


def _taken(session: Session, account_id: int, kind: str, desk: Desk) -> int | None:
    """The number of the row, which is this call's to send; None where it is not due, or another's."""
    row = messages.mailed(session, account_id, kind, desk.today)
    if not _is_due(row, desk.now):
        return None
    row = row or Mailed(account_id=account_id, kind=kind, day=desk.today, state="", at=desk.now)
    row.state, row.attempts, row.at, row.next_at = "sending", row.attempts + 1, desk.now, None
    session.add(row)
    session.flush()
    return row.id


def _ended(session: Session, row_id: int, state: str, tries: int, now: datetime, *, is_try: bool) -> None:
    row = session.get_one(Mailed, row_id)
    wait = min(AGAIN * 2 ** (row.attempts - 1), LONGEST_WAIT) if is_try else AGAIN
    row.attempts -= not is_try
    row.state = "failed" if state == "waiting" and row.attempts >= tries else state
    row.next_at = now + wait if row.state == "waiting" else None
    session.add(row)
