"""Mailboxes: where a person gets e-mail and which kinds; ending a kind by the link of a mail. The edge commits.

Strategy: a link is signed with a secret of the mailbox, for one kind: it does that and nothing else, and a new address
makes the links of the old one worthless.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal, get_args

from sqlmodel import Session

from camera_registry.access.roles import Role
from camera_registry.config import ADDRESS
from camera_registry.models import Mailbox
from camera_registry.store import messages
from standards.model import Text

MailKind = Literal["digest_school", "digest_district", "replies", "periods", "waivers"]
KINDS: tuple[MailKind, ...] = get_args(MailKind)
KIND_WORDS: Mapping[str, Text] = {
    "digest_school": {"vi": "Bản tin sáng về trường", "en": "Morning digest of the school"},
    "digest_district": {"vi": "Bản tin sáng về các trường của đơn vị", "en": "Morning digest of the unit's schools"},
    "replies": {"vi": "Phản hồi của trường", "en": "Replies of schools"},
    "periods": {"vi": "Kỳ báo cáo đến hạn", "en": "Reporting periods that are due"},
    "waivers": {"vi": "Ngoại lệ chờ duyệt hoặc sắp hết hạn", "en": "Waivers to decide or about to lapse"},
}
_OFFICE: tuple[MailKind, ...] = ("digest_district", "replies", "periods", "waivers")
OF_ROLE: Mapping[Role, tuple[MailKind, ...]] = {
    "technician": ("digest_school",),
    "school": ("digest_school", "periods", "waivers"),
    "district": _OFFICE,
    "city": _OFFICE,
    "admin": ("digest_district",),
}
"""Which kinds a role can want."""


class MailboxError(Exception):
    """What was typed is no address of e-mail."""


def kinds_of(box: Mailbox | None) -> tuple[str, ...]:
    """The kinds that are wanted."""
    return tuple(kind for kind in (box.kinds if box else "").split("; ") if kind)


def put(session: Session, account_id: int, role: Role, address: str, kinds: Collection[str], by: str,
        now: datetime) -> Mailbox | None:  # fmt: skip
    """The person gets these kinds, as far as the role has them, at this address; without an address none. Raises
    MailboxError.
    """
    box, plain = messages.mailbox(session, account_id), address.strip()
    if not plain:
        if box is not None:
            session.delete(box)
        return None
    if not re.fullmatch(ADDRESS, plain):
        raise MailboxError
    wanted = "; ".join(kind for kind in OF_ROLE[role] if kind in kinds)
    if box is not None and (box.address, box.kinds) == (plain, wanted):
        return box  # as it was: what is told begins where it was
    secret = box.secret if box is not None and box.address == plain else secrets.token_urlsafe(32)
    box = box or Mailbox(account_id=account_id, address=plain, secret=secret, set_by=by, set_at=now)
    box.address, box.kinds, box.secret, box.set_by, box.set_at = plain, wanted, secret, by, now
    session.add(box)
    session.flush()
    return box


def link(box: Mailbox, kind: str, links: str) -> str:
    """The address that ends this kind for this mailbox."""
    return f"{links}/unsubscribe/{box.account_id}/{kind}/{_signed(box, kind)}"


def is_link(session: Session, account_id: int, kind: str, signature: str) -> Mailbox | None:
    """The mailbox that the link is of; None for one that is not ours."""
    box = messages.mailbox(session, account_id)
    if box is None or kind not in KINDS or not signature.isascii():
        return None
    return box if hmac.compare_digest(_signed(box, kind), signature) else None


def end(session: Session, box: Mailbox, kind: str) -> None:
    """This kind is not sent there any more."""
    box.kinds = "; ".join(each for each in kinds_of(box) if each != kind)
    session.add(box)


def _signed(box: Mailbox, kind: str) -> str:
    text = f"{box.account_id}.{kind}.{box.address}".encode()
    return hmac.new(box.secret.encode(), text, hashlib.sha256).hexdigest()
