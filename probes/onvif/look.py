"""Look: everything ONVIF tells of one device.

Strategy: one step after another over one connection; each step writes its failure down and the next one goes on. The
clock comes first and without a login, because a UsernameToken carries a time and a wrong clock would look like a wrong
password; then where the services are, then who the device is, which shows whether it wants a login and spends the one
try. When that is refused nothing more is asked. What few devices know (`security`) comes last. What an earlier look was
told and hardly ever changes is asked every few nights only (`told_before`), and at once when anything is another.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, TypeVar

from probes.errors import CameraFault, MalformedReply, NetworkFault, OurFault, ProbeError
from probes.facts import Access, Channel, Clock, Device, Identity, Onvif, Security
from probes.facts.identity import compare, known_by
from probes.http import Connection, Reply
from probes.onvif import parse, services, told_before
from probes.onvif.access import access_of
from probes.onvif.address import moved_to
from probes.onvif.box import Told
from probes.onvif.channels import MEDIA_FACTS, ChannelReader
from probes.onvif.client import DEVICE, MEDIA1, MEDIA2, Call, Client, Service
from probes.onvif.faults import LoginDemanded, NoSoap, answer
from probes.onvif.security import SECURITY_FACTS, SecurityReader
from probes.onvif.services import Ask
from probes.onvif.session import Session
from probes.onvif.soap import Element
from probes.target import DEFAULT_PORTS, Address
from probes.visit import Visit

CUT_OFF = timedelta(milliseconds=500)
"""Devices tell whole seconds; this much is cut off on average, so the offset is right within it."""
HOW = "onvif"
T = TypeVar("T")
_CLOCK = Call(DEVICE, "GetSystemDateAndTime", "onvif.clock")
_CLOCK_FACTS = ("clock.offset_s", "clock.time_source", "clock.zone")
_ANSWER_STEPS = ("onvif.device", "onvif.media", "onvif.stream_uri")
_ELSEWHERE = ("refused_connection", "not_onvif")
"""What is said at a port without ONVIF by a device that is there."""
_RTSP_PORT = "this port speaks RTSP: it is that of the streams, and ONVIF has another"
_MOVED = (301, 302, 303, 307, 308)
_USUAL_MEDIA1 = ("/onvif/media_service", "/onvif/Media")


@dataclass(frozen=True)
class OnvifLook:
    """All that ONVIF told. `answered`: it is an ONVIF device at all. `rtsp_port`: by GetNetworkProtocols."""

    device: Device
    channels: tuple[Channel, ...] = ()
    answered: bool = False
    rtsp_port: int | None = None


async def look(visit: Visit) -> OnvifLook:
    """Everything ONVIF tells of the target of `visit`; never raises ProbeError: what failed is in `visit.failures`."""
    address, before = visit.target.address, len(visit.failures)
    found = await _look_at(visit, address)
    for port in visit.target.onvif_ports:
        own = len(visit.failures)
        if found.answered or not any(f.kind in _ELSEWHERE for f in visit.failures[before:own]):
            break
        scheme: Literal["http", "https"] = "https" if port == DEFAULT_PORTS["https"] else "http"
        other = await _look_at(visit, replace(address, onvif_port=port, onvif_scheme=scheme))
        if not other.answered:
            del visit.failures[own:]
            continue
        del visit.failures[before:own]
        visit.remembered = replace(visit.remembered, onvif_port=port)
        return other
    return found


async def _look_at(visit: Visit, address: Address) -> OnvifLook:
    """The look at one address, and at the one that it sends us on to, once."""
    first = _Look(visit, address, may_move=True)
    found = await first.run()
    return found if first.moved is None else await _Look(visit, first.moved).run()


class _Look:
    """One look under way: the groups of facts had so far."""

    def __init__(self, visit: Visit, address: Address, *, may_move: bool = False) -> None:
        self._visit, self._address, self._may_move = visit, address, may_move
        self._connection = connection = Connection(visit, address.onvif_scheme, address.onvif_port)
        self.moved: Address | None = None
        """Where the device sent us on to, if that may be followed; nothing was asked yet then."""
        self._session = Session(visit, Client(connection), secure=connection.secure)
        self._session.paths[DEVICE] = (address.onvif_path,)
        self._spoke_soap = self._who_answered = self._clock_wants_login = self._clock_told = False
        self._identity = Identity(at=visit.now(), how=HOW)
        self._clock: Clock | None = None
        self._access: Access | None = None
        self._answers: bool | None = None
        self._profiles: tuple[str, ...] | None = None
        self._media: tuple[str, ...] | None = None
        self._media_profiles: int | None = None
        self._scopes: tuple[str, ...] | None = None
        self._security = Security(at=visit.now(), how=HOW, https=connection.secure or None)
        self._channels: tuple[Channel, ...] = ()
        self._rtsp_port: int | None = None
        self._reader: ChannelReader | None = None
        self._listed: set[str] = set()
        self._scope_words = ""
        self._clock_set_by: str | None = None
        self._failed_before = len(visit.failures)
        self._before = told_before.read(visit.target, visit.now())
        """What need not be asked tonight; None as soon as anything is found to be another."""

    async def run(self) -> OnvifLook:
        """Everything this look had; the connection is closed."""
        try:
            return await self._run()
        finally:
            await self._connection.close()

    async def _run(self) -> OnvifLook:
        if await self._first_contact():
            steps = (
                self._find_services,
                self._who,
                self._late_clock,
                self._find_services_late,
                self._who_by_network,
                self._look_at_media,
                self._keeps_out,
                self._remember,
            )
            for step in steps:
                if self._session.closed is None:
                    await step()
            if self._session.closed is not None and self._media is None:
                self._visit.failed(self._session.closed, self._not_had())
        return self._result()

    async def _first_contact(self) -> bool:
        """True when the device may be an ONVIF service; its clock and its Date header are read."""
        try:
            reply = await self._session.send(_CLOCK)
            if reply.status in _MOVED:
                return self._sent_on(next(iter(reply.all("location")), ""))
            self._spoke_soap = b"Envelope" in self._connection.last
            self._session.clock_offset = self._date_header(reply)
            self._take_clock(answer(reply, _CLOCK.operation, _CLOCK.step), reply.seconds)
        except CameraFault as error:
            return self._judge_first(error)
        except (NetworkFault, OurFault) as error:
            self._visit.failed(error, self._not_had())
            return False
        return True

    def _sent_on(self, location: str) -> bool:
        """Takes the address that the device sends us on to; nothing is asked here any more. Always False."""
        self.moved = moved_to(location, self._address) if self._may_move else None
        if self.moved is None:
            words = f"sent on to {location}, which is not followed: it is not the registered host and port"
            self._visit.failed(MalformedReply("onvif.clock", words), self._not_had())
        return False

    def _judge_first(self, error: CameraFault) -> bool:
        if self._connection.last[:5] == b"RTSP/" or (isinstance(error, NoSoap) and error.clearly):
            self._answers = False
            rtsp = self._connection.last[:5] == b"RTSP/"
            error = CameraFault("not_onvif", error.step, _RTSP_PORT if rtsp else error.detail)
            self._visit.failed(error, self._not_had())
            return False
        if isinstance(error, LoginDemanded):
            self._clock_wants_login = True
            self._clock = Clock(at=self._visit.now(), how=HOW, without_login=False)
            return True
        self._visit.failed(error, ("clock",) if self._spoke_soap else self._not_had())
        return self._spoke_soap

    def _take_clock(self, reply: Element, round_trip_s: float) -> None:
        told = parse.device_time(reply)
        now = self._visit.now()
        offset = (told.utc - (now - timedelta(seconds=round_trip_s / 2))) if told.utc else None
        if offset is not None:
            self._session.clock_offset = offset
        else:
            missing = MalformedReply("onvif.clock", "the device does not say its UTC")
            self._visit.failed(missing, ("clock.offset_s",))
        seconds = None if offset is None else round((offset + CUT_OFF).total_seconds(), 3)
        self._clock_told, free = True, not self._clock_wants_login
        self._clock_set_by = told.kind
        if self._before is not None and self._before.clock != told.kind:
            self._is_another()
        source = None if self._before and told.kind == "ntp" else told.kind  # the former was asked for its server
        self._clock = Clock(at=now, how=HOW, offset_s=seconds, time_source=source, zone=told.zone, without_login=free)

    def _date_header(self, reply: Reply) -> timedelta:
        """The clock of the device by its web server: only for dating a token where the device hides its clock."""
        try:
            date = parsedate_to_datetime(next(iter(reply.all("date")), ""))
            return date.replace(tzinfo=date.tzinfo or UTC) - self._visit.now()
        except (ValueError, OverflowError):
            return timedelta()

    async def _find_services(self) -> None:
        """Where the media services are, without a login: by GetServices, else by GetCapabilities; or as before."""
        if self._before is not None:
            paths = self._before.paths
            self._found({service: paths[service.name] for service in (MEDIA1, MEDIA2) if service.name in paths})
            return
        self._found(await self._services(self._session.ask_anonymously))

    async def _find_services_late(self) -> None:
        """The same with the login, where the device demanded one; else where the services usually are."""
        if MEDIA1 in self._session.paths or MEDIA2 in self._session.paths:
            return
        self._found(await self._services(self._session.ask))
        named = MEDIA1 in self._session.paths or MEDIA2 in self._session.paths
        if not named and self._session.closed is None:
            unnamed = CameraFault(
                "unsupported", "onvif.services", "no media service is named: the usual paths are tried"
            )
            self._visit.failed(unnamed, ())
            self._found({MEDIA1: _USUAL_MEDIA1[0]})

    async def _services(self, ask: Ask) -> dict[Service, str]:
        found = await services.find(ask)
        self._listed |= found.listed
        return found.paths

    def _found(self, paths: dict[Service, str]) -> None:
        own = self._address.onvif_path
        for service, path in paths.items():
            usual = _USUAL_MEDIA1 if service == MEDIA1 else ()
            self._session.paths[service] = tuple(dict.fromkeys((path, *usual, own)))

    async def _who(self) -> None:
        """Who the device is, and whether it wants a login: the first call that demands one is the try."""
        call = Call(DEVICE, "GetDeviceInformation", "onvif.device")
        reply = await self._attempt(("identity",), self._session.ask(call))
        demand = self._session.demands.get(call.operation)
        now = self._visit.now()
        if demand is not None:
            self._access = access_of(demand, now, secure=self._connection.secure)
        elif reply is not None:
            self._access = Access(at=now, how=HOW, onvif_login_required=False)
        if reply is not None:
            self._spoke_soap = self._who_answered = True
            self._identity = Identity(at=now, how=HOW, **parse.device_information(reply))
            self._security = replace(self._security, firmware_told=self._identity.firmware is not None)
        if self._before is not None and self._before.who != told_before.who(self._identity):
            self._is_another()

    def _is_another(self) -> None:
        """Everything is to be asked: the device, its firmware or its settings are not those of the look before."""
        self._before = None
        for service in (MEDIA1, MEDIA2):
            self._session.paths.pop(service, None)

    async def _late_clock(self) -> None:
        """The clock, with the login, of a device that does not tell it without one."""
        if self._clock_wants_login:
            began = self._visit.seconds()
            reply = await self._attempt(_CLOCK_FACTS, self._session.ask(_CLOCK))
            if reply is not None:
                self._take_clock(reply, self._visit.seconds() - began)

    async def _who_by_network(self) -> None:
        """The hardware address; without one, another mark by which the device is known."""
        reply = await self._attempt(("identity.mac",), self._device("GetNetworkInterfaces"))
        if reply is not None:
            self._identity = replace(self._identity, mac=parse.mac(reply))
            if not self._identity.mac:  # zeros, or none at all: known by other marks, and no fault
                self._visit.failed(OurFault("onvif.mac", "GetNetworkInterfaces names none"), ("identity.mac",))
        if "mac" not in known_by(vars(self._identity)):
            with suppress(ProbeError):  # few devices have it
                reference = await self._device("GetEndpointReference")
                self._identity = replace(self._identity, endpoint=parse.endpoint(reference))
        if self._before and compare(self._visit.remembered.unit, vars(self._identity)).same is False:
            await self._ask_everything()

    async def _network(self) -> None:
        """The RTSP port, the time server, and the profiles that the scopes claim."""
        reply = await self._attempt(("security.https",), self._device("GetNetworkProtocols"))
        if reply is not None:
            self._rtsp_port = parse.rtsp_port(reply)
            self._security = replace(self._security, https=self._connection.secure or parse.https_is_on(reply))
        if self._clock is not None and self._clock_set_by == "ntp":
            reply = await self._attempt((), self._device("GetNTP"))
            lacks = reply is not None and not parse.has_time_server(reply)
            self._clock = replace(self._clock, time_source="manual" if lacks else "ntp")
        reply = await self._attempt(("onvif.profiles",), self._device("GetScopes"))
        if reply is not None:
            self._profiles = self._stated(parse.profiles_claimed(reply), "onvif.profiles")
            self._scope_words, self._scopes = parse.scope_words(reply), parse.scope_kinds(reply)

    async def _look_at_media(self) -> None:
        if self._before is None:
            await self._network()
        reader = await self._listed_by(self._before)
        if self._before is not None and not reader.as_before:
            await self._ask_everything()
            await self._network()
            reader = await self._listed_by(None)
        self._reader = reader
        who = self._identity
        told = Told(who.model or "", f"{who.hardware or ''} {self._scope_words}", frozenset(self._listed))
        self._channels = await reader.read(self._before.rtsp_port if self._before else self._rtsp_port, told)
        self._media, self._media_profiles = reader.media, reader.profiles
        if self._who_answered and reader.addresses:
            self._answers = True
        elif self._channels:
            why = next((f for f in self._visit.failures if f.step in _ANSWER_STEPS), None)
            if why is not None:
                self._visit.failures.append(replace(why, channel=None, stream=None, facts=("onvif.answers",)))

    async def _listed_by(self, before: told_before.ToldBefore | None) -> ChannelReader:
        """A reader of the channels that knows the profiles."""
        reader = ChannelReader(self._visit, self._session, before)
        await reader.list()
        return reader

    async def _ask_everything(self) -> None:
        """Nothing is as before: the services are asked for anew."""
        paths, kept = await self._services(self._session.ask), dict(self._session.paths)
        self._is_another()
        self._found(paths)
        if not paths:
            self._session.paths.update(kept)

    async def _keeps_out(self) -> None:
        """What the device says of how it keeps others out."""
        if self._before is not None:
            return
        reader = SecurityReader(self._visit, self._session)
        self._security = replace(self._security, rtsps=await reader.streams_over_tls())
        self._security = replace(self._security, **await reader.password_rules())

    async def _remember(self) -> None:
        """What this look was told is remembered, if it has asked everything and nothing failed that will not last."""
        if self._before is not None or self._reader is None:
            return
        whole = told_before.is_whole(self._visit.failures[self._failed_before :]) and self._visit.seconds_left() > 0
        told = told_before.ToldBefore(
            at=self._visit.now(),
            who=told_before.who(self._identity),
            clock=self._clock_set_by,
            paths={s.name: self._session.paths[s][0] for s in (MEDIA1, MEDIA2) if s in self._session.paths},
            rtsp_port=self._rtsp_port,
            sources=self._reader.sources,
            settings=self._reader.settings,
            kinds={c.token or "": (c.info.kind, c.info.via) for c in self._channels if c.info and c.info.kind},
        )
        self._visit.remembered = replace(
            self._visit.remembered, asked=told.to_json() if whole and self._channels else {}
        )

    def _stated(self, value: T | None, fact: str) -> T | None:
        """`value`; where the reply held none, that is written down."""
        if value is None:
            self._visit.failed(MalformedReply("onvif.network", "the reply does not say it"), (fact,))
        return value

    async def _device(self, operation: str) -> Element:
        return await self._session.ask(Call(DEVICE, operation, "onvif.network"))

    async def _attempt(self, facts: Iterable[str], work: Awaitable[Element]) -> Element | None:
        """What `work` gives, or None and a failure; a closed session is written down once, at the end."""
        try:
            return await work
        except ProbeError as error:
            if self._session.closed is None:
                self._visit.failed(error, facts)
            return None

    def _not_had(self) -> tuple[str, ...]:
        """The facts and groups of the ONVIF side that are not there yet."""
        missing = ["identity"] if not self._who_answered else [] if self._identity.mac else ["identity.mac"]
        missing += [] if self._clock_told else _CLOCK_FACTS if self._clock else ["clock"]
        missing += [] if self._access else ["access.onvif_login_required", "access.onvif_schemes"]
        missing += [] if self._answers is not None else ["onvif.answers"]
        missing += [] if self._profiles else ["onvif.profiles"]
        return (*missing, "onvif.scopes", "onvif.media", "onvif.media_profiles", *SECURITY_FACTS, *MEDIA_FACTS)

    def _result(self) -> OnvifLook:
        onvif = Onvif(
            at=self._visit.now(),
            how=HOW,
            answers=self._answers,
            profiles=self._profiles,
            media=self._media or None,
            media_profiles=self._media_profiles,
            scopes=self._scopes,
        )
        identity = self._identity if self._who_answered or self._identity.mac else None
        security = self._security if self._spoke_soap else None
        device = Device(identity=identity, onvif=onvif, clock=self._clock, access=self._access, security=security)
        return OnvifLook(device, self._channels, self._spoke_soap, self._rtsp_port)
