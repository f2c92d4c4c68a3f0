"""Looks at simulated cameras for the proofs of one topic: quick ones, with what was remembered handed on."""

import asyncio
from dataclasses import replace

from probes import run
from probes.simulator import presets
from probes.target import Address, Credential, Limits, Need, Remembered, Target

LIMITS = Limits(connect_s=2, read_s=5, sample_s=3, deadline_s=40, picture=False)
QUICK = (Need("measured.codec", frames=10),)


def small(*faults, **fields):
    """A camera whose streams cost little: 640x360 and 352x288."""
    spec = presets.good_h264(faults=frozenset(faults), **fields)
    main, sub = spec.channels[0].streams
    streams = (replace(main, width=640, height=360), replace(sub, width=352, height=288))
    return replace(spec, channels=(replace(spec.channels[0], streams=streams),))


def login(camera, password=None, *, version="1", doors=("onvif", "rtsp", "https"), username=None):
    """A login for the camera; the right one where nothing else is said."""
    return Credential(version, username or camera.spec.username, password or camera.spec.password, doors)


def look(camera, *logins, remembered=None, kind="host", refusals=2):
    """The observation of one look; `refusals` are those that the day still allows."""
    address = Address(kind, camera.host, onvif_port=camera.onvif_port, rtsp_port=camera.rtsp_port)
    if kind == "rtsp":
        address = replace(address, stream_path="/" + camera.rtsp_url("sub").split("/", 3)[3])
    limits = replace(LIMITS, refusals=refusals)
    target = Target("k", address, logins or (login(camera),), remembered or Remembered(), QUICK, limits)
    return asyncio.run(run.look(target))


def kinds(observation):
    """Kind of each failure by its step."""
    return {failure.step: failure.kind for failure in observation.failures}


def measured(observation):
    """The codecs that were measured, of all streams."""
    return [s.measured.codec for c in observation.channels for s in c.streams if s.measured]
