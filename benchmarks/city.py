"""A registry of a whole city, made in a minute: schools with a recorder, every fourth with a second one, and cameras.

Strategy: some hundred devices are seen three times (by day and in two nights) as probes see them, with the faults of
real ones among them, and merged as always. All others are copies of these in other schools, seen at other minutes and
with other numbers.
"""

import json
import zlib
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random

from camera_registry.models import Channel, Device, District, ModelEncoding, School, SheetRecord, Site
from probes.errors import Failure
from probes.facts import (
    Access,
    Capable,
    ChannelInfo,
    Clock,
    Declared,
    Encoding,
    Identity,
    Image,
    Measured,
    Observation,
    Onvif,
    Rtsp,
    Sdp,
    Stream,
    StreamInfo,
    merge,
    sheet_to_json,
)
from probes.facts import Channel as SeenChannel
from probes.facts import Device as SeenDevice

NIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
NOW = NIGHT + timedelta(hours=9)
LOOKS = ((NIGHT - timedelta(hours=33), "day"), (NIGHT - timedelta(days=1), "night"), (NIGHT, "night"))
INPUTS = 16
DISTRICTS = 40
FULL_HD = Encoding("h264", ((1920, 1080), (1280, 720), (640, 360)), (1.0, 25.0), (1, 250), (64, 8192))
HD_ONLY = replace(FULL_HD, sizes=((1280, 720), (640, 360)))
MAKER = "Hikvision"
MODELS = {"DS-2CD2121G0-I": FULL_HD, "DS-7616NI-K2": FULL_HD, "DS-2CD1001-I": HD_ONLY}
GOOD = {"codec": "h264", "size": (1920, 1080), "fps": 25.0, "kbps": 3900.0, "keyframes": 2.0, "lost": 0}
FAULTS = (
    {"size": (1280, 720)},
    {"size": (1280, 720), "model": "DS-2CD1001-I"},
    {"fps": 8.0},
    {"keyframes": 12.5},
    {"codec": "mjpeg"},
    {"kbps": 17000.0},
    {"lost": 90},
    {"blurred": True},
    {"black": True},
    {"sub": False},
    {"fails": "no_media"},
    {"fails": "busy"},
    {"fails": "no_media", "state": "no_signal"},
)
"""What is wrong with four channels of ten, each fault as often as the others."""
FAULTY = 0.4


def fill(session, channels, seed=7):
    """The registry gets `channels` channels, and the rest of the last school's; the number of its devices."""
    random = Random(seed)
    recorders = [seen_device(random, INPUTS) for _ in range(24)]
    cameras = [seen_device(random, 1) for _ in range(96)]
    session.add_all(District(id=n, code=f"26{n:03}", name=f"UBND phường {n}") for n in range(1, DISTRICTS + 1))
    session.add_all(learned(model, encoding) for model, encoding in MODELS.items())
    school, devices, done = 0, 0, 0
    while done < channels:
        school += 1
        of = School(id=school, code=f"79{school:06}", name=f"Trường {school}", managed_by=1 + school % DISTRICTS)
        session.add_all((of, Site(id=school, school_id=school)))
        session.flush()
        for pool in [recorders] * (2 if school % 4 == 0 else 1) + [cameras] * 6:
            devices, seen = devices + 1, random.choice(pool)
            session.add(Device(id=devices, school_id=school, site_id=school, code=f"TB-{devices}", kind="nvr"))
            session.flush()
            session.add(SheetRecord(device_id=devices, at=NIGHT, body=_copy(random, seen)))
            found = seen["channels"]
            session.add_all(_channel(random, devices, one) for one in found)
            done += len(found)
        session.flush()
        session.expunge_all()
    return devices


def learned(model, encoding):
    """What devices of this model have shown that they can do."""
    body = json.dumps(asdict(encoding), sort_keys=True)
    digest = sha256(body.encode()).hexdigest()
    return ModelEncoding(manufacturer=MAKER, model=model, digest=digest, body=body)


def _channel(random, device_id, seen):
    return Channel(
        device_id=device_id,
        index=seen["index"],
        token=seen["token"],
        name=seen["name"],
        scope=random.choice(("offered", "internal", "undecided")),
        outdoor=random.choice((True, False, None)),
    )


def _copy(random, seen):
    """The body of a sheet like `seen`, looked at some minutes later, with other numbers."""
    later = timedelta(seconds=random.randrange(3600))
    for look in seen["looks"]:
        look[0] = (datetime.fromisoformat(look[0]) + later).isoformat()
    for channel in seen["channels"]:
        for stream in channel["streams"]:
            for facts in (stream["facts"], stream.get("by_day", {})):
                for path, fact in facts.items():
                    if path.startswith("measured.") and isinstance(fact[0], float):
                        fact[0] *= random.uniform(0.995, 1.005)
    return zlib.compress(json.dumps(seen, separators=(",", ":")).encode())


def wrong_of(random, inputs, faulty=FAULTY):
    """What each input of a device is like: so many of all have a fault."""
    return [{**GOOD, **random.choice(FAULTS)} if random.random() < faulty else GOOD for _ in range(inputs)]


