"""Thousands of cameras in one process, each at a loopback address of its own.

Strategy: nothing is made for a camera before somebody connects to it. `doors` has the sockets, `roll` says who is
there, a `Station` answers, `wheel` and `tapes` send. Who connects to an address that no camera has is sent away.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

from probes.simulator.fleet.doors import Doors, open_doors, port_of
from probes.simulator.fleet.journal import Seen, seen_by
from probes.simulator.fleet.mix import Mix
from probes.simulator.fleet.roll import Member, roll, spec_of
from probes.simulator.fleet.station import Shared, Station
from probes.simulator.fleet.tapes import Tapes
from probes.simulator.fleet.wheel import Wheel
from probes.simulator.spec import StreamSpec
from probes.simulator.state import CameraState


class Fleet:
    """The cameras of `mix` behind `doors`."""

    def __init__(self, mix: Mix, doors: Doors) -> None:
        self.mix = mix
        self.members = roll(mix)
        self._by_host = {member.host: member for member in self.members}
        self._shared = Shared(doors, {}, Tapes(), Wheel())
        self._stations: dict[str, Station] = {}
        self._servers: list[asyncio.Server] = []

    async def start(self) -> None:
        """Every clip is ready to be sent, and every camera can be reached."""
        for stream in self._streams():
            await asyncio.to_thread(self._shared.tapes.of, stream)
        doors = self._shared.doors
        self._servers = [
            await asyncio.start_server(self._onvif, sock=doors.onvif, backlog=4096),
            await asyncio.start_server(self._rtsp, sock=doors.rtsp, backlog=4096),
        ]

    async def stop(self) -> None:
        """Nothing listens any more and every connection is closed."""
        for server in self._servers:
            server.close()
        self._shared.wheel.stop()
        for station in self._stations.values():
            await station.onvif.stop()
            await station.rtsp.stop()
        self._shared.doors.close()

    def lines(self) -> Iterator[dict[str, object]]:
        """Of each camera: where it is, its login, its streams, its make and what is wrong with it."""
        return (self._line(member) for member in self.members)

    def seen(self) -> Iterator[Seen]:
        """What each camera that was connected to has seen so far."""
        return (seen_by(self._by_host[host], station.state.counters) for host, station in self._stations.items())

    async def _onvif(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        station = self._meant(writer)
        there = station is not None and not station.state.has("offline_onvif")
        await (station.onvif.connected(reader, writer) if station and there else _sent_away(writer))

    async def _rtsp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        station = self._meant(writer)
        await (station.rtsp.connected(reader, writer) if station else _sent_away(writer))

    def _meant(self, writer: asyncio.StreamWriter) -> Station | None:
        """The camera at the address that was connected to, or None: nobody is there."""
        host: str = writer.get_extra_info("sockname")[0]
        station, member = self._stations.get(host), self._by_host.get(host)
        if station is None and member is not None and member.state not in ("dead", "unreachable"):
            station = self._stations[host] = Station(spec_of(member, self.mix), member.kind, self._shared)
        return station

    def _streams(self) -> Iterator[StreamSpec]:
        """Every stream that is sent by some camera, most of them often."""
        kinds = {member.kind: member for member in self.members}
        for member in kinds.values():
            for _, stream in spec_of(member, self.mix).streams():
                yield stream

    def _line(self, member: Member) -> dict[str, object]:
        doors, spec = self._shared.doors, spec_of(member, self.mix)
        there = {"dead": (doors.closed, doors.closed), "unreachable": (doors.hole, doors.hole)}
        usual = (doors.closed if "offline_onvif" in spec.faults else doors.onvif, doors.rtsp)
        onvif, rtsp = (port_of(door) for door in there.get(member.state, usual))
        state = CameraState(spec, member.host, onvif, rtsp)
        return {
            "host": member.host,
            "onvif_port": onvif,
            "rtsp_port": rtsp,
            "onvif": f"http://{member.host}:{onvif}/onvif/device_service",
            "streams": {stream.token: state.stream_url(stream) for _, stream in spec.streams()},
            "username": spec.username,
            "password": self.mix.password,
            "make": member.make,
            "channels": len(spec.channels),
            "state": member.state,
        }


async def _sent_away(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


@contextlib.asynccontextmanager
async def running_fleet(mix: Mix, onvif_port: int = 0, rtsp_port: int = 0) -> AsyncIterator[Fleet]:
    """A fleet of `mix` that answers in this loop until the block ends. Raises OSError where a port is taken."""
    fleet = Fleet(mix, open_doors(onvif_port, rtsp_port))
    try:
        await fleet.start()
        yield fleet
    finally:
        await fleet.stop()
