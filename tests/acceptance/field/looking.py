"""One look at a simulated device over real sockets, in this process."""

import asyncio
from dataclasses import replace

from probes import run
from probes.simulator import running
from probes.target import Address, Credential, Limits, Need, Remembered, Target

QUICK = Limits(connect_s=5, read_s=10, sample_s=3, deadline_s=60, picture=False)
NEEDS = (Need("measured.fps", frames=3),)


def look_at(camera, limits=QUICK, remembered=None, looker=None, needs=NEEDS):
    """What one look at a running camera saw."""
    login = Credential("1", camera.spec.username, camera.spec.password)
    address = Address("host", camera.host, onvif_port=camera.onvif_port)
    target = Target("k", address, (login,), remembered or Remembered(), needs, limits)
    return asyncio.run(run.look(target, looker))


def look(spec, **options):
    """What one look at a simulated camera saw, and the camera."""
    with running(spec) as (camera,):
        return look_at(camera, **options), camera


def shown(observation):
    """Each channel as its token, kind, via and state."""
    return [(c.token, c.info.kind, c.info.via, c.info.state) for c in observation.channels]


def at(observation, when):
    """The same observation at another time, all its groups included."""
    return replace(observation, observed_at=when)
