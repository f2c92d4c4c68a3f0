"""Views: several pictures cut from one video source, as a fisheye camera sends them.

Strategy: pure. A profile names its video source and the configuration by which it cuts a view out of it. Two
configurations of one source are two views when their view modes differ, or their bounds lie elsewhere, or have another
shape where the device speaks of fisheye or panorama or shows a square. Otherwise they are one: some cameras have a
configuration a stream, with the size of the stream as its bounds. Each view but the first gets a source token of its
own, so that one view is never taken for the sub stream of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from probes.onvif.parse import Profile, View

_WORDS = re.compile(
    r"fish ?eye|panoram|\bpano|dewarp|e-?ptz|\bquad\b|\u9c7c\u773c|\u5168\u666f|m[ắă]t c[áa]", re.IGNORECASE
)
_SHAPE = 0.05
"""Shapes (width over height) within this share are the same."""


def apart(media2: tuple[Profile, ...], media1: tuple[Profile, ...]) -> tuple[tuple[Profile, ...], tuple[Profile, ...]]:
    """The same profiles; of a source with several views, each but the first has the source `source/configuration`."""
    views: dict[tuple[str, str], str] = {}
    by_source: dict[str, list[Profile]] = {}
    for profile in (*media2, *media1):
        if profile.source and profile.encoder and profile.view and profile.view.token:
            by_source.setdefault(profile.source, []).append(profile)
    for source, profiles in by_source.items():
        views |= _named(source, profiles)
    return tuple(_of_view(p, views) for p in media2), tuple(_of_view(p, views) for p in media1)


def base(source: str | None) -> str | None:
    """The video source of a channel token that `apart` may have made."""
    return source.partition("/")[0] if source else source


def speaks_of_fisheye(names: Iterable[str | None]) -> bool:
    """True when one of `names` says that this is a fisheye lens or a view of one."""
    return any(_WORDS.search(name) for name in names if name)


def _named(source: str, profiles: list[Profile]) -> dict[tuple[str, str], str]:
    """The channel token of every view configuration of `source`."""
    told = speaks_of_fisheye(n for p in profiles for n in (p.name, p.source_name))
    found: list[tuple[View, str]] = []
    named: dict[tuple[str, str], str] = {}
    for profile in profiles:
        view = profile.view
        if view is None or view.token is None or (source, view.token) in named:
            continue
        token = next((name for other, name in found if not _differ(other, view, told=told)), None)
        if token is None:
            token = source if not found else f"{source}/{view.token}"
            found.append((view, token))
        named[source, view.token] = token
    return named


def _differ(one: View, other: View, *, told: bool) -> bool:
    if one.mode or other.mode:
        return one.mode != other.mode
    if one.bounds is None or other.bounds is None:
        return False
    if one.bounds[:2] != other.bounds[:2]:
        return True
    shapes = [view[2] / view[3] for view in (one.bounds, other.bounds)]
    square = any(abs(shape - 1) < _SHAPE for shape in shapes)
    return (told or square) and abs(shapes[0] - shapes[1]) > _SHAPE * max(shapes)


def _of_view(profile: Profile, views: dict[tuple[str, str], str]) -> Profile:
    if profile.source is None or profile.view is None or profile.view.token is None:
        return profile
    return replace(profile, source=views.get((profile.source, profile.view.token), profile.source))
