"""What a technician writes down of schools, devices and channels, as values. A device has the camera that it is.

Texts are those of the import, Vietnamese and as they are typed.
"""

from __future__ import annotations

from dataclasses import dataclass

from probes.simulator import CameraSpec


@dataclass(frozen=True)
class Place:
    """A site of a school; the main one has no name."""

    name: str = ""
    address: str = ""
    lat: str = ""
    lon: str = ""
    uplink: str = ""


@dataclass(frozen=True)
class View:
    """A channel as it is registered: what it looks at, and whether it is offered to the city."""

    name: str
    area: str
    outdoor: str = ""
    scope: str = ""
    note: str = ""
    index: int = 1


@dataclass(frozen=True, kw_only=True)
class Box:
    """A device: the camera it is, what is special about it, and what its label and its papers say.

    `password` is the registered one, None where it is right; `stream` the token of the one stream that a device without
    ONVIF is looked at by; `rtsp_port` is registered only where the device names a wrong address.
    """

    code: str
    about: str
    camera: CameraSpec
    views: tuple[View, ...]
    kind: str = "Camera IP"
    site: str = ""
    owner: str = "Nhà trường"
    maintainer: str = ""
    in_use_since: str = ""
    warranty_until: str = ""
    funding: str = ""
    price: str = ""
    password: str | None = None
    stream: str | None = None
    rtsp_port: bool = False


@dataclass(frozen=True, kw_only=True)
class SchoolEntry:
    """A school with its sites and devices."""

    code: str
    name: str
    levels: str
    managed_by: str
    kind: str = "Công lập"
    located_in: str = ""
    former_district: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    sites: tuple[Place, ...] = (Place(),)
    devices: tuple[Box, ...] = ()
