"""SOAP envelopes as cameras write them: bytes in, the answer or the fault out (SOAP 1.2 part 1, SOAP 1.1).

Strategy: pure, and the one way to read a reply. XML is read with recovery, because undeclared prefixes, control
characters and wrong declarations are common; names are matched without prefix and namespace. What must be whole is the
Body: recovery leaves out whatever it stumbles over, and half a list of options would pass for all of them. So the reply
is cut at the end of its Body, the parser may complain of nothing but those common oddities, and no element may follow.
What is read is bounded in tags and attributes, so that every reader of `parse` is quick for any reply.
Anything else raises MalformedReply, and OurFault where there are too many elements.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from probes.errors import MalformedReply, OurFault, Step
from probes.onvif.letters import as_utf8

Element: TypeAlias = etree._Element

_BODY_END = re.compile(rb"</(?:[^\s<>/:]+:)?Body\s*>")
_ENVELOPE = re.compile(rb"<((?:[^\s<>/:!?]+:)?Envelope)(?=[\s>])")
_ENVELOPE_END = re.compile(rb"\s*</(?:[^\s<>/:]+:)?Envelope\s*>")
_TAG = re.compile(rb"<[/\w]")
_PREFIX = re.compile(rb"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(rb"xmlns:([\w.-]+)\s*=")
_CONTROL = bytes(c for c in range(32) if c not in b"\t\n\r")
_TEXT_LIMIT = 1_000
_TAG_LIMIT = 100_000
"""Opening and closing tags; a recorder with 128 profiles needs 30,000."""
_ATTRIBUTES = re.compile(rb"=\s*[\"']")
_ATTRIBUTES_LIMIT = 20_000
"""In the whole reply; each takes 350 bytes of memory, fifty times what it takes on the wire."""
_ATTRIBUTE_LIMIT = 64
_PREFIX_LIMIT = 64
_ERROR_LIMIT = 50
"""The parser stops writing errors down after 100, and a serious one might be among the rest."""
_HARMLESS = frozenset(
    {
        "ERR_INVALID_CHAR",
        "ERR_INVALID_ENCODING",
        "ERR_UNSUPPORTED_ENCODING",
        "ERR_UNKNOWN_ENCODING",
        "ERR_NAME_REQUIRED",
        "ERR_UNDECLARED_ENTITY",
        "ERR_ENTITYREF_SEMICOL_MISSING",
        "ERR_ENTITYREF_NO_NAME",
        "ERR_ATTRIBUTE_REDEFINED",
        "ERR_HYPHEN_IN_COMMENT",
        "ERR_MISPLACED_CDATA_END",
        "ERR_RESERVED_XML_NAME",
        "NS_ERR_UNDEFINED_NAMESPACE",
        "NS_ERR_QNAME",
        "NS_ERR_XML_NAMESPACE",
        "NS_ERR_ATTRIBUTE_REDEFINED",
        "NS_ERR_EMPTY",
        "NS_ERR_COLON",
        "WAR_NS_URI",
        "WAR_NS_URI_RELATIVE",
    }
)
"""What the parser may complain of: none of it makes recovery leave out an element or end early."""
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """A SOAP fault: local names of the code and of its subcodes, outermost first, and the reason."""

    codes: tuple[str, ...]
    text: str = ""

    def __str__(self) -> str:
        return "/".join(self.codes) + (f": {self.text}" if self.text else "")


def read(data: bytes, step: Step) -> Element | Fault:
    """The first element in the Body of the envelope in `data`, or the Fault that stands there."""
    root = _parse(_envelope(data, step), step)
    if root is None or local(root) != "Envelope":
        raise MalformedReply(step, f"no SOAP envelope: {data[:60]!r}")
    body = child(root, "Body")
    first = next(children(body), None) if body is not None else None
    if first is None:
        raise MalformedReply(step, "the SOAP body is empty")
    return _fault(first) if local(first) == "Fault" else first


def looks_like_html(data: bytes) -> bool:
    """True when `data` is a web page."""
    return _HTML.search(data[:2_000]) is not None


def local(element: Element) -> str:
    """The name of `element` without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Element | None, name: str = "*") -> Iterator[Element]:
    """The child elements of `element` (called `name`), in any namespace."""
    return iter(()) if element is None else element.iterchildren(f"{{*}}{name}")


def child(element: Element | None, *names: str) -> Element | None:
    """The first element at the path `names` below `element`, or None."""
    for name in names:
        element = next(children(element, name), None)
    return element


def text(element: Element | None, *names: str) -> str | None:
    """The text at the path `names` below `element` without blanks around it, or None when there is none."""
    found = child(element, *names)
    return (str(found.text or "").strip()[:_TEXT_LIMIT] or None) if found is not None else None


def attribute(element: Element, name: str) -> str | None:
    """The attribute `name` of `element`, whatever its prefix, without blanks around it, or None."""
    return (raw_attribute(element, name) or "").strip()[:_TEXT_LIMIT] or None


