"""ONVIF at another port than 80: WS-Discovery says where, over the multicast group and address by address.

Strategy: the group is asked on interfaces whose whole network may be asked, so this file is also run as a program in a
network namespace of its own, where loopback is the only interface and its network is a small one: no datagram leaves
the machine. There the cameras refuse what is sent to them alone, so that only the group can have found them.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from probes.discovery.found import OpenPort
from probes.discovery.plan import Plan
from probes.discovery.scan import scan
from probes.outgoing import Networks
from probes.run import look
from probes.simulator import running
from probes.simulator.presets import good_h264
from probes.target import Address, Credential, Target
from tests.acceptance.command import run
from tests.acceptance.field.looking import QUICK
from tests.acceptance.networks import register

ROOT = Path(__file__).parents[3]
NETWORK = "127.0.0.0/28"
IN_THE_NAMESPACE = (
    "ip link set lo up",
    "ip addr flush dev lo",
    "ip addr add 127.0.0.1/28 dev lo",
    "ip addr add 127.0.0.2/32 dev lo",
    "ip addr add 127.0.0.3/32 dev lo",
    "ip route add 239.0.0.0/8 dev lo",
)


def _camera(host, port, **fields):
    return good_h264(host=host, onvif_port=port, discoverable=True, **fields)


@pytest.mark.field(6)
@pytest.mark.parametrize(("host", "port"), [("127.9.50.1", 8899), ("127.9.50.2", 2020), ("127.9.50.3", 36688)])
def test_the_port_of_onvif_is_learned_and_leads_to_the_camera(host, port):
    """Xiongmai's 8899, Tapo's 2020, and one that is in no list: what discovery says is where a look finds it."""
    network = IPv4Network(f"{host}/32")
    with running(_camera(host, port)) as (camera,):
        (found,) = asyncio.run(scan(Plan((network[0],), (network,), Networks(loopback=True), answer_s=0.5)))
        address = Address("host", found.address, onvif_port=found.onvif_port)
        seen = asyncio.run(look(Target("k", address, (Credential("1", "admin", camera.spec.password),), limits=QUICK)))
    assert found.onvif_port == port
    assert OpenPort(port, "onvif") in found.ports
    assert seen.device.identity.model == found.said[0].hardware == "SIM-1080"


@pytest.mark.field(6)
def test_a_port_at_another_host_is_not_believed(tmp_path):
    """A camera behind NAT names its own network: the port that is known is the one that answered here."""
    allowed = {
        "CAMERA_REGISTRY_OUTGOING__LOOPBACK": "true",
        "CAMERA_REGISTRY_DISCOVERY__ANSWER_S": "0.5",
        "CAMERA_REGISTRY_DISCOVERY__PORTS": "[8899]",
    }
    hidden = _camera("127.9.51.1", 36699, xaddr_host="192.168.1.88")
    open_there = _camera("127.9.51.2", 8899, xaddr_host="192.168.1.88")
    register(tmp_path, "127.9.51.0/30")
    with running(hidden, open_there):
        told = run(tmp_path, "discover", "--network", "127.9.51.0/30", "--json", environment=allowed)
    ports = {one["address"]: one["onvif_port"] for one in told.json["found"]}
    assert ports == {"127.9.51.1": None, "127.9.51.2": 8899}
    assert told.json["found"][0]["says_it_is_at"] == ["http://192.168.1.88:36699/onvif/device_service"]


@pytest.mark.field(6)
def test_the_multicast_group_finds_who_does_not_hear_what_is_sent_to_it_alone():
    """In a namespace: both cameras answer from their own addresses, and only the group was asked."""
    lack = _missing()
    if lack:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(lack)
    command = "\n".join([*IN_THE_NAMESPACE, f'exec "{sys.executable}" "{__file__}"'])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-ec", command],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"127.0.0.2": [8899, True], "127.0.0.3": [2020, True]}


def _missing():
    """What this machine lacks for a namespace, as one line, or None."""
    for program in ("ip", "unshare"):
        if shutil.which(program) is None:
            return f"{program} is missing: apt-get install iproute2 util-linux"
    allowed = subprocess.run(["unshare", "-rn", "true"], capture_output=True, timeout=30, check=False)
    return None if allowed.returncode == 0 else "this machine does not let a user make a network namespace"


def main():
    """Inside the namespace: two cameras that hear only the group, and what a scan finds, as JSON."""
    network = IPv4Network(NETWORK)
    plan = Plan(tuple(network.hosts()), (network,), Networks(loopback=True), ports=(), answer_s=0.5)
    deaf = frozenset({"discovery_group_only"})
    with running(_camera("127.0.0.2", 8899, faults=deaf), _camera("127.0.0.3", 2020, faults=deaf)):
        found = asyncio.run(scan(plan))
    sys.stdout.write(json.dumps({one.address: [one.onvif_port, one.is_video] for one in found}))


if __name__ == "__main__":
    main()
