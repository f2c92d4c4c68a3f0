"""Mailing: on working days at the hour of the settings each person gets the kinds that are wanted, if anything is new.

Strategy: what became of the message of a person, a kind and a day is one row, which is taken before anything is sent:
so it is sent once, whatever is restarted when, and what a program did not do in the morning it does when it runs again
that day. A message whose program died while it was being handed over is not sent again: it may have arrived. What the
server did not take is tried again each minute. A digest is made of what its person sees.
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
from camera_registry.sending.mail import Letter, MailError, Send
from camera_registry.services import mailboxes, signing_in
from camera_registry.services.accounts import role_of
from camera_registry.services.digest import SECTIONS, Asking, Digest
from camera_registry.services.waivers import Desk
from camera_registry.store import messages
from camera_registry.store.rows import limit
from standards.editions import Editions

A_DAY = timedelta(days=1)
AGAIN = timedelta(minutes=1)
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
        desk = self.desk()
        if not self.settings.host or not is_time(desk, self.settings.at):
            return 0
        try:
            with reading(self.engine) as session:
                due = [(box.account_id, kind) for box, account in messages.mailboxes(session)
                       for kind in mailboxes.kinds_of(box)
                       if kind in mailboxes.OF_ROLE[role_of(account)]]  # fmt: skip
            return sum(self._one(number, kind, desk) for number, kind in due)
        except DatabaseUnusableError as error:
            _log.error("E-mail cannot be sent yet: %s", error)
            return 0

    def _one(self, account_id: int, kind: str, desk: Desk) -> bool:
        with reading(self.engine) as session:
            if not _is_due(session, account_id, kind, desk):
                return False
            letter = self._letter(session, account_id, kind, desk)
        with writing(self.engine) as session:
            row_id = _taken(session, account_id, kind, desk)
        if row_id is None:
            return False
        state, error = "quiet", ""
        if letter is not None:
            state, error = self._handed_over(letter, desk.now)
        with writing(self.engine) as session:
            _ended(session, row_id, state, self.settings.tries, desk.now)
        if error:
            _log.warning("A mail (%s) was not taken: %s", kind, error)
        return state == "sent"

    def _handed_over(self, letter: Letter, now: datetime) -> tuple[str, str]:
        try:
            self.send(letter, now)
        except MailError as error:
            return "waiting", str(error)
        return "sent", ""

    def _letter(self, session: Session, account_id: int, kind: str, desk: Desk) -> Letter | None:
        """The letter of what the person sees; None where there is nothing to say."""
        found = next(((b, a) for b, a in messages.mailboxes(session) if b.account_id == account_id), None)
        if found is None:
            return None
        box, account = found
        since = messages.told_until(session, account_id, kind) or desk.now - A_DAY
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


def _is_due(session: Session, account_id: int, kind: str, desk: Desk) -> bool:
    row = messages.mailed(session, account_id, kind, desk.today)
    return row is None or (row.state == "waiting" and (row.next_at is None or row.next_at <= desk.now))


def _taken(session: Session, account_id: int, kind: str, desk: Desk) -> int | None:
    """The number of the row, which is this call's to send; None where it is not due, or another's."""
    if not _is_due(session, account_id, kind, desk):
        return None
    row = messages.mailed(session, account_id, kind, desk.today)
    row = row or Mailed(account_id=account_id, kind=kind, day=desk.today, state="", at=desk.now)
    row.state, row.attempts, row.at, row.next_at = "sending", row.attempts + 1, desk.now, None
    session.add(row)
    session.flush()
    return row.id


def _ended(session: Session, row_id: int, state: str, tries: int, now: datetime) -> None:
    row = session.get_one(Mailed, row_id)
    row.state = "failed" if state == "waiting" and row.attempts >= tries else state
    row.next_at = now + AGAIN if row.state == "waiting" else None
    session.add(row)