def seen_device(random, inputs, faulty=FAULTY):
    """The stored sheet of a device with so many inputs, as JSON: what one look saw after the other, merged."""
    wrong = wrong_of(random, inputs, faulty)
    sheet = None
    for at, light in LOOKS:
        sheet = merge(sheet, look(random, wrong, at, light))
    return json.loads(sheet_to_json(sheet))


def look(random, wrong, at, light):
    """What one look at a device saw of which so much is wrong, a dict a channel."""
    model = "DS-7616NI-K2" if len(wrong) > 1 else wrong[0].get("model", "DS-2CD2121G0-I")
    onvif = {"at": at, "how": "onvif"}
    device = SeenDevice(
        identity=Identity(**onvif, manufacturer=MAKER, model=model, firmware="V5.5.82 build 190909",
                          serial=f"{model}20190909AAWR{random.random()}",
                          mac=f"4419b6{random.randrange(1 << 24):06x}", hardware="88"),
        onvif=Onvif(**onvif, answers=True, profiles=("S", "G", "T"), media=("media1", "media2")),
        clock=Clock(**onvif, offset_s=random.gauss(0, 4), time_source="ntp", zone="ICT-7"),
        access=Access(**onvif, onvif_login_required=True, rtsp_login_required=True, onvif_schemes=("digest-md5",),
                      rtsp_schemes=("digest-md5",), basic_in_clear=False),
    )  # fmt: skip
    each = [_seen_channel(random, n, one, at + timedelta(seconds=20 * n), light) for n, one in enumerate(wrong, 1)]
    failures = tuple(
        Failure(one["fails"], "rtsp.sample", "PLAY: 200 OK; no packets within 8 s", n, "main", ("measured", "image"))
        for n, one in enumerate(wrong, 1)
        if "fails" in one
    )
    return Observation(target="x", observed_at=at, device=device, channels=tuple(each), failures=failures)


def _seen_channel(random, number, wrong, at, light):
    info = ChannelInfo(at=at, how="onvif", kind="ip", state=wrong.get("state", "live"),
                       via="direct", further_megapixels=(0.2304,) if wrong.get("sub", True) else ())  # fmt: skip
    streams = (
        (_main(random, wrong, at, light), _sub(at)) if wrong.get("sub", True) else (_main(random, wrong, at, light),)
    )
    return SeenChannel(
        index=number, token=f"VideoSource_{number}", name=f"Camera {number:02}", info=info, streams=streams
    )


def _sub(at):
    onvif = {"at": at, "how": "onvif"}
    return Stream(
        id="sub",
        info=StreamInfo(**onvif, role="sub", role_source="declared"),
        declared=Declared(**onvif, codec="h264", width=640, height=360, fps=15.0, bitrate_kbps=512, gop=30,
                          rate_control="vbr", source="media2"),
        capable=Capable(**onvif, encodings=(replace(FULL_HD, sizes=((640, 360), (352, 288))),), source="media2"),
        sdp=Sdp(at=at, how="rtsp describe", codec="h264", width=640, height=360, fps=15.0),
    )  # fmt: skip


def _main(random, wrong, at, light):
    width, height = wrong["size"]
    encoding = MODELS[wrong.get("model", "DS-2CD2121G0-I")]
    told = {"codec": wrong["codec"], "width": width, "height": height, "fps": wrong["fps"]}
    onvif, later = {"at": at, "how": "onvif"}, at + timedelta(seconds=5)
    stream = Stream(
        id="main",
        info=StreamInfo(**onvif, role="main", role_source="declared"),
        declared=Declared(**onvif, **told, bitrate_kbps=4096, gop=50, rate_control="vbr", source="media2"),
        capable=Capable(**onvif, encodings=(encoding,), source="media2"),
        sdp=Sdp(at=at, how="rtsp describe", **told),
        rtsp=Rtsp(at=at, how="rtsp", transport="tcp", interleaved=True),
    )
    if "fails" in wrong:
        return stream
    fps = wrong["fps"] * random.uniform(0.99, 1.01) * (1.0 if light == "day" or random.random() < 0.7 else 0.5)
    measured = Measured(
        at=later, how="rtp over tcp", codec=wrong["codec"], profile="Main", level="4.0", width=width, height=height,
        fps=fps, fps_rtp=fps, fps_wall=fps, fps_method="rtp", bitrate_kbps=wrong["kbps"] * random.uniform(0.9, 1.1),
        keyframe_interval_s=wrong["keyframes"], keyframe_gap_s=wrong["keyframes"], keyframes=4, seconds=6.2,
        frames=155, packets=2600, packets_lost=wrong["lost"], longest_gap_s=0.06, first_packet_ms=180.0,
        first_keyframe_ms=210.0, bytes=3_100_000, interlaced=False, intra_refresh=False, stop_reason="needs_met",
    )  # fmt: skip
    image = Image(
        at=later, how="key frame", light="dark" if wrong.get("black") else light, black=wrong.get("black", False),
        frozen=False, blurred=wrong.get("blurred", False), covered=False, no_signal=False, luma_mean=101.0,
        sharpness=400.0, overexposed=False, underexposed=False, colourless=light == "night", smeared=False,
        combed=False, cast=False, moved=False, compared="day-colour", compared_days=3.0, shift_percent=0.1,
        turn_deg=0.0, sharpness_share=1.0,
    )  # fmt: skip
    return replace(stream, measured=measured, image=image)
