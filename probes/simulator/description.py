"""The SDP of a stream (RFC 4566, and RFC 6184, 7798, 2435 for the formats)."""

from __future__ import annotations

import base64

from probes.simulator.packets import CLOCK_RATE, PAYLOAD_TYPE, Packets
from probes.simulator.spec import StreamSpec
from probes.simulator.state import CameraState

VIDEO, AUDIO = 0, 1  # numbers of the tracks


def sdp(state: CameraState, stream: StreamSpec, packets: Packets, base: str) -> bytes:
    """The description of `stream`; `base` is the address that relative controls stand under, ending in a slash."""
    name = base if stream.control == "absolute" else ""
    lines = [
        "v=0",
        f"o=- 1001 1 IN IP4 {state.host}",
        "s=Media Presentation",
        "c=IN IP4 0.0.0.0",
        "t=0 0",
        f"a=control:{base if name else '*'}",
        "a=range:npt=now-",
        *_video(stream, packets),
        f"a=control:{name}trackID={VIDEO}",
    ]
    if stream.audio:
        lines += ["m=audio 0 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", f"a=control:{name}trackID={AUDIO}", "a=recvonly"]
    return ("\r\n".join(lines) + "\r\n").encode()


def _video(stream: StreamSpec, packets: Packets) -> list[str]:
    payload_type = PAYLOAD_TYPE[stream.codec]
    encoding = {"h264": "H264", "h265": "H265", "mjpeg": "JPEG"}[stream.codec]
    lines = [
        f"m=video 0 RTP/AVP {payload_type}",
        f"b=AS:{stream.bitrate_kbps}",
        f"a=rtpmap:{payload_type} {encoding}/{CLOCK_RATE}",
    ]
    parameters = _parameters(stream, packets)
    if parameters:
        lines.append(f"a=fmtp:{payload_type} {parameters}")
    return [*lines, f"a=framerate:{stream.said_fps:g}", "a=recvonly"]


def _parameters(stream: StreamSpec, packets: Packets) -> str:
    """What stands in `a=fmtp`: the parameter sets in Base64, when the stream says them."""
    coded = [base64.b64encode(one).decode() for one in packets.parameter_sets]
    if stream.codec == "h264":
        level = packets.parameter_sets[0][1:4].hex().upper()
        fixed = f"packetization-mode=1;profile-level-id={level}"
        return f"{fixed};sprop-parameter-sets={','.join(coded)}" if stream.sprop else fixed
    if stream.codec == "h265" and stream.sprop:
        return ";".join(f"sprop-{kind}={text}" for kind, text in zip(("vps", "sps", "pps"), coded, strict=True))
    return ""