def raw_attribute(element: Element, name: str) -> str | None:
    """The attribute `name` of `element`, whatever its prefix, exactly as it stands there, or None."""
    value: object = element.get(name)
    if value is None:  # keys are listed in linear time; attrib.items() takes seconds for 50,000 attributes
        qualified = (k for k in element.keys()[:_ATTRIBUTE_LIMIT] if str(k).endswith(name))
        key = next((k for k in qualified if str(k).rpartition("}")[2].rpartition(":")[2] == name), None)
        value = None if key is None else element.get(key)
    return None if value is None else str(value)


def _envelope(data: bytes, step: Step) -> bytes:
    """The first envelope in `data` up to the end of its Body, closed there; what is around it is left out."""
    data = as_utf8(data)
    begin = data.find(b"<")
    if begin < 0:
        raise MalformedReply(step, f"no XML: {data[:40]!r}" if data else "the reply is empty")
    start, end = _ENVELOPE.search(data, begin), _BODY_END.search(data, begin)
    if start is not None and end is None:
        raise MalformedReply(step, f"the reply breaks off before the end of its SOAP body, after {len(data)} bytes")
    if start is None or end is None:
        raise MalformedReply(step, f"no whole SOAP envelope: {data[begin : begin + 60]!r}")
    again = _ENVELOPE.search(data, end.end())
    rest = data[end.end() : again.start() if again else len(data)]
    closing = b"</" + start.group(1) + b">"
    cut_off = closing.startswith(rest.strip())
    if not cut_off and _TAG.search(_ENVELOPE_END.sub(b"", rest, count=1)):
        raise MalformedReply(step, f"more follows after the end of the SOAP body: {rest[:60]!r}")
    whole = data[begin : end.end()].translate(None, _CONTROL)
    if whole.count(b"<") > _TAG_LIMIT:
        raise OurFault(step, f"the reply holds more than {_TAG_LIMIT} tags")
    if sum(1 for _ in _ATTRIBUTES.finditer(whole)) > _ATTRIBUTES_LIMIT:
        raise OurFault(step, f"the reply holds more than {_ATTRIBUTES_LIMIT} attributes")
    return whole + closing


def _declared(data: bytes) -> bytes:
    """`data` with every prefix declared; each becomes a namespace of its own, and names are matched without them."""
    unknown = set(_PREFIX.findall(data)) - set(_DECLARED.findall(data)) - {b"xml", b"xmlns"}
    if not unknown or len(unknown) > _PREFIX_LIMIT:
        return data
    names = b"".join(b' xmlns:%s="undeclared:%s"' % (prefix, prefix) for prefix in sorted(unknown))
    return _ENVELOPE.sub(lambda start: start.group(0) + names, data, count=1)


def _parse(data: bytes, step: Step) -> Element | None:
    root, errors = _recovered(data)
    start = _ENVELOPE.search(data)
    if start and start.start() and set(errors) - _HARMLESS:  # a declaration with wrong quotes says nothing of the rest
        data = data[start.start() :]
        root, errors = _recovered(data)
    if "NS_ERR_UNDEFINED_NAMESPACE" in errors:
        root, errors = _recovered(_declared(data))
    serious = sorted(set(errors) - _HARMLESS)
    if serious or len(errors) > _ERROR_LIMIT:
        raise MalformedReply(step, f"broken XML: {', '.join(serious[:3]) or 'too many errors'}")
    return root


def _recovered(data: bytes) -> tuple[Element | None, list[str]]:
    """The root of what the parser makes of `data`, and the names of its complaints."""
    parser = etree.XMLParser(
        recover=True, huge_tree=False, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, []
    errors = [error.type_name for error in parser.error_log]
    if root is not None and errors:
        for element in root.iter("{*}*"):
            _drop_prefix(element)
    return root, errors


def _drop_prefix(element: Element) -> None:
    """A prefix that nobody declared is left in the name by the parser; names beyond repair stay as they are."""
    name = local(element)
    if ":" in name:
        with contextlib.suppress(ValueError):
            element.tag = name.rpartition(":")[2]


def _fault(fault: Element) -> Fault:
    codes: list[str] = []
    level = child(fault, "Code")
    while level is not None and len(codes) < 8:
        codes.append(_bare(text(level, "Value")))
        level = child(level, "Subcode")
    if not codes:  # SOAP 1.1
        codes.append(_bare(text(fault, "faultcode")))
    reason = text(fault, "Reason", "Text") or text(fault, "faultstring") or ""
    detail = child(fault, "Detail")
    more = " ".join("".join(t for t in detail.itertext() if isinstance(t, str)).split()) if detail is not None else ""
    return Fault(tuple(c for c in codes if c), " ".join(part for part in (reason, more) if part)[:300])


def _bare(name: str | None) -> str:
    return (name or "").rpartition(":")[2].strip()
