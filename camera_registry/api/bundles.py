"""Bundles over JSON: what a laptop has brought is taken, or only seen."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, tzinfo
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from camera_registry.access.viewer import current
from camera_registry.api.asked import Asked, Registry, Writing
from camera_registry.bundles import document
from camera_registry.bundles.document import LARGEST, MOST_LOOKS, Bundle
from camera_registry.bundles.errors import BundleError
from camera_registry.bundles.matching import By
from camera_registry.daylight import SunUp
from camera_registry.services.audit import detail
from camera_registry.services.bundles import Judging, LookTaken, Taken, Taker, take
from standards.model import VerdictName

Became = Literal["taken", "taken_before", "no_device"]


class BundleBody(BaseModel):
    """The file in base64; `fingerprint` as the laptop shows it, the first time; `devices`: the code of the device by
    the number of a look, where the one that is proposed is not meant (empty: none). `dry_run`: nothing is kept.
    """

    model_config = ConfigDict(extra="forbid")
    content: str = Field(max_length=LARGEST * 4 // 3 + 4)
    fingerprint: str = Field("", max_length=100)
    devices: dict[str, str] = Field(default_factory=dict, max_length=MOST_LOOKS)
    dry_run: bool = False


class LookAnswer(BaseModel):
    """One look: when, where, what the device said of itself, which device it was at and what told that; its verdict
    with it where it was taken now.
    """

    number: int
    at: datetime
    address: str
    unit: str
    device: str
    by: By
    another: bool
    became: Became
    verdict: VerdictName | None


class BundleAnswer(BaseModel):
    """What became of the bundle; `changed`: anything is as it was not before."""

    school: str
    fingerprint: str
    sha256: str
    made_at: datetime
    changed: bool
    taken: int
    left: int
    looks: list[LookAnswer]


class _NothingStaysError(Exception):
    """Nothing is written, not even that somebody asked."""


def add(
    made: APIRouter,
    rehearsing: Registry,
    writing: Writing,
    editions: Asked,
    now: Callable[[], datetime],
    sun_up: SunUp,
    zone: tzinfo,
) -> None:
    """The route is in `made`; `rehearsing` opens a session of which nothing stays."""

    @made.post("/bundles")
    def take_bundle(body: BundleBody) -> BundleAnswer:
        """Each look of the bundle is recorded with its device, once."""
        bundle, judging = document.read(_decoded(body.content)), Judging(editions(), now(), sun_up, zone)
        if body.dry_run:
            with rehearsing() as session:
                return _answer(_take(session, bundle, body, judging))
        said = {"school": bundle.heading.school[:50], "sha256": bundle.sha256}
        with suppress(_NothingStaysError), writing("bundle_take", **said) as session:
            taken = _take(session, bundle, body, judging)
            _note(session, taken)
        return _answer(taken)


def _take(session: Session, bundle: Bundle, body: BundleBody, judging: Judging) -> Taken:
    viewer = current()
    taker = Taker(viewer.account_id, viewer.name, None if body.dry_run else body.fingerprint)
    chosen = {int(n): code for n, code in body.devices.items() if n.isascii() and n.isdigit() and len(n) < 6}
    return take(session, bundle, taker, judging, chosen)


def _note(session: Session, taken: Taken) -> None:
    if not taken.changed:
        raise _NothingStaysError
    laptop = "laptop" if taken.trusted_since else "laptop confirmed now"
    detail(session, count=taken.new, looks=len(taken.looks), what=f"{laptop}: {taken.bundle.fingerprint}")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise BundleError("not_a_bundle") from None


def _answer(taken: Taken) -> BundleAnswer:
    return BundleAnswer(
        school=taken.bundle.heading.school,
        fingerprint=taken.bundle.fingerprint,
        sha256=taken.bundle.sha256,
        made_at=taken.bundle.made_at,
        changed=taken.changed,
        taken=taken.new,
        left=taken.left,
        looks=[_look(look) for look in taken.looks],
    )


def _look(look: LookTaken) -> LookAnswer:
    became: Became = "taken_before" if look.before else "taken" if look.device else "no_device"
    return LookAnswer(
        number=look.number,
        at=look.at,
        address=look.address,
        unit=look.unit,
        device=look.device,
        by=look.by,
        another=look.another,
        became=became,
        verdict=look.verdict.name if look.verdict else None,
    )
