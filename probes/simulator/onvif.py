"""The ONVIF server of a camera: HTTP, login, and the tables of operations behind three addresses.

Strategy: one loop per connection. A request goes by path to a service, by the first element of its body to an
operation, past the login unless ONVIF lets everyone ask (access class PRE_AUTH, Core specification), and every answer
is an envelope, a fault or a bare HTTP status.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from probes.simulator import device, media1, media2, soap
from probes.simulator.login import Login, Refused
from probes.simulator.messages import Request, read, reply
from probes.simulator.soap import Call, Fault, Xml
from probes.simulator.state import CameraState

_SOAP_TYPE = ("Content-Type", "application/soap+xml; charset=utf-8")
_HTML_TYPE = ("Content-Type", "text/html")
_PRE_AUTH = frozenset(
    {"GetSystemDateAndTime", "GetServices", "GetServiceCapabilities", "GetCapabilities", "GetHostname"}
)
_NOT_FOR_VIEWERS = frozenset(
    {
        "GetNetworkInterfaces",
        "GetNetworkProtocols",
        "GetNTP",
        "GetVideoEncoderConfigurationOptions",
        "GetPasswordComplexityConfiguration",
    }
)
_IDLE_S = 60.0

Operation = Callable[[CameraState, Call], Xml]


@dataclass(frozen=True)
class Service:
    """The namespace that a path understands, and its operations."""

    namespace: str
    operations: Mapping[str, Operation]


@dataclass(frozen=True)
class Reply:
    """What goes back for one request."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=lambda: [_SOAP_TYPE])


class OnvifServer:
    """The services of one camera at their paths."""

    def __init__(self, state: CameraState) -> None:
        self._state = state
        self._login = Login(state)
        self._services = {device.PATH: Service(soap.TDS, device.OPERATIONS)}
        if "media1" in state.spec.media:
            self._services[media1.PATH] = Service(soap.TRT, media1.OPERATIONS)
        if "media2" in state.spec.media:
            self._services[media2.PATH] = Service(soap.TR2, media2.OPERATIONS)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Requests on one connection have been answered until one side had enough."""
        while True:
            async with asyncio.timeout(_IDLE_S):
                request = await read(reader)
            if request is None or not request.version.startswith("HTTP/1."):
                writer.write(reply("HTTP/1.1", 400))
                return
            await asyncio.sleep(self._state.spec.answer_after_s)
            answer = self.answer(request)
            connection = (request.header("connection") or "").lower()
            keep = connection != "close" and (request.version == "HTTP/1.1" or connection == "keep-alive")
            headers = [*answer.headers, ("Connection", "keep-alive" if keep else "close")]
            writer.write(reply("HTTP/1.1", answer.status, headers, answer.body))
            await writer.drain()
            if not keep:
                return

    def answer(self, request: Request) -> Reply:
        """What goes back for one request."""
        if self._state.has("html_404"):
            return _page(404)
        there = self._state.spec.http_redirect
        if there is not None and not request.target.startswith("/moved"):
            host, port = self._state.host, self._state.onvif_port
            return Reply(302, headers=[("Location", there.format(host=host, port=port, path=request.target))])
        service = self._services.get(request.target.removeprefix("/moved"))
        if self._state.has("one_address") and request.target != device.PATH:
            service = None
        if request.method != "POST":
            return _page(405 if service else 200 if request.target == "/" else 404)
        if service is None:
            self._state.counters.requested("onvif", request.target, with_credentials="authorization" in request.headers)
            return _page(404)
        try:
            call = soap.parse(request.body)
            if self._state.has("one_address"):
                service = next((s for s in self._services.values() if s.namespace == call.namespace), service)
            return self._call(service, call, request)
        except Refused as refused:
            headers = [_SOAP_TYPE, *(("WWW-Authenticate", one) for one in refused.challenges)]
            return Reply(refused.status, soap.envelope(soap.fault_body(refused.fault)), headers)
        except Fault as fault:
            return Reply(fault.status, soap.envelope(soap.fault_body(fault)))

    def _call(self, service: Service, call: Call, request: Request) -> Reply:
        self._login.count(call, request)
        operation = service.operations.get(call.operation)
        if operation is None or call.namespace != service.namespace:
            raise soap.unsupported(call.operation)
        needed = call.operation not in _PRE_AUTH or (
            call.operation == "GetSystemDateAndTime" and self._state.has("clock_wants_login")
        )
        if needed or self._state.has("strict_pre_auth"):
            self._login.check(call, request, needed=needed)
        if self._state.has("viewer_only") and call.operation in _NOT_FOR_VIEWERS:
            self._state.counters.not_permitted()
            raise soap.not_authorized()
        if self._state.has("no_options") and call.operation == "GetVideoEncoderConfigurationOptions":
            raise soap.unsupported(call.operation)
        return Reply(200, self.answered(operation, call))

    def answered(self, operation: Operation, call: Call) -> bytes:
        """The envelope that answers `call`, which may be answered. Raises Fault."""
        return soap.envelope(operation(self._state, call))


def _page(status: int) -> Reply:
    """A page for browsers, as the web server in a camera has one."""
    text = {200: "<h1>IP camera</h1>", 404: "<h1>404 Not Found</h1>", 405: "<h1>405 Method Not Allowed</h1>"}[status]
    return Reply(status, f"<!DOCTYPE html><html><body>{text}</body></html>".encode(), [_HTML_TYPE])
