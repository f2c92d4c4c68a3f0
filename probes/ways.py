"""Ways: how the channels of a target are found.

Strategy: an address of one stream is one channel; else ONVIF tells; a device without ONVIF, or one that takes our login
at its streams alone, is asked at the usual paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from probes.errors import OurFault
from probes.facts import Channel, ChannelInfo, Device, Stream, StreamInfo
from probes.facts.identity import compare, known_by
from probes.key_frames import Progress
from probes.onvif.channels import MEDIA_FACTS
from probes.onvif.look import look as ask_onvif
from probes.onvif.security import SECURITY_FACTS
from probes.rtsp.finder import Ask
from probes.rtsp.looks import StreamLook
from probes.target import DEFAULT_PORTS
from probes.unforeseen import unforeseen
from probes.visit import Visit
from probes.without_onvif import usual_channels

_NO_ONVIF = ("not_onvif", "refused_connection")
_FIRST_STEPS = ("connect", "onvif.clock")


@dataclass(frozen=True, kw_only=True)
class Found:
    """The device and its channels. `known`: looks at streams that were had on the way, by address. `one_stream`: the
    target is the address of one stream, and nothing of others can be known.
    """

    device: Device = field(default_factory=Device)
    channels: tuple[Channel, ...] = ()
    known: Mapping[str, StreamLook] = field(default_factory=dict)
    one_stream: bool = False


async def find(visit: Visit, ask: Ask, progress: Progress) -> Found:
    """The device and its channels: by ONVIF, by the one address that was given, or by the usual paths."""
    address = visit.target.address
    if address.kind == "rtsp" and address.stream_path not in ("", "/"):
        return Found(channels=_bare_channels(visit), one_stream=True)
    if address.kind == "rtsp":
        return await _by_usual_paths(visit, ask, progress, Device(), told=True)
    device, channels = await _ask_onvif(visit, progress)
    without = any(f.kind in _NO_ONVIF and f.step in _FIRST_STEPS for f in visit.failures)
    if not channels and (without or _login_for_streams_alone(visit)):
        found = await _by_usual_paths(visit, ask, progress, device, told=False)
        if not found.channels:
            _name_ports(visit)
        return found
    return Found(device=device, channels=channels)


def _name_ports(visit: Visit) -> None:
    """Where nothing was found, the failure that says so names every port that was asked."""
    address, onvif = visit.target.address, ", ".join(map(str, visit.target.onvif_ports))
    streams = address.rtsp_port or DEFAULT_PORTS[address.rtsp_scheme]
    told = f"also asked: {f'ONVIF at {onvif}; ' if onvif else ''}RTSP at {streams}"
    for number, f in enumerate(visit.failures):
        if f.kind in _NO_ONVIF and f.step in _FIRST_STEPS:
            visit.failures[number] = replace(f, detail=f"{f.detail}; {told}" if f.detail else told)


def _login_for_streams_alone(visit: Visit) -> bool:
    """True where ONVIF takes no login of ours, and the streams do, or a person said to try there too."""
    if not any(f.step == "onvif.login" for f in visit.failures):
        return False
    credential = visit.target.credential("rtsp")
    return credential is not None and visit.remembered.login(credential.version).rtsp in ("good", "asked")


async def _by_usual_paths(visit: Visit, ask: Ask, progress: Progress, device: Device, *, told: bool) -> Found:
    progress("stream")
    try:
        channels, known = await usual_channels(visit, ask, told=told)
    except Exception as error:  # noqa: BLE001  (the edge of a step)
        visit.failed(unforeseen(error), MEDIA_FACTS if told else ())
        return Found(device=device)
    return Found(device=device, channels=channels, known=known)


async def _ask_onvif(visit: Visit, progress: Progress) -> tuple[Device, tuple[Channel, ...]]:
    progress("onvif")
    try:
        told = await ask_onvif(visit)
    except Exception as error:  # noqa: BLE001  (the edge of a step)
        visit.failed(unforeseen(error), ["identity", "clock", "access", "onvif", *SECURITY_FACTS, *MEDIA_FACTS])
        return Device(), ()
    _remember_unit(visit, told.device)
    return told.device, told.channels


def _remember_unit(visit: Visit, device: Device) -> None:
    """What the device is known by is remembered; pictures of another unit are references no more."""
    remembered, own = visit.remembered, vars(device.identity) if device.identity else {}
    if compare(remembered.unit, own).same is False:
        remembered = replace(remembered, pictures={}, pictured={}, unit={})
    visit.remembered = replace(remembered, unit={**remembered.unit, **known_by(own)})


def _bare_channels(visit: Visit) -> tuple[Channel, ...]:
    """The one channel of a bare RTSP address; of other streams nothing can be known."""
    now, role = visit.now(), visit.target.role
    error = OurFault("target", "one stream address was given; others were not looked for")
    visit.failed(error, ["channel.further_megapixels"], channel=1)
    info = StreamInfo(at=now, how="address", role=role or "main", role_source="registered" if role else "assumed")
    stream = Stream(id="rtsp", uri=visit.target.address.text(), info=info)
    return (Channel(index=1, info=ChannelInfo(at=now, how="address", kind="unknown"), streams=(stream,)),)
