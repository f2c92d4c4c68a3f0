"""Proof: every reply survives, at the ONVIF door (items 7, 10, 16, 17 and 18 of the field notes).

Strategy: one camera as it should be, and firmwares that answer the same in their own odd way. The facts must be those
of the camera as it should be; where a reply is beyond repair, the failure says so and the other facts are there.
"""

import asyncio
import re
from dataclasses import replace

import pytest
from lxml import etree

from probes.target import Limits
from tests.acceptance.field.scripted import bodies, every, facts, look, rtsp
from tests.probes.onvif.onvif_replies import (
    SOAP11,
    SOAP12,
    TRT,
    TT,
    envelope,
    fault,
    h264,
    profile,
    profiles,
    source,
)
from tests.probes.onvif.scripted_camera import Said
from tests.probes.rtsp.scripted_server import cseq_of

GOOD = {
    "identity.manufacturer": "Maker",
    "identity.model": "M-1",
    "identity.firmware": "V5.7.3",
    "identity.serial": "S-77",
    "identity.mac": "44:19:b6:11:22:33",
    "onvif.answers": True,
    "onvif.profiles": ("S",),
    "onvif.media": ("media1",),
    "clock.time_source": "manual",
    "access.onvif_login_required": False,
    "declared.codec": "h264",
    "declared.size": (640, 360),
    "declared.fps": 25.0,
    "declared.gop": 50,
    "declared.bitrate_kbps": 4096,
    "capable.codecs": ("h264",),
    "sdp.codec": "h264",
    "sdp.size": (640, 360),
    "sdp.fps": 25.0,
    "measured.codec": "h264",
    "measured.size": (640, 360),
}
NOT_SUPPORTED = Said(fault("ter:ActionNotSupported", "", "s:Receiver"), 500)
NOT_FOUND = Said(b"<html><body>404 Not Found</body></html>", 404)
WEB_PAGE = b"<!DOCTYPE html><html><head><title>Web Service</title></head><body>login</body></html>"
NO_CAPABILITIES = Said(envelope("<tds:GetCapabilitiesResponse><tds:Capabilities/></tds:GetCapabilitiesResponse>"))


def media_at(path):
    """A change of a script: media is answered at `path` alone, everything else as it was."""

    def change(script):
        media = ("GetProfiles", "GetVideoEncoderConfigurationOptions", "GetStreamUri")
        return script | {name: lambda a, s=script[name]: s if a.path == path else NOT_FOUND for name in media}

    return change


@pytest.mark.field(7)
@pytest.mark.parametrize(
    "services", [NOT_SUPPORTED, NOT_FOUND, Said(b""), Said(envelope("<tds:GetServicesResponse/>"))]
)
@pytest.mark.parametrize(
    ("capabilities", "path"),
    [
        (None, "/onvif/own_media"),  # as the capabilities say
        (NO_CAPABILITIES, "/onvif/media_service"),
        (NO_CAPABILITIES, "/onvif/Media"),
        (NOT_SUPPORTED, "/onvif/device_service"),  # YooSee: one path for everything
        (NOT_FOUND, "/onvif/Media"),
    ],
    ids=["named", "empty", "empty, the second usual", "none, one path", "none, the second usual"],
)
def test_media_is_found_without_a_list_of_services(services, capabilities, path):
    """GetServices missing or empty: GetCapabilities; that empty or missing too: the usual paths, in order."""
    changed = {"GetServices": services} | ({"GetCapabilities": capabilities} if capabilities else {})
    seen = look(lambda script: media_at(path)(script) | changed)
    assert facts(seen.observation) == GOOD
    assert seen.kinds == []


def strictly(asked):
    """True when GetStreamUri is written as its schema has it (media.wsdl, onvif.xsd): names, order and words."""
    body = etree.fromstring(asked.text.partition("\r\n\r\n")[2].encode())
    found = [
        (element.tag, (element.text or "").strip()) for element in body.iter("{*}*") if "envelope" not in element.tag
    ]
    return found == [
        (f"{{{TRT}}}GetStreamUri", ""),
        (f"{{{TRT}}}StreamSetup", ""),
        (f"{{{TT}}}Stream", "RTP-Unicast"),
        (f"{{{TT}}}Transport", ""),
        (f"{{{TT}}}Protocol", "RTSP"),
        (f"{{{TRT}}}ProfileToken", "P1"),
    ]


