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
- zeep takes 0.5 ms to build a request, which for one operation and tokens is always the same: `_built` keeps it;
- zeep would fetch what a description imports from the network: `_Files` reads this machine's files only;
- `ONVIFService` keeps a login: it gets an empty one, and requests are signed one by one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from lxml import etree

from probes.errors import OurFault, Step
from probes.http import Connection, Reply, request_target

SOAP12 = "http://www.w3.org/2003/05/soap-envelope"
_PREFIX = "soap-env"
"""The prefix that zeep gives SOAP."""
REQUESTS_KEPT = 2_048
"""Requests that are kept as they were built: 1 kB each. Cameras of a make use the same tokens."""


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
        self._connection = connection

    @property
    def sent(self) -> bool:
        """True when the last request began to leave, and so the camera may have read it."""
        return self._connection.sent

    async def send(self, call: Call, path: str, signature: Signature | None = None, *, once: bool = False) -> Reply:
        """The reply to `call` at `path`, whatever it is; signed when there is a `signature`, never twice if `once`.

        Raises what `Connection.post` raises, and OurFault when the request cannot be built.
        """
        self._connection.sent = False
        try:
            request = _built(call.service, call.operation, json.dumps(call.params))
        except describe().mistakes as error:
            raise OurFault(call.step, f"{call.operation} could not be built: {type(error).__name__}") from None
        header, headers = b"", request.headers
        if signature and signature.soap:
            header = _soap_header(signature.soap())
        if signature and signature.http:
            headers = {**headers, "Authorization": signature.http("POST", request_target(path))}
        return await self._connection.post(path, request.with_header(header), headers, call.step, once=once)


@dataclass(frozen=True)
class _Request:
    """A request as zeep builds it, cut where a SOAP header would stand."""

    before: bytes
    after: bytes
    headers: Mapping[str, str]

    def with_header(self, header: bytes) -> bytes:
        return self.before + header + self.after


@lru_cache(maxsize=REQUESTS_KEPT)
def _built(service: Service, operation: str, params: str) -> _Request:
    """The request for `operation` with `params` (JSON); raises one of `describe().mistakes`."""
    wire = _Wire()
    coroutine = getattr(describe().service(service, wire), operation)(json.loads(params))
    try:
        coroutine.send(None)  # nothing is waited for: the wire takes the envelope at once
    except StopIteration as done:
        request: _Request = done.value
        return request
    coroutine.close()
    raise ValueError("zeep waits for something")


def _soap_header(content: etree._Element) -> bytes:
    header = etree.Element(f"{{{SOAP12}}}Header", nsmap={_PREFIX: SOAP12})
    header.append(content)
    return etree.tostring(header).replace(f' xmlns:{_PREFIX}="{SOAP12}"'.encode(), b"", 1)


class _Wire:
    """The transport that zeep posts through: keeps what would be sent."""

    async def post_xml(self, _address: str, envelope: etree._Element, headers: dict[str, str]) -> _Request:
        body = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        cut = body.index(f"<{_PREFIX}:Body".encode())
        return _Request(body[:cut], body[cut:], headers)


@dataclass(frozen=True)
class Descriptions:
    """The parsed descriptions, how to make a service from them, and the errors of a request that cannot be built."""

    service: Callable[[Service, _Wire], Any]
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

    def make(service: Service, wire: _Wire) -> Any:
        client = _Client(documents[service.name], transport=wire, settings=settings)
        binding = f"{{{service.namespace}}}{service.binding}"
        return onvif.ONVIFService("/", "", "", str(files[service.name]), zeep_client=client, binding_name=binding)

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
