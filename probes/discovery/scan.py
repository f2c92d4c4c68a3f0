"""Scan: who answers in a range of addresses. Nothing is changed there, and no login is sent.

Strategy: first everybody is asked over UDP, then each address over TCP at a few ports, many addresses at a time and one
connection each, so that no device bears more than a browser would cost it. Which networks may be looked through was
decided before (`ranges`); of their addresses none is asked that `outgoing` refuses, this machine's own among them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from ipaddress import IPv4Interface, IPv4Network
from typing import Literal

from probes.discovery.datagrams import ask
from probes.discovery.found import Found, OpenPort
from probes.discovery.message import Said, port_at
from probes.discovery.plan import Pace, Plan
from probes.discovery.ports import open_ports
from probes.interfaces import own_interfaces
from probes.outgoing import IpNetwork, network

Part = Literal["datagrams", "ports"]
Progress = Callable[[Part, int, int], None]
"""Is told the part, how many addresses of it are done, and how many there are."""


async def scan(plan: Plan, progress: Progress = lambda _part, _done, _total: None) -> tuple[Found, ...]:
    """Everything that answers at the addresses of `plan`, by address. Cancelled, it closes what it opened."""
    plan = replace(plan, addresses=plan.may_be_asked)
    total = len(plan.addresses)
    interfaces = within(own_interfaces(), plan.networks, map(network, plan.outgoing.refused))
    said = await ask(plan, interfaces, lambda done: progress("datagrams", done, total))
    ports = await _every_port(plan, said, lambda done: progress("ports", done, total))
    found = (Found(a, tuple(said.get(a, ())), ports[a]) for a in map(str, plan.addresses))
    return tuple(one for one in found if one.said or one.ports)


def within(
    interfaces: Iterable[IPv4Interface], networks: Iterable[IPv4Network], refused: Iterable[IpNetwork] = ()
) -> tuple[IPv4Interface, ...]:
    """The interfaces whose whole network lies in one of `networks`: what is said to all there stays there. None beside
    a network of `refused`; single addresses of it (this machine's own) hear no more than everybody.
    """
    told, kept_out = tuple(networks), [one for one in refused if isinstance(one, IPv4Network) and one.prefixlen < 32]
    return tuple(
        one
        for one in interfaces
        if any(one.network.subnet_of(network) for network in told)
        and not any(one.network.overlaps(network) for network in kept_out)
    )


async def _every_port(
    plan: Plan, said: Mapping[str, list[Said]], done: Callable[[int], None]
) -> dict[str, tuple[OpenPort, ...]]:
    pace, free, found = Pace(plan.per_second), asyncio.Semaphore(plan.at_once), dict[str, tuple[OpenPort, ...]]()

    async def look(address: str) -> None:
        async with free:
            own = (at[1] for one in said.get(address, ()) if (at := port_at(one, address)))
            ports = (*own, *plan.known_ports.get(address, ()), *plan.ports)
            found[address] = await open_ports(address, tuple(dict.fromkeys(ports)), plan, pace)
        done(len(found))

    async with asyncio.TaskGroup() as group:
        for address in map(str, plan.addresses):
            group.create_task(look(address))
    return found