@pytest.mark.field(10)
@pytest.mark.parametrize(
    "otherwise",
    [Said(b"", 400), Said(fault("", "data type mismatch in element 'Stream'", "s:Sender"), 500)],
    ids=["400", "data type mismatch"],
)
def test_a_camera_that_wants_every_namespace_right_gives_its_address(otherwise):
    """StreamSetup in trt, Stream and Transport in tt, RTP-Unicast over RTSP: else 400 or 500."""
    seen = look(lambda s: s | {"GetStreamUri": lambda a, s=s["GetStreamUri"]: s if strictly(a) else otherwise})
    assert facts(seen.observation) == GOOD
    assert seen.stream.uri.endswith("/live?a=1&b=2")


SLOW = Limits(connect_s=1, read_s=1.2, sample_s=1, deadline_s=20, picture=False)


def late(seconds):
    """A description that comes `seconds` late."""

    async def say(server, writer, request):
        await asyncio.sleep(seconds)
        writer.write(rtsp()["DESCRIBE"].replace(b"{cseq}", cseq_of(request)))

    return say


@pytest.mark.field(16)
def test_a_slow_camera_is_read_and_its_latency_is_a_fact():
    """Each answer takes a good part of the time it may take: all facts are there, and the milliseconds with them."""
    seen = look(every(lambda said: replace(said, after_s=0.4)), script={"DESCRIBE": late(0.5)}, limits=SLOW)
    assert facts(seen.observation) == GOOD
    steps = seen.stream.rtsp.steps
    assert 500 <= steps["describe"].ms < 1200
    assert steps["describe"].ms > steps["options"].ms


@pytest.mark.field(16)
def test_a_camera_that_is_too_slow_is_not_down():
    """At either door: `timeout`, which is no answer and fails no rule; not unreachable, and not without ONVIF."""
    seen = look(every(lambda said: replace(said, after_s=3)), limits=SLOW)
    assert set(seen.kinds) == {("timeout", "onvif.clock")}
    assert seen.server.requests == []
    seen = look(script={"DESCRIBE": late(3)}, limits=SLOW)
    assert set(seen.kinds) == {("timeout", "rtsp.describe")}
    assert {f.definite for f in seen.observation.failures if f.facts} == {False}
    assert seen.stream.declared.size == (640, 360)
    assert seen.stream.rtsp.steps["describe"].status is None


def declared_as(encoding):
    """A reply in the bytes of `encoding`, which it declares."""
    return lambda body: body.decode().replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)


def in_gb2312(body):
    """A reply that declares UTF-8 and holds GB2312: the name of the video source."""
    return body.replace("Cổng trường".encode(), "前门".encode("gb2312"))


DIRTY = {
    "an undeclared prefix": lambda b: b.replace(b"Header/>", b"Header><wsa:Address>x</wsa:Address></s:Header>", 1),
    "a byte-order mark": lambda b: b"\xef\xbb\xbf" + b,
    "UTF-16": declared_as("utf-16"),
    "UTF-16 without a mark": lambda b: b.decode().replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "GB2312 that is called UTF-8": in_gb2312,
    "a charset that nobody knows": lambda b: b.replace(b"UTF-8", b"GB-X-1", 1),
    "control characters": lambda b: b.replace(b"<tt:Name>", b"<tt:Name>\x01\x1f").replace(b"Maker", b"Ma\x00ker"),
    "lines before it": lambda b: b"\r\n\r\n  " + b,
    "words before it": lambda b: b"OK 200\r\n" + b,
    "junk behind it": lambda b: b + b"\r\n\0\0\0garbage",
    "the web server's own words behind it": lambda b: b + b"<!-- httpd -->",
    "twice": lambda b: b + b.partition(b"\n")[2],
    "CDATA": lambda b: b.replace(b"Maker", b"<![CDATA[Maker]]>").replace(b"M-1", b"<![CDATA[ M-1 ]]>"),
    "comments": lambda b: b.replace(b"<tt:Resolution>", b"<!-- main --><tt:Resolution><!-- px -->"),
    "a bare ampersand": lambda b: b.replace(b"<tt:Name>E<", b"<tt:Name>Main & Sub<"),
    "no XML declaration": lambda b: b.partition(b"\n")[2],
    "a broken XML declaration": lambda b: b.replace(b'"1.0"', b'\\"1.0\\"', 1),
    "the end tag of the envelope cut off": lambda b: b[:-5],
}


