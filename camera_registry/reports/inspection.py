"""The inspection of one camera as JSON: the contract of `inspect --json`. Pure.

A fact that could not be had is null, and `failures` says why. Texts are in one language, chosen by the caller.
"""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from camera_registry.services.inspect import Inspection
from probes.errors import without_login
from probes.facts import Capable, Channel, Declared, Encoding, Group, Image, Measured, Sdp, Stream
from standards import Finding, Subject


def inspection_json(inspection: Inspection, lang: str) -> dict[str, Any]:
    """The inspection as a JSON object; `lang` is `vi` or `en`."""
    observation = inspection.observation
    return {
        "target": without_login(inspection.address.text()),
        "observed_at": observation.observed_at.isoformat(),
        "verdict": inspection.verdict.name,
        "complete": inspection.verdict.complete,
        "standard": inspection.edition.name,
        "device": _device(inspection, lang),
        "ledger": asdict(observation.ledger),
        "channels": [_channel(inspection, channel, lang) for channel in observation.channels],
        "failures": [failure.to_json() for failure in observation.failures],
    }


def finding_json(finding: Finding, lang: str) -> dict[str, Any]:
    """One finding as a JSON object."""
    return {
        "rule": finding.rule,
        "subject": subject_text(finding.subject),
        "outcome": finding.outcome,
        "level": finding.level,
        "decides": finding.decides,
        "expected": finding.expected[lang],
        "seen": finding.seen,
        "fact": finding.fact,
        "fix": finding.fix,
        "why": finding.why[lang],
        "source": {
            "document": finding.source.document,
            "clause": finding.source.clause,
            "state": finding.source.state,
        },
    }


def subject_text(subject: Subject) -> str:
    """`device`, `channel:1`, `stream:<id>`, `school`."""
    return f"{subject.kind}:{subject.id}" if subject.id else subject.kind


def _device(inspection: Inspection, lang: str) -> dict[str, Any]:
    device = inspection.observation.device
    identity, clock, access = device.identity, device.clock, device.access
    remembered = inspection.observation.remembered
    schemes = [*(access.onvif_schemes or ()), *(access.rtsp_schemes or ())] if access else []
    return {
        "manufacturer": identity.manufacturer if identity else None,
        "model": identity.model if identity else None,
        "firmware": identity.firmware if identity else None,
        "serial": identity.serial if identity else None,
        "mac": identity.mac if identity else None,
        "onvif_profiles": list(device.onvif.profiles) if device.onvif and device.onvif.profiles is not None else None,
        "clock_offset_s": clock.offset_s if clock else None,
        "time_source": clock.time_source if clock else None,
        "login_required": {
            "onvif": access.onvif_login_required if access else None,
            "rtsp": access.rtsp_login_required if access else None,
        },
        "auth_schemes": sorted(set(schemes)) if access else None,
        "locked_until": remembered.locked_until if remembered.lock_ends(inspection.observation.observed_at) else None,
        "tries_left": remembered.tries_left,
        "findings": [finding_json(f, lang) for f in inspection.findings if f.subject.channel is None],
    }


def _channel(inspection: Inspection, channel: Channel, lang: str) -> dict[str, Any]:
    verdict, info = inspection.verdicts[channel.index], channel.info
    return {
        "name": channel.name,
        "token": channel.token,
        "index": channel.index,
        "kind": (info.kind if info else None) or "unknown",
        "state": (info.state if info else None) or "unknown",
        "via": info.via if info else None,
        "verdict": verdict.name,
        "complete": verdict.complete,
        "streams": [_stream(stream) for stream in channel.streams],
        "findings": [finding_json(f, lang) for f in inspection.findings if f.subject.channel == channel.index],
    }


def _stream(stream: Stream) -> dict[str, Any]:
    steps = stream.rtsp.steps if stream.rtsp else {}
    return {
        "id": stream.id,
        "role": stream.info.role if stream.info else None,
        "role_source": stream.info.role_source if stream.info else None,
        "uri": stream.uri,
        "transport": stream.rtsp.transport if stream.rtsp else None,
        "rtsp": {name: {"status": reply.status, "ms": reply.ms} for name, reply in steps.items()},
        "declared": _plain(Declared, stream.declared),
        "capable": _capable(stream.capable),
        "sdp": _plain(Sdp, stream.sdp),
        "measured": _plain(Measured, stream.measured),
        "image": _plain(Image, stream.image),
    }


def _plain(kind: type[Group], group: Group | None) -> dict[str, Any]:
    """Every stated fact of the group by its own name; all null where there is no group."""
    names = [f.name for f in fields(kind) if "kind" in f.metadata]
    return {name: getattr(group, name) if group else None for name in names}


def _capable(capable: Capable | None) -> dict[str, Any]:
    if capable is None or capable.encodings is None:
        return {"encodings": None, "source": capable.source if capable else None}
    return {"encodings": [_encoding(e) for e in capable.encodings], "source": capable.source}


def _encoding(encoding: Encoding) -> dict[str, Any]:
    return {
        "codec": encoding.codec,
        "sizes": [list(size) for size in encoding.sizes],
        "fps": list(encoding.fps) if encoding.fps else None,
        "gop": list(encoding.gop) if encoding.gop else None,
        "bitrate_kbps": list(encoding.bitrate_kbps) if encoding.bitrate_kbps else None,
    }
