"""Requests as they leave, and how the libraries behave."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys

import pytest
from lxml import etree

from probes.errors import OurFault
from probes.http import Connection
from probes.onvif.client import DEVICE, MEDIA1, MEDIA2, Call, Client, Signature, describe
from probes.target import Address, Target
from probes.visit import Visit
from tests.probes.onvif.onvif_replies import SOAP12, TR2, TRT, TT
from tests.probes.onvif.scripted_camera import OPEN, ScriptedCamera


def sent(call: Call, path: str = "/onvif/x", signature: Signature | None = None) -> tuple[str, etree._Element]:
    """The head and the envelope of the request that `call` makes."""
    camera = ScriptedCamera(OPEN)

    async def run() -> None:
        async with camera.running():
            connection = Connection(Visit(Target("k", Address("host", "127.0.0.1"))), "http", camera.port)
            await Client(connection).send(call, path, signature)
            await connection.close()

    asyncio.run(run())
    head, _, body = camera.asked[0].text.partition("\r\n\r\n")
    return head, etree.fromstring(body.encode())


def test_a_request_is_soap_12_with_its_action() -> None:
    """The content type carries the action, the length is announced, and nothing is chunked."""
    head, root = sent(Call(DEVICE, "GetDeviceInformation", "onvif.device"), "/onvif/device_service?a=1")
    assert head.startswith("POST /onvif/device_service?a=1 HTTP/1.1\r\n")
    lower = head.lower()
    action = "http://www.onvif.org/ver10/device/wsdl/GetDeviceInformation"
    assert f'content-type: application/soap+xml; charset=utf-8; action="{action}"'.lower() in lower
    assert "content-length: " in lower
    assert "transfer-encoding" not in lower
    assert root.tag == f"{{{SOAP12}}}Envelope"


def test_a_media1_stream_address_is_asked_for_with_the_right_namespaces() -> None:
    """StreamSetup is of the media service, what is in it is of the schema; the order of the elements is fixed."""
    setup = {"Stream": "RTP-Unicast", "Transport": {"Protocol": "RTSP"}}
    call = Call(MEDIA1, "GetStreamUri", "onvif.stream_uri", {"ProfileToken": "P1", "StreamSetup": setup})
    _, root = sent(call)
    tags = [e.tag for e in root.iter()][2:]
    assert tags == [
        f"{{{TRT}}}GetStreamUri",
        f"{{{TRT}}}StreamSetup",
        f"{{{TT}}}Stream",
        f"{{{TT}}}Transport",
        f"{{{TT}}}Protocol",
        f"{{{TRT}}}ProfileToken",
    ]


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("GetProfiles", {"Type": ["All"]}, [("Type", "All")]),
        ("GetVideoEncoderConfigurations", {}, []),
        ("GetVideoEncoderConfigurationOptions", {"ConfigurationToken": "c"}, [("ConfigurationToken", "c")]),
        ("GetStreamUri", {"Protocol": "RTSP", "ProfileToken": "p"}, [("Protocol", "RTSP"), ("ProfileToken", "p")]),
    ],
)
def test_media2_calls_follow_our_own_description(
    operation: str, params: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    """All elements are of the ver20 namespace."""
    _, root = sent(Call(MEDIA2, operation, "onvif.media", params))
    asked = root[0][0]
    assert asked.tag == f"{{{TR2}}}{operation}"
    assert [(e.tag, e.text) for e in asked] == [(f"{{{TR2}}}{name}", text) for name, text in expected]


def test_a_request_is_signed_in_the_header_it_belongs_to() -> None:
    """In the SOAP header, before the body, or in the HTTP header for exactly the path that is asked."""
    mark = etree.Element("Mark")
    _, root = sent(Call(DEVICE, "GetScopes", "onvif.network"), signature=Signature(soap=lambda: mark))
    assert [etree.QName(e).localname for e in root] == ["Header", "Body"]
    assert root[0][0].tag == "Mark"
    http = Signature(http=lambda method, uri: f"X {method} {uri}")
    head, _ = sent(Call(DEVICE, "GetScopes", "onvif.network"), "/a b", http)
    assert "X POST /a%20b" in head


def test_a_request_that_cannot_be_built_is_our_fault() -> None:
    """A token of the camera with a character that XML does not allow."""
    with pytest.raises(OurFault):
        sent(Call(MEDIA2, "GetStreamUri", "onvif.stream_uri", {"Protocol": "RTSP", "ProfileToken": "\x00"}))


def test_the_libraries_leave_the_root_logger_alone() -> None:
    """Importing onvif sets up the root logger; that is undone."""
    code = (
        "import logging, sys; import probes.onvif.look; early = 'zeep' in sys.modules;"
        "from probes.onvif.client import warm_up; warm_up(); root = logging.getLogger();"
        "print(early, root.handlers, root.level == logging.WARNING)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "[]", "True"]


def test_descriptions_are_parsed_once_per_process() -> None:
    """Every camera shares them."""
    assert describe() is describe()


def test_envelopes_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Not even when everything is logged."""
    with caplog.at_level(logging.DEBUG):
        sent(Call(DEVICE, "GetScopes", "onvif.network"), signature=Signature(soap=lambda: etree.Element("Secret")))
    assert "Secret" not in caplog.text
