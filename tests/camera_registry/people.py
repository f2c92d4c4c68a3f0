"""People who have signed in, made in a few words: an account, a session, and what their browser holds."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import select

from camera_registry.access import tokens
from camera_registry.access.viewer import Viewer, viewing
from camera_registry.database import writing
from camera_registry.models import Account, Assignment, District, LoginSession, School
from camera_registry.people import seen

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CITY = Viewer(1, "can.bo", "Trần Thị Cán Bộ", "city")
"""A person who sees everything and decides for the city."""


def signed_in(engine, role="city", name="Trần Thị Cán Bộ", *, district="", schools=(), now=NOW, waits_for=""):
    """The token of a browser in which a person of this name is signed in; the account is made when it is not there.
    `district` and `schools` are codes.
    """
    token = tokens.new()
    with writing(engine) as session:
        account = account_of(session, role, name, district=district, schools=schools, now=now)
        row = LoginSession(account_id=account.id, token=tokens.digest(token), begun_at=now, seen_at=now)
        row.waits_for = waits_for
        session.add(row)
    return token


def account_of(session, role, name, *, district="", schools=(), now=NOW, password="no hash"):
    """The account of this person, made when it is not there; a technician works at `schools` since a month."""
    found = session.exec(select(Account).where(Account.seen_name == seen(name))).first()
    if found is not None:
        return found
    login = "".join(letter for letter in seen(name) if letter.isalnum() and letter.isascii()) + role
    made = Account(login=login, name=name, seen_name=seen(name), role=role, password=password, made_at=now)
    ids = [session.exec(select(School.id).where(School.code == code)).one() for code in schools]
    if role == "district":
        made.district_id = session.exec(select(District.id).where(District.code == district)).one()
    if role == "school":
        (made.school_id,) = ids
    session.add(made)
    session.flush()
    if role == "technician":
        begins = now.date() - timedelta(days=30)
        session.add_all(Assignment(account_id=made.id, school_id=s, begins=begins, company="Công ty B") for s in ids)
    session.flush()
    return made


def ended(session, account, day=date(2026, 11, 20)):
    """The assignments of this technician have ended with this day."""
    for row in session.exec(select(Assignment).where(Assignment.account_id == account.id)).all():
        row.ends = day
        session.add(row)


def as_viewer(app, viewer=CITY):
    """The application, asked by this viewer, without a gate in front."""

    async def asked(scope, receive, send):
        with viewing(viewer):
            await app(scope, receive, send)

    return asked
