"""The district with passwords of one's own: each begins with a mark, so that a leak of any can be searched for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from camera_registry.demo.entries import Box, SchoolEntry


def marked(district: Sequence[SchoolEntry], mark: str) -> tuple[SchoolEntry, ...]:
    """The same district; every password of a camera, and every one that is registered, begins with `mark`."""
    return tuple(replace(school, devices=tuple(_marked(box, mark) for box in school.devices)) for school in district)


def _marked(box: Box, mark: str) -> Box:
    camera = box.camera
    stream = camera.rtsp_password
    camera = replace(camera, password=mark + camera.password, rtsp_password=None if stream is None else mark + stream)
    return replace(box, camera=camera, password=None if box.password is None else mark + box.password)
