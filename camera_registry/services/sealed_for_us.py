"""The pair that phones seal passwords to, and what they have sealed. The edge commits."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from camera_registry.models import SealingKey
from camera_registry.sealing import SealedForUs, SealError, make_pair, open_sealed
from camera_registry.store import sealing_keys
from camera_registry.store.sealing_keys import SealingPlace
from camera_registry.vault import Vault, VaultError


@dataclass(frozen=True)
class PublicKey:
    """What a browser seals to: the number of the pair, and its public point in base64."""

    number: int
    point: str


def known(session: Session, vault: Callable[[], Vault]) -> PublicKey | None:
    """The pair that is given out; None while none was made, or when it does not open: nobody could read what is sealed
    to it.
    """
    row = sealing_keys.newest(session)
    if row is None:
        return None
    try:
        opens = vault().opens((row.sealed, SealingPlace(row.public)))
    except VaultError:  # no key, or the wrong one
        return None
    return PublicKey(row.id or 0, row.public) if opens else None


def made(session: Session, vault: Vault, now: datetime) -> PublicKey:
    """The pair that is given out, which is made when there is none that opens."""
    there = known(session, lambda: vault)
    if there is not None:
        return there
    point, private = make_pair()
    public = base64.b64encode(point).decode()
    row = SealingKey(public=public, sealed=vault.seal(private, SealingPlace(public)), made_at=now)
    return PublicKey(sealing_keys.add(session, row).id or 0, public)


def opened(session: Session, vault: Vault, sealed: SealedForUs, bound: str) -> str:
    """The text that was sealed for this purpose. Raises SealError, VaultError."""
    row = sealing_keys.by_id(session, sealed.key)
    if row is None:
        raise SealError("the password was sealed to a key that is not here any more; type it again")
    return open_sealed(sealed, vault.open(row.sealed, SealingPlace(row.public)), bound)
