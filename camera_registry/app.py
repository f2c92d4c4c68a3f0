"""The composition root: the only place that builds real things. Everything else receives them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from platformdirs import user_state_path

from camera_registry.config import Settings
from camera_registry.services.inspect import Inspector
from camera_registry.store.login_memory import LoginMemory
from probes.image.decode import Looker
from probes.target import Limits
from probes.visit import utc_now


def state_folder(settings: Settings) -> Path:
    """The folder for what this user's commands remember."""
    return settings.state_folder or user_state_path("camera-registry")


def limits(settings: Settings, sample_s: float | None = None) -> Limits:
    """What one probe may cost; `sample_s` overrides the longest sample, and the deadline grows with it."""
    probe = settings.probe
    known = Limits(
        connect_s=probe.connect_s,
        read_s=probe.read_s,
        sample_s=probe.sample_s,
        deadline_s=probe.deadline_s,
        picture=probe.picture,
    )
    if sample_s is None:
        return known
    longer = max(0.0, sample_s - known.sample_s)
    return replace(known, sample_s=sample_s, deadline_s=known.deadline_s + longer)


@asynccontextmanager
async def inspector(settings: Settings, sample_s: float | None = None) -> AsyncIterator[Inspector]:
    """An inspector; the process that looks at pictures is stopped on leaving."""
    looker = Looker() if settings.probe.picture else None
    try:
        yield Inspector(LoginMemory(state_folder(settings)), looker, utc_now, limits(settings, sample_s))
    finally:
        if looker is not None:
            await looker.aclose()
