"""Cameras as the makers build them: one function a make, each a `CameraSpec` with the habits of that make.

Strategy: a preset holds what a client can trip over: tokens, paths, ports, login schemes, lock texts, what Media1
leaves out, what is wrong. Where a habit is hearsay, its line says [know]. Ports above 1024 are the real ones; 80
and 554 need rights that tests do not have, and any free port stands for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from probes.simulator.spec import CameraSpec, ChannelSpec, Codec, EncodingSpec, StreamSpec

_MAIN = StreamSpec("main", "h264", 1920, 1080, 25, gop=50, bitrate_kbps=4096)
_SUB = StreamSpec("sub", "h264", 640, 360, 25, gop=50, bitrate_kbps=512)
_UP_TO_1080 = ((1920, 1080), (1280, 720))
_SMALL = ((704, 576), (640, 360))


def _two(
    main: tuple[str, str], sub: tuple[str, str], source: str, name: str, codec: Codec = "h264", **both: Any
) -> tuple[ChannelSpec, ...]:
    """One source with a main and a sub stream, each (token, path)."""
    could = EncodingSpec(codec, _UP_TO_1080, fps=(1, 25), gop=(1, 250))
    below = EncodingSpec("h264", _SMALL, fps=(1, 25), gop=(1, 250))
    streams = (
        replace(_MAIN, token=main[0], path=main[1], codec=codec, encodings=(could,), **both),
        replace(_SUB, token=sub[0], path=sub[1], encodings=(below,), **both),
    )
    return (ChannelSpec(source, name, streams),)


def _made(fixed: dict[str, Any], changed: dict[str, Any]) -> CameraSpec:
    return CameraSpec(**{**fixed, **changed})


def hikvision(**fields: Any) -> CameraSpec:
    """Digest and UsernameToken, H.265 in Media2 only, the address refused for half an hour after seven refusals."""
    channels = _two(
        ("Profile_1", "/Streaming/Channels/101?transportmode=unicast&profile=Profile_1"),
        ("Profile_2", "/Streaming/Channels/102?transportmode=unicast&profile=Profile_2"),
        "VideoSource_1",
        "Camera 01",
        "h265",
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "manufacturer": "HIKVISION",
        "model": "DS-2CD2143G2-I",
        "firmware": "V5.7.3 build 220315",
        "serial": "DS-2CD2143G2-I20220401AAWRJ00000001",
        "mac": "44:19:b6:00:00:01",
        "lock_after": 7,
        "lock_text": "The user is locked. Try again in 30 minutes.",
        "profiles": ("Streaming", "G", "T"),
        "services": ("recording", "replay", "search"),
    }
    return _made(fixed, fields)


def hilook(**fields: Any) -> CameraSpec:
    """A sister make of Hikvision with ONVIF's Digest alone, and SHA-256 offered behind MD5."""
    return hikvision(
        **{
            "channels": _two(
                ("Profile_1", "/Streaming/Channels/101"),
                ("Profile_2", "/Streaming/Channels/102"),
                "VideoSource_1",
                "Camera 01",
            ),
            "manufacturer": "HiLook",
            "model": "IPC-B121H",
            "mac": "44:19:b6:00:00:02",
            "serial": "IPC-B121H20230105AAWRK00000002",
            "onvif_auth": ("digest",),
            "digest_algorithms": ("MD5", "SHA-256"),
            "lock_after": 5,
            **fields,
        }
    )


def dahua(**fields: Any) -> CameraSpec:
    """UsernameToken, H.265 as a stub in Media1, opaque tokens, a lock counter of its own for ONVIF."""
    channels = _two(
        ("MediaProfile00000", "/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif"),
        ("MediaProfile00001", "/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif"),
        "00000",
        "VideoSource000",
        "h265",
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "manufacturer": "Dahua",
        "model": "IPC-HFW2231S-S-S2",
        "firmware": "2.840.0000000.18.R, Build Date 2021-11-11",
        "serial": "6J0A0CEPAZ00001",
        "mac": "3c:ef:8c:00:00:01",
        "onvif_auth": ("usernametoken",),
        "lock_after": 5,
        "profiles": ("Streaming", "T", "G"),
    }
    return _made(fixed, fields)


