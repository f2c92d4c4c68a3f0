"""SOAP envelopes as cameras write them: bytes in, the answer or the fault out (SOAP 1.2 part 1, SOAP 1.1).

Strategy: pure, and the one way to read a reply. XML is read with recovery, because undeclared prefixes, control
characters and wrong declarations are common; names are matched without prefix and namespace. What must be whole is the
Body: a reply that breaks off before its end is malformed, or half a list of streams would pass for all of them.
Anything else raises MalformedReply.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from probes.errors import MalformedReply, Step

Element: TypeAlias = etree._Element

_BODY_END = re.compile(rb"</(?:[^\s<>/:]+:)?Body\s*>")
_TEXT_LIMIT = 1_000
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
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
    begin = data.find(b"<")
    if begin < 0:
        raise MalformedReply(step, f"no XML: {data[:40]!r}" if data else "the reply is empty")
    if data[:2] in _UTF16:
        begin = 0
    elif not _BODY_END.search(data):
        raise MalformedReply(step, f"no whole SOAP envelope: {data[begin : begin + 60]!r}")
    root = _parse(data[begin:] if begin else data)
    if root is None or local(root) != "Envelope":
        raise MalformedReply(step, f"no SOAP envelope: {data[begin : begin + 60]!r}")
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
    value: object = element.get(name)
    if value is None:
        value = next((v for k, v in element.attrib.items() if str(k).rpartition("}")[2].rpartition(":")[2] == name), "")
    return str(value).strip() or None


def _parse(data: bytes) -> Element | None:
    parser = etree.XMLParser(
        recover=True, huge_tree=False, resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is not None and len(parser.error_log):
        for element in root.iter("{*}*"):
            _drop_prefix(element)
    return root


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