@pytest.mark.field(17)
@pytest.mark.parametrize("bend", DIRTY.values(), ids=DIRTY)
def test_dirt_in_every_reply_costs_no_fact(bend):
    """All replies of the camera alike."""
    seen = look(bodies(bend))
    assert facts(seen.observation) == GOOD
    assert seen.kinds == []


def over_http(bend):
    """A change of a script: each reply is the bytes that `bend` makes of its body, and the connection is closed."""
    return every(lambda said: said if said.status != 200 else replace(said, body=bend(said.body), raw=True))


def chunked(body, size=700, extension=b""):
    """`body` in chunks (RFC 9112 7.1)."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(p), extension, p) for p in parts) + b"0\r\n\r\n"


def with_length(body, length):
    """A reply that says its body has `length` bytes."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + body


OVER_HTTP = {
    "HTTP/1.0": lambda b: b"HTTP/1.0 200 OK\r\nServer: thttpd\r\n\r\n" + b,
    "no length": lambda b: b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b,
    "too long a length": lambda b: with_length(b, len(b) + 40),
    "a length in letters, not bytes": lambda b: with_length(b, len(b.decode()) - 20),
    "chunks": lambda b: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b),
    "chunks with extensions": lambda b: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" + chunked(b, 90, b";a=b")
    ),
    "chunks and a length": lambda b: (
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b)
    ),
    "chunks without an end": lambda b: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(b)[:-5],
    "folded headers": lambda b: b"HTTP/1.1 200 OK\r\nContent-Type: text/xml;\r\n\tcharset=utf-8\r\n\r\n" + b,
    "headers twice": lambda b: (
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Length: %d\r\nDate: x\r\nDate: y\r\n\r\n" % (len(b), len(b))
        + b
    ),
    "a blank before the colon": lambda b: b"HTTP/1.1 200 OK\r\nContent-Length : %d\r\n\r\n" % len(b) + b,
    "bare line feeds": lambda b: b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % len(b) + b,
    "no phrase": lambda b: b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(b) + b,
    "a line that is no header": lambda b: b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: %d\r\n\r\n" % len(b) + b,
    "blank lines before it": lambda b: b"\r\n\r\n" + with_length(b, len(b)),
    "lower case": lambda b: b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(b) + b,
    "called HTML": lambda b: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(b) + b,
}


@pytest.mark.field(17)
@pytest.mark.parametrize("bend", OVER_HTTP.values(), ids=OVER_HTTP)
def test_odd_http_around_every_reply_costs_no_fact(bend):
    """The web servers of cameras are as old as the rest of them."""
    seen = look(over_http(bend))
    assert facts(seen.observation) == GOOD


@pytest.mark.field(17)
@pytest.mark.parametrize("behind", [b"\r\n", b"\0", b"\r\n\r\n\0\0"])
def test_bytes_behind_a_reply_do_not_spoil_the_next_one(behind):
    """On a connection that stays open: what is behind the length is no reply."""
    seen = look(every(lambda s: replace(s, body=s.body + behind, headers={"Content-Length": len(s.body)})))
    assert facts(seen.observation) == GOOD


BROKEN = {
    "an empty 200": (Said(b""), "malformed_reply"),
    "a web page": (Said(WEB_PAGE), "malformed_reply"),
    "half a reply": (None, "malformed_reply"),
    "an empty body": (Said(envelope("")), "malformed_reply"),
    "the answer to something else": (Said(envelope("<tds:GetHostnameResponse/>")), "malformed_reply"),
    "text": (Said(b"Internal error"), "malformed_reply"),
}