def kbvision(**fields: Any) -> CameraSpec:
    """A rebrand of Dahua with H.264 and another name on it."""
    channels = _two(
        ("MediaProfile00000", "/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif"),
        ("MediaProfile00001", "/cam/realmonitor?channel=1&subtype=1&unicast=true&proto=Onvif"),
        "00000",
        "VideoSource000",
    )
    return dahua(
        **{
            "channels": channels,
            "manufacturer": "KBVISION",
            "model": "KX-A2111N2",
            "serial": "5H0A0CEPAZ00002",
            "mac": "3c:ef:8c:00:00:02",
            **fields,
        }
    )


def imou(**fields: Any) -> CameraSpec:
    """A rebrand of Dahua for homes: counts down the tries that are left in the words of its refusal."""
    return kbvision(
        **{
            "manufacturer": "Imou",
            "model": "IPC-F22P",
            "serial": "7L0A0CEPAZ00003",
            "mac": "3c:ef:8c:00:00:03",
            "lock_text": "Sender not Authorized. You still have 4 attempt(s).",
            **fields,
        }
    )


def ezviz(**fields: Any) -> CameraSpec:
    """No ONVIF; the paths of old Hikvision cameras [know]."""
    fixed: dict[str, Any] = {
        "channels": _two(
            ("main", "/h264/ch1/main/av_stream"), ("sub", "/h264/ch1/sub/av_stream"), "1", "EZVIZ", "h264"
        ),
        "manufacturer": "EZVIZ",
        "model": "CS-C6N",
        "faults": frozenset({"offline_onvif"}),
    }
    return _made(fixed, fields)


def uniview(**fields: Any) -> CameraSpec:
    """Digest with SHA-256 alone, on both sides."""
    channels = _two(
        ("media_profile1", "/media/video1"), ("media_profile2", "/media/video2"), "videosource_1", "Uniview"
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "manufacturer": "UNIVIEW",
        "model": "IPC2122LB-SF28-A",
        "firmware": "IPC_D1211-B0002P30D1907",
        "serial": "210235C3JL3193000001",
        "mac": "48:ea:63:00:00:01",
        "onvif_auth": ("digest",),
        "digest_algorithms": ("SHA-256",),
    }
    return _made(fixed, fields)


def xiongmai(**fields: Any) -> CameraSpec:
    """Port 8899, tokens of digits, Media1 alone, the password in the path of the stream."""
    channels = _two(
        ("000", "/user=admin&password=&channel=1&stream=0.sdp?"),
        ("001", "/user=admin&password=&channel=1&stream=1.sdp?"),
        "000",
        "VideoS_000",
        sprop=False,
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "onvif_port": 8899,
        "manufacturer": "H264",
        "model": "XM530_50X20-AI",
        "firmware": "V5.00.R02.000807D8.10010.346624..ONVIF 2.41",
        "serial": "0000000000000000",
        "mac": "00:12:31:00:00:01",
        "media": ("media1",),
        "onvif_auth": ("usernametoken",),
        "rtsp_auth": "none",
        "clock_is_local_time_labelled_utc": True,
    }
    return _made(fixed, fields)


def v380(**fields: Any) -> CameraSpec:
    """Port 8899, no login for the streams [know], start codes inside RTP."""
    channels = _two(
        ("Profile_1", "/live/ch00_0"), ("Profile_2", "/live/ch00_1"), "V_SRC_000", "V380", packing="annex_b"
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "onvif_port": 8899,
        "manufacturer": "macro-video",
        "model": "IPCAM",
        "serial": "123456789",
        "mac": "00:00:00:00:00:00",
        "media": ("media1",),
        "onvif_auth": ("usernametoken",),
        "rtsp_auth": "none",
    }
    return _made(fixed, fields)


