"""Devices that say exactly what a test has them say, at both doors: the whole probe looks at them over real sockets.

Strategy: `ONVIF` is a camera as it should be, with every operation that a look asks for, and an RTSP server that sends
H.264. A test changes one thing and compares `facts` with those of the camera as it should be.
"""

import asyncio
from dataclasses import dataclass, replace

from probes import run
from probes.facts import Observation
from probes.target import Address, Limits, Need, Remembered, Target
from tests.probes.onvif.onvif_replies import (
    CAPABILITIES,
    OPTIONS1,
    envelope,
    h264,
    profile,
    profiles,
    services,
    source,
    stream_uri,
)
from tests.probes.onvif.scripted_camera import Said, ScriptedCamera, clock
from tests.probes.rtsp.packet_maker import stream
from tests.probes.rtsp.scripted_server import ScriptedServer, interleaved, play, reply

LIMITS = Limits(connect_s=2, read_s=5, sample_s=2, deadline_s=30, picture=False)
NEEDS = (Need("measured.codec", frames=3),)
SPROP = "Z2QAHqzZQKAv+WEAAAMAAQAAAwAyDxYtlg==,aOvjyyLA"
"""The parameter sets of `packet_maker`: 640x360, 25 frames/s."""
H264_SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=Session\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\n"
    "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    f"a=fmtp:96 packetization-mode=1;profile-level-id=64001E;sprop-parameter-sets={SPROP}\r\na=control:trackID=1\r\n"
)
PICTURES = interleaved([packet for packet, _ in stream(seconds=2.0, gop=10)])
"""H.264 pictures with their parameter sets, a key frame every 10."""

_INFORMATION = envelope(
    "<tds:GetDeviceInformationResponse><tds:Manufacturer>Maker</tds:Manufacturer><tds:Model>M-1</tds:Model>"
    "<tds:FirmwareVersion>V5.7.3</tds:FirmwareVersion><tds:SerialNumber>S-77</tds:SerialNumber>"
    "<tds:HardwareId>88</tds:HardwareId></tds:GetDeviceInformationResponse>"
)
_INTERFACES = envelope(
    '<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info>'
    "<tt:Name>eth0</tt:Name><tt:HwAddress>44:19:B6:11:22:33</tt:HwAddress></tt:Info></tds:NetworkInterfaces>"
    "</tds:GetNetworkInterfacesResponse>"
)
_SCOPES = envelope(
    "<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef>"
    "<tt:ScopeItem>onvif://www.onvif.org/Profile/Streaming</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>"
)


_PROTOCOLS = envelope(
    "<tds:GetNetworkProtocolsResponse><tds:NetworkProtocols><tt:Name>RTSP</tt:Name><tt:Enabled>true</tt:Enabled>"
    "<tt:Port>554</tt:Port></tds:NetworkProtocols></tds:GetNetworkProtocolsResponse>"
)
_PASSWORDS = envelope(
    "<tds:GetPasswordComplexityConfigurationResponse><tds:MinLen>8</tds:MinLen><tds:Uppercase>1</tds:Uppercase>"
    "<tds:Number>1</tds:Number><tds:SpecialChars>1</tds:SpecialChars></tds:GetPasswordComplexityConfigurationResponse>"
)


def onvif(rtsp_port=554):
    """The script of a Media1 camera as it should be, that wants no login."""
    return {
        "GetSystemDateAndTime": clock(),
        "GetServices": Said(services()),
        "GetCapabilities": Said(CAPABILITIES),
        "GetDeviceInformation": Said(_INFORMATION),
        "GetNetworkInterfaces": Said(_INTERFACES),
        "GetScopes": Said(_SCOPES),
        "GetNetworkProtocols": Said(_PROTOCOLS),
        "GetPasswordComplexityConfiguration": Said(_PASSWORDS),
        "GetProfiles": Said(profiles(profile("P1", source(), h264(width=640, height=360)))),
        "GetVideoEncoderConfigurationOptions": Said(OPTIONS1),
        "GetStreamUri": Said(stream_uri(f"rtsp://192.0.2.9:{rtsp_port}/live?a=1&amp;amp;b=2")),
    }


def rtsp(sdp=H264_SDP, **script):
    """The script of an RTSP server that describes itself with `sdp` and sends H.264."""
    body = sdp if isinstance(sdp, bytes) else sdp.encode()
    return {
        "DESCRIBE": reply(body=body, Content_Type="application/sdp"),
        "PLAY": play(packets=PICTURES, every=0.002),
        **script,
    }


@dataclass
class Seen:
    """What one look saw, and the two sides of the device afterwards."""

    observation: Observation
    camera: ScriptedCamera
    server: ScriptedServer

    @property
    def kinds(self):
        """Kind and step of each failure that cost a fact."""
        return [(f.kind, f.step) for f in self.observation.failures if f.facts]

    @property
    def stream(self):
        """The first stream."""
        return self.observation.channels[0].streams[0]


async def asking(change=None, *, sdp=H264_SDP, script=None, limits=LIMITS, credentials=(), picture=None):
    """One look at a device whose ONVIF script is what `change` makes of the good one, and whose RTSP side has `sdp` and
    the answers of `script`.
    """
    server = ScriptedServer(rtsp(sdp, **(script or {})))
    async with server.running():
        good = onvif(server.port)
        camera = ScriptedCamera(change(good) if change else good)
        async with camera.running():
            address = Address("host", "127.0.0.1", onvif_port=camera.port, rtsp_port=server.port)
            target = Target("k", address, credentials, Remembered(), NEEDS, limits)
            return Seen(await run.look(target), camera, server)


def look(change=None, **options):
    """The same, for a test that is no coroutine."""
    return asyncio.run(asking(change, **options))


def every(bend):
    """A change of a script: each reply is what `bend` makes of it."""

    def change(script):
        def said(answer, asked):
            return bend(answer if isinstance(answer, Said) else answer(asked))

        return {name: lambda asked, a=answer: said(a, asked) for name, answer in script.items()}

    return change


def bodies(bend):
    """A change of a script: the body of each reply is what `bend` makes of it."""
    return every(lambda said: replace(said, body=bend(said.body)))


def facts(observation):
    """What a look has to find, whatever the wrapping of the replies: by path, of the device and of its first stream."""
    groups = [*observation.device.groups()] + [g for s in observation.channels[0].streams[:1] for g in s.groups()]
    found = dict(fact for group in groups for fact in group.present())
    return {path: found.get(path) for path in PATHS}


PATHS = (
    *("identity.manufacturer", "identity.model", "identity.firmware", "identity.serial", "identity.mac"),
    *("onvif.answers", "onvif.profiles", "onvif.media", "clock.time_source", "access.onvif_login_required"),
    *("declared.codec", "declared.size", "declared.fps", "declared.gop", "declared.bitrate_kbps"),
    *("capable.codecs", "sdp.codec", "sdp.size", "sdp.fps", "measured.codec", "measured.size"),
)
