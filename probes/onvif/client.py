"""Sends ONVIF requests; the only file that knows onvif-zeep and zeep.

Strategy: onvif-zeep's `ONVIFService` over a zeep client builds and sends every request, from service descriptions that
are parsed once per process and shared. Replies come back as bytes (`raw_response`) and are read by `soap` and `parse`
alone: one way to read a reply, lenient where zeep is strict, and 128 profiles cost 4 ms instead of 55. `ONVIFCamera` is
not used: it parses the descriptions for every camera, opens an event subscription and hides errors.

Oddities of the libraries, and what is done about them here:
- importing onvif sets up the root logger: its handlers and level are put back;
- importing both costs 0.2 s and the descriptions 0.25 s: `describe` does it at first use, `warm_up` earlier;
- zeep's `AsyncClient.create_service` returns the proxy for blocking calls: `_Client` returns the one to await;
- zeep builds a proxy for each of 100 operations: `_Proxy` builds those that are asked for;
- zeep would fetch what a description imports from the network: `_Files` reads this machine's files only;
- `ONVIFService` keeps a login: it gets an empty one, and requests are signed one by one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from lxml import etree

from probes.errors import OurFault, Step
from probes.http import Connection, Reply, request_target

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


@dataclass(frozen=True)
class Service:
    """One ONVIF service: our name for it, its namespace, and where its description is."""

    name: str
    namespace: str
    description: str
    binding: str
    ours: bool = False


DEVICE = Service("device", "http://www.onvif.org/ver10/device/wsdl", "devicemgmt.wsdl", "DeviceBinding")
MEDIA1 = Service("media1", "http://www.onvif.org/ver10/media/wsdl", "media.wsdl", "MediaBinding")
MEDIA2 = Service("media2", "http://www.onvif.org/ver20/media/wsdl", "media2.wsdl", "Media2Binding", ours=True)
PASSWORDS = Service("passwords", DEVICE.namespace, "passwords.wsdl", "PasswordBinding", ours=True)
"""One operation of the device service that the description of onvif-zeep does not have yet."""
SERVICES = (DEVICE, MEDIA1, MEDIA2, PASSWORDS)


@dataclass(frozen=True)
class Call:
    """One request: which operation of which service, with what, and the step it belongs to."""

    service: Service
    operation: str
    step: Step
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Signature:
    """How one request carries a login: an Authorization header made from method and path, or a SOAP header."""

    http: Callable[[str, str], str] | None = field(default=None, repr=False)
    soap: Callable[[], etree._Element] | None = field(default=None, repr=False)


class Client:
    """Sends calls to one camera, one at a time."""

    def __init__(self, connection: Connection) -> None:
        self._wire = _Wire(connection)
        self._services: dict[tuple[str, str], Any] = {}

    @property
    def sent(self) -> bool:
        """True when the last request began to leave, and so the camera may have read it."""
        return self._wire.sent

    async def send(self, call: Call, path: str, signature: Signature | None = None, *, once: bool = False) -> Reply:
        """The reply to `call` at `path`, whatever it is; signed when there is a `signature`, never twice if `once`.

        Raises what `Connection.post` raises, and OurFault when the request cannot be built.
        """
        self._wire.prepare(call.step, signature, once=once)
        try:
            operation = getattr(self._service(call.service, path), call.operation)
            reply: Reply = await operation(dict(call.params))
        except describe().mistakes as error:
            raise OurFault(call.step, f"{call.operation} could not be built: {type(error).__name__}") from None
        return reply

    def _service(self, service: Service, path: str) -> Any:
        key = (service.name, path)
        if key not in self._services:
            self._services[key] = describe().service(service, path, self._wire)
        return self._services[key]


class _Wire:
    """The transport that zeep posts through: signs the request that was prepared and sends it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._step: Step = "onvif.clock"
        self._signature: Signature | None = None
        self._once = False

    @property
    def sent(self) -> bool:
        return self._connection.sent

    def prepare(self, step: Step, signature: Signature | None, *, once: bool) -> None:
        self._step, self._signature, self._once = step, signature, once
        self._connection.sent = False

    async def post_xml(self, address: str, envelope: etree._Element, headers: dict[str, str]) -> Reply:
        signature = self._signature
        if signature and signature.soap:
            header = etree.Element(f"{{{SOAP12}}}Header")
            header.append(signature.soap())
            envelope.insert(0, header)
        if signature and signature.http:
            headers = {**headers, "Authorization": signature.http("POST", request_target(address))}
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return await self._connection.post(address, body, headers, self._step, once=self._once)


@dataclass(frozen=True)
class Descriptions:
    """The parsed descriptions, how to make a service from them, and the errors of a request that cannot be built."""

    service: Callable[[Service, str, _Wire], Any]
    mistakes: tuple[type[Exception], ...]


def warm_up() -> None:
    """The libraries are imported and the descriptions parsed (0.5 s of CPU), so that the first look is not late."""
    describe()


@cache
def describe() -> Descriptions:
    """The descriptions of all services, parsed once per process."""
    onvif, zeep = _libraries()
    settings = zeep.Settings(strict=False, xml_huge_tree=False, raw_response=True)
    files = {service.name: _file(service) for service in SERVICES}
    documents = {
        service.name: zeep.wsdl.Document(str(files[service.name]), _Files(), settings=settings) for service in SERVICES
    }

    class _Proxy(zeep.proxy.AsyncServiceProxy):  # type: ignore[name-defined,misc]  # zeep is untyped
        def __init__(self, client: Any, binding: Any, **options: Any) -> None:
            self._client, self._binding, self._binding_options = client, binding, options
            self._operations: dict[str, Any] = {}

        def __getitem__(self, name: str) -> Any:
            return zeep.proxy.AsyncOperationProxy(self, name)

    class _Client(zeep.AsyncClient):  # type: ignore[name-defined,misc]  # zeep is untyped
        def create_service(self, binding_name: str, address: str) -> Any:
            return _Proxy(self, self.wsdl.bindings[binding_name], address=address)

    def make(service: Service, path: str, wire: _Wire) -> Any:
        client = _Client(documents[service.name], transport=wire, settings=settings)
        binding = f"{{{service.namespace}}}{service.binding}"
        return onvif.ONVIFService(path, "", "", str(files[service.name]), zeep_client=client, binding_name=binding)

    return Descriptions(make, (zeep.exceptions.Error, onvif.ONVIFError, TypeError, ValueError, AttributeError))


def _libraries() -> tuple[Any, Any]:
    """The modules onvif and zeep; the root logger is as it was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    import onvif
    import zeep

    root.handlers[:] = handlers
    root.setLevel(level)
    return onvif, zeep


def _file(service: Service) -> Path:
    if service.ours:
        return Path(__file__).with_name(service.description)
    return Path(str(distribution("onvif-zeep").locate_file(f"wsdl/{service.description}")))


class _Files:
    """Reads descriptions from this machine only."""

    def load(self, url: str) -> bytes:
        if "://" in url:
            raise ValueError(f"a service description asks for {url}, which is not read from the network")
        return Path(url).read_bytes()
