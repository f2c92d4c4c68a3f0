"""Hostile XML in the replies of an ONVIF server that is otherwise right: entities, depth, width.

Strategy: every reply is made as it should be and then bent. `STOLEN` stands in a file beside this one; a reader
that opens files for a camera would tell it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from probes.simulator import messages
from probes.simulator.hostile.mode import ORDINARY, Mode, Serve, Server
from probes.simulator.hostile.talk import each_request
from probes.simulator.messages import Request
from probes.simulator.onvif import OnvifServer
from probes.simulator.state import CameraState

_FILE = Path(__file__).resolve().with_name("stolen.txt")
STOLEN = "these words stand in a file of this machine"
"""What `stolen.txt` says; plain text, which any parser would put into a document."""
FETCHED = "/stolen.dtd"
"""What a reader that follows an address in a document asks this camera for, with GET."""
Bend = Callable[[CameraState, bytes], bytes]
_MODEL = ORDINARY.model.encode()


def bent(bend: Bend) -> Server:
    """The ONVIF server of the camera, each of whose replies is what `bend` makes of it."""

    def server(state: CameraState) -> Serve:
        ordinary = OnvifServer(state)

        async def say(_: CameraState, request: Request, writer: asyncio.StreamWriter) -> None:
            answer = ordinary.answer(request)
            writer.write(messages.reply("HTTP/1.1", answer.status, answer.headers, bend(state, answer.body)))
            await writer.drain()

        return each_request(say)(state)

    return server


def _type(declarations: str) -> Callable[[bytes], bytes]:
    """A document type with `declarations` in front of the envelope."""
    words = b"?>\n<!DOCTYPE a " + declarations.encode() + b">"
    return lambda body: body.replace(b"?>\n", words, 1)


def _with(inside: bytes) -> Bend:
    """`inside` as the last thing of each answer."""

    def bend(_: CameraState, body: bytes) -> bytes:
        end = body.rfind(b"</", 0, body.rfind(b"</env:Body>"))
        return body[:end] + inside + body[end:]

    return bend


def _entity(declarations: str, reference: bytes) -> Bend:
    """`declarations`, and `reference` where the model stands and at the end of each answer; {host}, {port} and {file}
    in them are those of this camera and of that file.
    """

    def bend(state: CameraState, body: bytes) -> bytes:
        known = {"{host}": state.host, "{port}": str(state.onvif_port), "{file}": str(_FILE)}
        words = declarations
        for name, value in known.items():
            words = words.replace(name, value)
        more = _with(b"<tt:Extension>" + reference + b"</tt:Extension>" if reference else b"")
        return _type(words)(more(state, body.replace(_MODEL, reference or _MODEL)))

    return bend


def _mode(does: str, bend: Bend) -> Mode:
    return Mode(does, "onvif", bent(bend))


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_ADDRESS = "http://{host}:{port}" + FETCHED
_NAMESPACES = b"<a " + b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(20_000)) + b"/>"
_ATTRIBUTES = b"<a " + b" ".join(b'b%d=""' % n for n in range(40_000)) + b"/>"

DOCUMENTS: Mapping[str, Mode] = {
    "billion-laughs": _mode(
        "ten entities, each ten times the one before: 3 GB", _entity(f"[<!ENTITY l0 'lol'>{_LAUGHS}]", b"&l9;")
    ),
    "quadratic-blow-up": _mode(
        "an entity of 100 kB, named 50,000 times: 5 GB", _entity(f"[<!ENTITY q '{'q' * 100_000}'>]", b"&q;" * 50_000)
    ),
    "entity-that-holds-itself": _mode(
        "two entities that hold each other", _entity("[<!ENTITY a '&b;'><!ENTITY b '&a;'>]", b"&a;")
    ),
    "entity-of-a-file": _mode(
        "an entity that is a file of the machine that looks", _entity("[<!ENTITY x SYSTEM 'file://{file}'>]", b"&x;")
    ),
    "entity-of-an-address": _mode(
        "an entity that is fetched over HTTP", _entity(f"[<!ENTITY x SYSTEM '{_ADDRESS}'>]", b"&x;")
    ),
    "parameter-entity": _mode(
        "a parameter entity that is fetched over HTTP", _entity(f"[<!ENTITY % x SYSTEM '{_ADDRESS}'> %x;]", b"")
    ),
    "parameter-entity-of-a-file": _mode(
        "a parameter entity that is a file", _entity("[<!ENTITY % x SYSTEM 'file://{file}'> %x;]", b"")
    ),
    "document-type-elsewhere": _mode("a document type that is fetched over HTTP", _entity(f"SYSTEM '{_ADDRESS}'", b"")),
    "included-document": _mode(
        "an XInclude of a file",
        _with(
            b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="file://%s"/>'
            % str(_FILE).encode()
        ),
    ),
    "deep": _mode("100,000 elements inside each other", _with(b"<a>" * 100_000 + b"</a>" * 100_000)),
    "deep-20000": _mode("20,000 elements inside each other", _with(b"<a>" * 20_000 + b"</a>" * 20_000)),
    "deep-and-open": _mode("50,000 elements that are not closed", _with(b"<a>" * 50_000)),
    "wide": _mode("100,001 elements beside each other", _with(b"<a/>" * 100_001)),
    "wide-as-allowed": _mode("45,000 elements with a text each, which are read", _with(b"<a>x</a>" * 45_000)),
    "many-attributes": _mode("an element of 40,000 attributes", _with(_ATTRIBUTES)),
    "many-namespaces": _mode("an element that declares 20,000 namespaces", _with(_NAMESPACES)),
    "long-attribute": _mode("an attribute of 700 kB", _with(b'<a b="' + b"y" * 700_000 + b'"/>')),
    "long-text": _mode("a text of 700 kB", _with(b"<a>" + b"y" * 700_000 + b"</a>")),
    "long-name": _mode("an element whose name is 700 kB", _with(b"<" + b"y" * 700_000 + b"/>")),
}