def tapo(**fields: Any) -> CameraSpec:
    """Port 2020, an account of its own, two RTSP sessions at most, half an hour of silence after wrong logins."""
    channels = _two(("profile_1", "/stream1"), ("profile_2", "/stream2"), "raw_vs1", "VideoSourceConfig")
    fixed: dict[str, Any] = {
        "channels": channels,
        "onvif_port": 2020,
        "manufacturer": "tp-link",
        "model": "Tapo C320WS",
        "firmware": "1.1.22 Build 230228",
        "serial": "c0a80101",
        "mac": "54:af:97:00:00:01",
        "media": ("media1",),
        "onvif_auth": ("usernametoken",),
        "lock_after": 5,
        "lock_text": "Authority failure. Temporary suspension of 1800 seconds",
        "faults": frozenset({"one_session"}),
    }
    return _made(fixed, fields)


def yoosee(**fields: Any) -> CameraSpec:
    """Port 5000, every service behind one path and said to be elsewhere, a serial number that is none."""
    channels = _two(("IPCProfilesToken0", "/onvif1"), ("IPCProfilesToken1", "/onvif2"), "IPCSource", "IPC")
    fixed: dict[str, Any] = {
        "channels": channels,
        "onvif_port": 5000,
        "manufacturer": "Technology",
        "model": "IPC",
        "serial": "0000000",
        "mac": "00:00:00:00:00:00",
        "media": ("media1",),
        "onvif_auth": ("none",),
        "rtsp_auth": "digest",
        "xaddr_host": "192.168.1.88",
        "stream_uri_host": "192.168.1.88",
        "faults": frozenset({"one_address"}),
    }
    return _made(fixed, fields)


def reolink(**fields: Any) -> CameraSpec:
    """Port 8000, digits as tokens, and one path for each stream."""
    channels = _two(("000", "/h264Preview_01_main"), ("001", "/h264Preview_01_sub"), "000", "VideoSource000")
    fixed: dict[str, Any] = {
        "channels": channels,
        "onvif_port": 8000,
        "manufacturer": "Reolink",
        "model": "RLC-410-5MP",
        "firmware": "v3.0.0.136_20121102",
        "serial": "00000000065536",
        "mac": "ec:71:db:00:00:01",
        "onvif_auth": ("usernametoken",),
    }
    return _made(fixed, fields)


def axis(**fields: Any) -> CameraSpec:
    """A narrow window for the time in a token, no token twice, long tokens and paths."""
    channels = _two(
        ("profile_1_h264", "/onvif-media/media.amp?profile=profile_1_h264&sessiontimeout=60&streamtype=unicast"),
        ("profile_2_h264", "/onvif-media/media.amp?profile=profile_2_h264&sessiontimeout=60&streamtype=unicast"),
        "0",
        "image_config",
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "manufacturer": "AXIS",
        "model": "P3245-V",
        "firmware": "10.12.166",
        "serial": "B8A44F000001",
        "mac": "b8:a4:4f:00:00:01",
        "created_window_s": 5.0,
        "clock_offset_s": 40.0,
        "replay": "nonce_and_time",
    }
    return _made(fixed, fields)


def hanwha(**fields: Any) -> CameraSpec:
    """Digest on both sides, five refusals and half a minute of silence."""
    channels = _two(
        ("Profile_H264", "/profile2/media.smp"), ("Profile_Mobile", "/profile3/media.smp"), "VideoSource0", "Hanwha"
    )
    fixed: dict[str, Any] = {
        "channels": channels,
        "manufacturer": "Hanwha Techwin",
        "model": "QNV-6012R",
        "firmware": "1.41.05_20220525_R417",
        "serial": "ZNBV70GN000001",
        "mac": "00:09:18:00:00:01",
        "onvif_auth": ("digest",),
        "lock_after": 5,
        "lock_text": "Account blocked for 30 seconds",
    }
    return _made(fixed, fields)


VENDORS: Mapping[str, Callable[..., CameraSpec]] = {
    made.__name__: made
    for made in (
        hikvision,
        hilook,
        dahua,
        kbvision,
        imou,
        ezviz,
        uniview,
        xiongmai,
        v380,
        tapo,
        yoosee,
        reolink,
        axis,
        hanwha,
    )
}
"""Every make by name."""
