"""Found: what answers at one address, put together from what was heard and which ports are open. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from probes.discovery.message import Said, elsewhere, port_at

PortKind = Literal["onvif", "rtsp", "web", "open"]
ValueT = TypeVar("ValueT")


@dataclass(frozen=True)
class OpenPort:
    """A port at which a connection was taken. `onvif`: answers as an ONVIF service; `rtsp`: as a stream server; `web`:
    another web server; `open`: nothing that is known here.
    """

    number: int
    kind: PortKind


@dataclass(frozen=True)
class Found:
    """One address at which something answers: what it says of itself over WS-Discovery, and its open ports."""

    address: str
    said: tuple[Said, ...] = ()
    ports: tuple[OpenPort, ...] = ()

    @property
    def is_video(self) -> bool:
        """True for a device of ONVIF or a stream server; printers, computers and routers are not."""
        return any(s.is_video for s in self.said) or any(p.kind in ("onvif", "rtsp") for p in self.ports)

    @property
    def onvif_port(self) -> int | None:
        """Where its ONVIF service is: as it says of its own address, else the first port that answers so."""
        told = (port_at(said, self.address) for said in self.said)
        answers = (port.number for port in self.ports if port.kind == "onvif")
        return next((at[1] for at in told if at), None) or next(answers, None)

    @property
    def says_it_is_at(self) -> tuple[str, ...]:
        """Other addresses that it names for itself; nobody has asked there."""
        return tuple(dict.fromkeys(each for said in self.said for each in elsewhere(said, self.address)))

    @property
    def endpoint(self) -> str | None:
        """The UUID that it goes by; None where it says none, or more than one."""
        return self._only([said.endpoint for said in self.said])

    @property
    def mac(self) -> str | None:
        """The hardware address that it says it has; None where it says none, or more than one."""
        return self._only([said.mac for said in self.said])

    @property
    def make(self) -> str:
        """Maker, model and name, each word once, as it writes them."""
        first = next((s for s in self.said if s.name or s.hardware), Said())
        words: list[str] = []
        for part in (first.manufacturer, first.name, first.hardware):
            if part and part.lower() not in " ".join(words).lower():
                words.append(part)
        return " ".join(words)

    def to_json(self) -> dict[str, Any]:
        """The address and everything that was had of it."""
        first = next((s for s in self.said if s.name or s.hardware), Said())
        return {
            "address": self.address,
            "is_video": self.is_video,
            "onvif_port": self.onvif_port,
            "ports": [{"port": port.number, "kind": port.kind} for port in self.ports],
            "manufacturer": first.manufacturer,
            "name": first.name,
            "hardware": first.hardware,
            "location": first.location,
            "endpoint": self.endpoint,
            "mac": self.mac,
            "onvif_profiles": sorted({profile for said in self.said for profile in said.profiles}),
            "says_it_is_at": list(self.says_it_is_at),
        }

    @staticmethod
    def _only(values: list[ValueT | None]) -> ValueT | None:
        told = {value for value in values if value is not None}
        return told.pop() if len(told) == 1 else None
