"""SOAP 1.2 as a camera speaks it: requests read with lxml, replies written by hand.

Strategy: `node` makes one element and escapes what is not XML already, so a reply is an expression that looks like the
reply. A `Fault` is raised anywhere and becomes the reply. Everything stands under fixed prefixes declared once.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr  # what is written, not what is read  # nosec B406

from lxml import etree

ENV = "http://www.w3.org/2003/05/soap-envelope"
TT = "http://www.onvif.org/ver10/schema"
TDS = "http://www.onvif.org/ver10/device/wsdl"
TRT = "http://www.onvif.org/ver10/media/wsdl"
TR2 = "http://www.onvif.org/ver20/media/wsdl"
_PREFIXES = {"env": ENV, "tt": TT, "tds": TDS, "trt": TRT, "tr2": TR2, "ter": "http://www.onvif.org/ver10/error"}
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items())


class Xml(str):
    """Text that is XML already."""

    __slots__ = ()


Content = Xml | str | int | float | bool | None


@dataclass
class Fault(Exception):
    """A SOAP fault: code and subcodes from the outside in, a text, and the HTTP status it goes with."""

    code: str
    subcodes: tuple[str, ...]
    text: str
    status: int = 400


def not_authorized(status: int = 400, text: str = "Sender not Authorized") -> Fault:
    """The fault for a sender who has not shown that it may ask this."""
    return Fault("env:Sender", ("ter:NotAuthorized",), text, status)


def unsupported(operation: str) -> Fault:
    """The fault for an operation that this service does not have."""
    return Fault("env:Receiver", ("ter:ActionNotSupported",), f"Optional Action Not Implemented: {operation}", 500)


def bad_value(subcode: str, text: str) -> Fault:
    """The fault for an argument that names nothing here."""
    return Fault("env:Sender", ("ter:InvalidArgVal", subcode), text)


def node(name: str, *content: Content, **attributes: Content) -> Xml:
    """The element `name` (with its prefix) around `content`; None leaves out content or attribute."""
    shown = "".join(f" {key}={quoteattr(_text(value))}" for key, value in attributes.items() if value is not None)
    inner = "".join(one if isinstance(one, Xml) else escape(_text(one)) for one in content if one is not None)
    return Xml(f"<{name}{shown}>{inner}</{name}>")


def several(nodes: list[Xml]) -> Xml:
    """`nodes` one after the other."""
    return Xml("".join(nodes))


def _text(value: Content) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def envelope(body: Xml) -> bytes:
    """A whole reply around `body`."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<env:Envelope {_DECLARED}>'
    return f"{head}<env:Body>{body}</env:Body></env:Envelope>".encode()


def fault_body(fault: Fault) -> Xml:
    """The Body of a reply that carries `fault`."""
    subcode: Xml | None = None
    for one in reversed(fault.subcodes):
        subcode = node("env:Subcode", node("env:Value", one), subcode)
    code = node("env:Code", node("env:Value", fault.code), subcode)
    text = Xml(f'<env:Text xml:lang="en">{escape(fault.text)}</env:Text>')
    return node("env:Fault", code, node("env:Reason", text))


@dataclass(frozen=True)
class Call:
    """One request: the operation's element, its namespace and name, and the header block, if any."""

    element: etree._Element
    namespace: str
    operation: str
    header: etree._Element | None

    def text(self, path: str) -> str | None:
        """The text of the element at `path` (prefixes as in replies) below the operation, stripped; None if absent."""
        found = self.element.find(path, _PREFIXES)
        return None if found is None else (found.text or "").strip()

    def texts(self, path: str) -> list[str]:
        """The texts of all elements at `path`."""
        return [(found.text or "").strip() for found in self.element.findall(path, _PREFIXES)]


def parse(raw: bytes) -> Call:
    """The call in `raw`; Fault when it is not a SOAP 1.2 request."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Fault("env:Sender", ("ter:WellFormed",), f"Well-formed Error: {error.msg}") from error
    if root.tag != f"{{{ENV}}}Envelope":
        raise Fault("env:VersionMismatch", (), "SOAP 1.2 is spoken here", 500)
    body = root.find(f"{{{ENV}}}Body")
    operation = None if body is None else next(body.iterchildren("*"), None)
    if operation is None:
        raise Fault("env:Sender", ("ter:TagMismatch",), "The Body holds no operation")
    name = etree.QName(operation)
    return Call(operation, name.namespace or "", name.localname, root.find(f"{{{ENV}}}Header"))
