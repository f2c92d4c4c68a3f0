"""The ONVIF device service (device management): the operations that read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import quote

from probes.simulator import media1, media2
from probes.simulator.soap import TDS, TR2, TRT, Call, Fault, Xml, node, several, unsupported
from probes.simulator.state import CameraState

PATH = "/onvif/device_service"


def _date_and_time(state: CameraState, _: Call) -> Xml:
    now = state.reported_now()
    local = now if state.spec.clock_is_local_time_labelled_utc else now + state.zone_offset
    return node(
        "tds:GetSystemDateAndTimeResponse",
        node(
            "tds:SystemDateAndTime",
            node("tt:DateTimeType", "NTP" if state.spec.ntp else "Manual"),
            node("tt:DaylightSavings", False),
            node("tt:TimeZone", node("tt:TZ", state.spec.zone)),
            node("tt:UTCDateTime", _moment(now)),
            node("tt:LocalDateTime", _moment(local)),
        ),
    )


def _moment(time: datetime) -> Xml:
    clock = node("tt:Time", node("tt:Hour", time.hour), node("tt:Minute", time.minute), node("tt:Second", time.second))
    day = node("tt:Date", node("tt:Year", time.year), node("tt:Month", time.month), node("tt:Day", time.day))
    return Xml(clock + day)


def _services(state: CameraState, call: Call) -> Xml:
    wanted = call.text("tds:IncludeCapability") in ("true", "1")
    known: list[tuple[str, str, Xml | None]] = [(TDS, PATH, _service_capabilities(state))]
    if "media1" in state.spec.media:
        known.append((TRT, media1.PATH, media1.capabilities(state)))
    if "media2" in state.spec.media:
        known.append((TR2, media2.PATH, media2.capabilities(state)))
    known += [(f"http://www.onvif.org/ver10/{name}/wsdl", f"/onvif/{name}", None) for name in state.spec.services]
    return node(
        "tds:GetServicesResponse",
        several(
            [
                node(
                    "tds:Service",
                    node("tds:Namespace", namespace),
                    node("tds:XAddr", state.service_url(path)),
                    node("tds:Capabilities", capabilities) if wanted else None,
                    node("tds:Version", node("tt:Major", 21), node("tt:Minor", 12)),
                )
                for namespace, path, capabilities in known
            ]
        ),
    )


def _service_capabilities(state: CameraState) -> Xml:
    logins = state.spec.onvif_auth
    security = node("tds:Security", UsernameToken="usernametoken" in logins, HttpDigest="digest" in logins)
    return node("tds:Capabilities", node("tds:Network"), security, node("tds:System"))


def _get_service_capabilities(state: CameraState, _: Call) -> Xml:
    return node("tds:GetServiceCapabilitiesResponse", _service_capabilities(state))


def _capabilities(state: CameraState, call: Call) -> Xml:
    categories = set(call.texts("tds:Category")) or {"All"}
    has_media = "media1" in state.spec.media
    if not categories & {"All", "Device", "Media"} or (categories == {"Media"} and not has_media):
        raise Fault("env:Receiver", ("ter:ActionNotSupported", "ter:NoSuchService"), "No such service", 500)
    media = None
    if has_media and categories & {"All", "Media"}:
        streaming = node(
            "tt:StreamingCapabilities",
            node("tt:RTPMulticast", "false"),
            node("tt:RTP_TCP", "false"),
            node("tt:RTP_RTSP_TCP", "true"),
        )
        media = node("tt:Media", node("tt:XAddr", state.service_url(media1.PATH)), streaming)
    box = node("tt:Device", node("tt:XAddr", state.service_url(PATH))) if categories & {"All", "Device"} else None
    return node("tds:GetCapabilitiesResponse", node("tds:Capabilities", box, media))


def _information(state: CameraState, _: Call) -> Xml:
    spec = state.spec
    return node(
        "tds:GetDeviceInformationResponse",
        node("tds:Manufacturer", spec.manufacturer),
        node("tds:Model", spec.model),
        node("tds:FirmwareVersion", "" if state.has("says_little") else spec.firmware),
        node("tds:SerialNumber", spec.serial),
        node("tds:HardwareId", f"{spec.model}-hw1"),
    )


def _interfaces(state: CameraState, _: Call) -> Xml:
    manual = node("tt:Manual", node("tt:Address", state.host), node("tt:PrefixLength", 8))
    return node(
        "tds:GetNetworkInterfacesResponse",
        node(
            "tds:NetworkInterfaces",
            node("tt:Enabled", "true"),
            node("tt:Info", node("tt:Name", "eth0"), node("tt:HwAddress", state.spec.mac), node("tt:MTU", 1500)),
            node("tt:IPv4", node("tt:Enabled", "true"), node("tt:Config", manual, node("tt:DHCP", "false"))),
            token="eth0",  # noqa: S106  the token of an interface  # nosec B106
        ),
    )


def _protocols(state: CameraState, _: Call) -> Xml:
    web = "HTTPS" if "onvif" in state.spec.tls else "HTTP"
    ports = ((web, state.onvif_port), ("RTSP", state.rtsp_port))
    shown = [
        node("tds:NetworkProtocols", node("tt:Name", name), node("tt:Enabled", "true"), node("tt:Port", port))
        for name, port in ports
    ]
    return node("tds:GetNetworkProtocolsResponse", several(shown))


def _ntp(state: CameraState, _: Call) -> Xml:
    server = node("tt:NTPManual", node("tt:Type", "DNS"), node("tt:DNSname", "pool.ntp.org"))
    shown = node("tds:NTPInformation", node("tt:FromDHCP", "false"), server if state.spec.ntp else None)
    return node("tds:GetNTPResponse", shown)


def _dns(_: CameraState, __: Call) -> Xml:
    return node("tds:GetDNSResponse", node("tds:DNSInformation", node("tt:FromDHCP", "false")))


def _gateway(state: CameraState, _: Call) -> Xml:
    return node("tds:GetNetworkDefaultGatewayResponse", node("tds:NetworkGateway", node("tt:IPv4Address", state.host)))


def _hostname(state: CameraState, _: Call) -> Xml:
    name = node("tt:Name", state.spec.hostname)
    return node("tds:GetHostnameResponse", node("tds:HostnameInformation", node("tt:FromDHCP", "false"), name))


def scopes(state: CameraState) -> list[str]:
    """What the camera says of itself in URIs: profiles first, then what it is and is called."""
    spec, root = state.spec, "onvif://www.onvif.org"
    made = [f"{root}/Profile/{one}" for one in spec.profiles]
    made += [f"{root}/type/video_encoder", f"{root}/type/Network_Video_Transmitter"]
    if not state.has("says_little"):
        made += [f"{root}/hardware/{quote(spec.model, safe='')}", f"{root}/name/{quote(spec.manufacturer, safe='')}"]
    return [*made, f"{root}/location/country/vietnam", *spec.scopes]


def _endpoint(state: CameraState, _: Call) -> Xml:
    if state.spec.endpoint is None:
        raise unsupported("GetEndpointReference")
    return node("tds:GetEndpointReferenceResponse", node("tds:GUID", state.spec.endpoint))


def _get_scopes(state: CameraState, _: Call) -> Xml:
    shown = [node("tds:Scopes", node("tt:ScopeDef", "Fixed"), node("tt:ScopeItem", one)) for one in scopes(state)]
    return node("tds:GetScopesResponse", several(shown))


def _password_rules(state: CameraState, _: Call) -> Xml:
    if state.spec.password_rules is None:
        raise unsupported("GetPasswordComplexityConfiguration")
    names = ("MinLen", "Uppercase", "Number", "SpecialChars")
    told = [node(f"tds:{name}", least) for name, least in zip(names, state.spec.password_rules, strict=True)]
    return node("tds:GetPasswordComplexityConfigurationResponse", *told)


OPERATIONS: Mapping[str, Callable[[CameraState, Call], Xml]] = {
    "GetSystemDateAndTime": _date_and_time,
    "GetServices": _services,
    "GetServiceCapabilities": _get_service_capabilities,
    "GetCapabilities": _capabilities,
    "GetDeviceInformation": _information,
    "GetNetworkInterfaces": _interfaces,
    "GetNetworkProtocols": _protocols,
    "GetNTP": _ntp,
    "GetDNS": _dns,
    "GetNetworkDefaultGateway": _gateway,
    "GetHostname": _hostname,
    "GetScopes": _get_scopes,
    "GetEndpointReference": _endpoint,
    "GetPasswordComplexityConfiguration": _password_rules,
}