@pytest.mark.field(17)
@pytest.mark.parametrize(("said", "kind"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(
    ("operation", "step", "lost"),
    [
        ("GetDeviceInformation", "onvif.device", "identity.model"),
        ("GetVideoEncoderConfigurationOptions", "onvif.options", "capable.codecs"),
        ("GetNetworkInterfaces", "onvif.network", "identity.mac"),
    ],
)
def test_a_reply_beyond_repair_costs_its_own_facts_alone(said, kind, operation, step, lost):
    """The failure says which and why; everything else is there, the measured stream too."""
    seen = look(lambda s: s | {operation: said or Said(s[operation].body[: len(s[operation].body) // 2])})
    found = facts(seen.observation)
    assert found[lost] is None
    assert (kind, step) in seen.kinds
    dependent = {lost, *(("onvif.answers", "access.onvif_login_required") if step == "onvif.device" else ())}
    dependent |= {p for p in GOOD if step == "onvif.device" and p.startswith("identity.") and p != "identity.mac"}
    assert {p: v for p, v in found.items() if p not in dependent} == {p: GOOD[p] for p in GOOD if p not in dependent}


@pytest.mark.field(17)
@pytest.mark.parametrize(
    ("page", "kind"),
    [(Said(WEB_PAGE), "not_onvif"), (Said(WEB_PAGE, 401), "auth_missing"), (Said(b"", 401), "auth_missing")],
)
def test_a_web_server_instead_of_onvif_is_named(page, kind):
    """HTML with 200 is no ONVIF; with 401 it is a demand for a login, of which there is none."""
    seen = look(every(lambda said: page))
    assert kind in {k for k, _ in seen.kinds}


def renamed(prefix, namespace=SOAP12):
    """Another prefix for the envelope, or none."""

    def bend(body):
        text = body.decode().replace(f'xmlns:s="{SOAP12}"', f'xmlns:{prefix}="{namespace}"' if prefix else "")
        text = text.replace("<s:", f"<{prefix}:" if prefix else "<").replace("</s:", f"</{prefix}:" if prefix else "</")
        return text.encode()

    return bend


def prefixes(**names):
    """Other prefixes for the namespaces of ONVIF."""

    def bend(body):
        text = body.decode()
        for old, new in names.items():
            text = text.replace(f"xmlns:{old}=", f"xmlns:{new}=").replace(f"<{old}:", f"<{new}:")
            text = text.replace(f"</{old}:", f"</{new}:")
        return text.encode()

    return bend


def without_prefixes(body):
    """No prefix and no namespace anywhere."""
    text = body.decode()
    for name in ("s", "tds", "trt", "tr2", "tt", "ter"):
        text = text.replace(f"<{name}:", "<").replace(f"</{name}:", "</")
    start, rest = text.split("<Envelope", 1)
    return f"{start}<Envelope>{rest.partition('>')[2]}".encode()


NAMED = {
    "env": renamed("env"),
    "SOAP-ENV": renamed("SOAP-ENV"),
    "SOAP 1.1": renamed("SOAP-ENV", SOAP11),
    "no prefix of the envelope": renamed(""),
    "MC1 and MC2": prefixes(tds="MC1", trt="MC1x", tt="MC2"),
    "no prefix and no namespace": without_prefixes,
    "no namespace is declared": lambda b: b.replace(f' xmlns:tt="{TT}"'.encode(), b"").replace(
        f' xmlns:trt="{TRT}"'.encode(), b""
    ),
    "wrong namespaces": lambda b: b.replace(TT.encode(), b"http://example.invalid/ver9").replace(
        TRT.encode() + b'"', b'urn:x"'
    ),
    "one namespace for two prefixes": lambda b: b.replace(f'xmlns:tt="{TT}"'.encode(), f'xmlns:tt="{TRT}"'.encode()),
    "extensions of the maker": lambda b: b.replace(
        b"<tt:Resolution>", b'<hikxsd:Smart xmlns:hikxsd="http://www.hikvision.com/x">1</hikxsd:Smart><tt:Resolution>'
    ).replace(b"<tds:Model>", b"<hikxsd:Model2>no</hikxsd:Model2><tds:Model>"),
    "attributes with a prefix": lambda b: b.replace(b' token="', b' tt:token="'),
}


@pytest.mark.field(18)
@pytest.mark.parametrize("bend", NAMED.values(), ids=NAMED)
def test_names_count_without_their_prefix_and_namespace(bend):
    """Every reply of a firmware has the same odd names. Namespaces of services are values, and stay."""
    seen = look(bodies(bend))
    assert facts(seen.observation) == GOOD
    assert seen.kinds == []


def encoder(**texts):
    """A change of a script: elements of the encoder have other texts; with None the element is missing."""

    def change(script):
        body = script["GetProfiles"].body.decode()
        for name, said in texts.items():
            new = "" if said is None else f"<tt:{name}>{said}</tt:{name}>"
            body = re.sub(rf"<tt:{name}>[^<]*</tt:{name}>", new, body)
        return script | {"GetProfiles": Said(body.encode())}

    return change


ODD_VALUES = {
    "numbers with a point": (encoder(FrameRateLimit="25.0", Width="640.0", GovLength="50.00"), {}),
    "numbers among blanks": (encoder(FrameRateLimit=" 25 ", Width="\n640\t", BitrateLimit="\t4096"), {}),
    "numbers with a unit": (encoder(FrameRateLimit="25fps", BitrateLimit="4096 Kbps", Height="360px"), {}),
    "a rate that is no number": (encoder(FrameRateLimit="auto"), {"declared.fps": None}),
    "a rate of nothing": (encoder(FrameRateLimit="0"), {"declared.fps": None}),
    "a rate below nothing": (encoder(FrameRateLimit="-1"), {"declared.fps": None}),
    "a size without end": (encoder(Width="9" * 400), {"declared.size": None}),
    "empty elements": (encoder(GovLength="", BitrateLimit=""), {"declared.gop": None, "declared.bitrate_kbps": None}),
    "missing elements": (encoder(GovLength=None, Width=None), {"declared.gop": None, "declared.size": None}),
    "an encoding of its own": (encoder(Encoding="SMART-H264+X"), {"declared.codec": "other:smarth264x"}),
    "an encoding like a media type": (encoder(Encoding="video/H264"), {}),
    "no encoding": (encoder(Encoding=None), {"declared.codec": None}),
    "an unknown kind of clock": (
        bodies(lambda b: b.replace(b">Manual<", b">Satellite<")),
        {"clock.time_source": None},
    ),
    "an unknown profile of ONVIF": (
        bodies(lambda b: b.replace(b"Profile/Streaming", b"Profile/Z9")),
        {"onvif.profiles": ("Z9",)},
    ),
    "an unknown profile of the codec": (encoder(H264Profile="Ultra"), {}),
    "no serial": (
        bodies(lambda b: b.replace(b"<tds:SerialNumber>S-77</tds:SerialNumber>", b"")),
        {"identity.serial": None},
    ),
    "an empty model": (bodies(lambda b: b.replace(b">M-1<", b"><")), {"identity.model": None}),
}


@pytest.mark.field(17)
@pytest.mark.parametrize(("change", "other"), ODD_VALUES.values(), ids=ODD_VALUES)
def test_a_value_that_makes_no_sense_is_unknown_and_the_others_are_there(change, other):
    """Never a guess, never zero: only what is `other` differs from the camera as it should be."""
    assert facts(look(change).observation) == GOOD | other


@pytest.mark.field(18)
def test_a_device_with_128_profiles_is_read_whole():
    """64 sources with main and sub: 64 channels in order; nothing is left out."""

    def each(n, role, width, height):
        return profile(f"P{n}{role}", source(f"VS{n:03}"), h264(f"E{n}{role}", width, height))

    many = [each(n, *size) for n in range(1, 65) for size in (("b", 640, 480), ("a", 1920, 1080))]
    nowhere = Said(fault("ter:ActionNotSupported", "", "s:Receiver"), 500)
    seen = look(lambda s: s | {"GetProfiles": Said(profiles(*many)), "GetStreamUri": nowhere})
    channels = seen.observation.channels
    assert [c.token for c in channels] == [f"VS{n:03}" for n in range(1, 65)]
    assert {tuple((s.info.role, s.declared.size) for s in c.streams) for c in channels} == {
        (("main", (1920, 1080)), ("sub", (640, 480)))
    }
