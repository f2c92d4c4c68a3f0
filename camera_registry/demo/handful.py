"""A handful of simulated cameras that run, with their logins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from camera_registry.services.inspect import Login
from probes.simulator import CameraSpec, presets, running
from probes.target import Address, parse_address


@dataclass(frozen=True)
class DemoCamera:
    """A simulated camera that runs: what it is, where, and its login."""

    about: str
    address: Address
    login: Login


@contextmanager
def cameras() -> Iterator[tuple[DemoCamera, ...]]:
    """Cameras that run until the block ends."""
    specs: dict[str, CameraSpec] = {
        "1080p H.264": presets.good_h264(),
        "1080p H.265, Media2 only": presets.good_h265_media2_only(),
        "720p, could do 1080p": presets.hd720_can_1080(),
        "720p, could not": presets.hd720_cannot(),
        "720p, does not say": presets.hd720_silent(),
        "MJPEG": presets.mjpeg_only(),
    }
    with running(*specs.values()) as made:
        yield tuple(
            DemoCamera(
                about,
                parse_address(f"{camera.host}:{camera.onvif_port}"),
                Login(camera.spec.username, camera.spec.password),
            )
            for about, camera in zip(specs, made, strict=True)
        )
