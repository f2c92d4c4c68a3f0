"""Envelopes: whole, cut, dressed up, and broken."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probes.errors import MalformedReply, ProbeError
from probes.onvif import parse
from probes.onvif.soap import Element, Fault, attribute, local, looks_like_html, read, text
from tests.probes.onvif.onvif_replies import CLOCK, INFORMATION, OPTIONS1, SOAP11, SOAP12, envelope, fault, fault11


def element(data: bytes) -> Element:
    """The answer in `data`."""
    found = read(data, "onvif.device")
    assert not isinstance(found, Fault)
    return found


def test_the_first_element_of_the_body_is_the_answer() -> None:
    """A plain reply."""
    found = element(INFORMATION)
    assert local(found) == "GetDeviceInformationResponse"
    assert text(found, "Manufacturer") == "Maker"
    assert text(found, "SerialNumber") is None


@pytest.mark.parametrize("prefix", ["SOAP-ENV", "env", "s", "soap", "MC1"])
@pytest.mark.parametrize("namespace", [SOAP12, SOAP11])
def test_prefixes_and_the_version_of_soap_do_not_matter(prefix: str, namespace: str) -> None:
    """Firmwares use every prefix there is, and SOAP 1.1 where 1.2 is asked for."""
    assert local(element(envelope("<tds:X/>", prefix, namespace))) == "X"


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + INFORMATION,
        b"\r\n \x00" + INFORMATION,
        INFORMATION + b"\r\n\x00\x00--junk",
        INFORMATION + INFORMATION,
        INFORMATION.replace(b"M-1", b"M-1\x01\x0b"),
        INFORMATION.replace(b"M-1", b"M-1<a:unknown xmlns='u'/>"),
        INFORMATION.replace(b"<tds:Model>", b"<wsa:Address>x</wsa:Address><tds:Model>"),
        INFORMATION.replace(b'encoding="UTF-8"', b'encoding="utf-99"'),
        INFORMATION.replace(b'version="1.0"', b"version=\xe2\x80\x9d1.0\xe2\x80\x9d"),
        INFORMATION.replace(b"?>", b"?><!-- a comment -->", 1),
        INFORMATION.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        INFORMATION.replace(b"</s:Envelope>", b""),
    ],
    ids=[
        "BOM",
        "blanks before",
        "bytes after",
        "twice",
        "control characters",
        "unknown element",
        "undeclared prefix",
        "unknown encoding",
        "typographic quotes",
        "comment",
        "UTF-16",
        "envelope not closed",
    ],
)
def test_dirt_around_and_inside_a_reply_is_no_reason_to_refuse_it(data: bytes) -> None:
    """What was seen in the field, one case each."""
    assert (text(element(data), "Model") or "").startswith("M-1")


CUT_OFF = {
    "an unfinished comment": b"<!-- -",
    "an unfinished CDATA section": b"<![CDATA[",
    "an unfinished instruction": b"<?x",
    "a stray end of the body": b"</s:Body>",
    "an end of everything": b"</tt:H264></trt:Options></trt:GetVideoEncoderConfigurationOptionsResponse></s:Body>"
    b"</s:Envelope>",
    "a doubled closing tag": b"</tt:ResolutionsAvailable>",
    "a tag that is not closed": b"<tt:ResolutionsAvailable>",
    "an attribute without a value": b"<tt:X y=>",
}
OPTIONS_JOIN = b"</tt:ResolutionsAvailable><tt:ResolutionsAvailable>"


@pytest.mark.parametrize("many", [b"", b"<zz:a/>" * 300, b"\x01" * 300, b"& " * 300], ids=["", "names", "control", "&"])
@pytest.mark.parametrize("junk", CUT_OFF.values(), ids=CUT_OFF)
def test_a_list_that_recovery_cuts_short_is_malformed(junk: bytes, many: bytes) -> None:
    """Half of what an encoder can do must never pass for all of it, however many complaints hide the serious one."""
    middle = OPTIONS_JOIN.replace(b"><", b">" + many + junk + b"<", 1)
    data = OPTIONS1.replace(OPTIONS_JOIN, middle, 1)
    assert data != OPTIONS1
    with pytest.raises(MalformedReply):
        read(data, "onvif.options")


@pytest.mark.parametrize(
    "junk",
    [
        b"\x00",
        b"\x01",
        b"\xff\xfe\x80",
        b"\xed\xa0\x80",
        b"&#0;",
        b"<zz:a>1</zz:a>" * 300,
        b"<!-- a -- b -->",
        b"<zz:a q:b='1'/>",
    ],
)
def test_dirt_in_a_list_leaves_it_whole(junk: bytes) -> None:
    """What recovery reads over does not cost an entry."""
    data = OPTIONS1.replace(OPTIONS_JOIN, OPTIONS_JOIN.replace(b"><", b">" + junk + b"<", 1), 1)
    (found,) = parse.options(element(data))
    assert found.sizes == ((1920, 1080), (1280, 720))


def test_half_a_reply_in_utf16_is_malformed() -> None:
    """The end of the Body counts in every encoding."""
    data = INFORMATION.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(MalformedReply):
        read(data[: len(data) // 2 * 2 - 60], "onvif.device")


def test_hikvision_extensions_are_read_over() -> None:
    """Elements of the maker's own namespace stand between those of ONVIF."""
    own = b'<hikxsd:More xmlns:hikxsd="http://www.onvifext.com/onvif/ext/ver10/schema"><hikxsd:A/></hikxsd:More>'
    found = element(INFORMATION.replace(b"<tds:Model>", own + b"<tds:Model>"))
    assert text(found, "Model") == "M-1"


def test_a_reply_that_breaks_off_is_malformed_wherever_it_does() -> None:
    """Half a list must never pass for the whole list."""
    end = INFORMATION.index(b"</s:Body>") + len(b"</s:Body>")
    for cut in range(end):
        with pytest.raises(MalformedReply):
            read(INFORMATION[:cut], "onvif.device")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"not xml",
        b"<html><body>Login</body></html>",
        b"<s:Body></s:Body>",
        envelope(""),
        b'<?xml version="1.0"?><Envelope/>',
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;">]><Envelope><Body>&c;</Body></Envelope>',
    ],
    ids=["empty", "blank", "text", "html", "no envelope", "empty body", "no body", "entities"],
)
def test_what_is_no_envelope_is_malformed(data: bytes) -> None:
    """Nothing else may come out than our own error."""
    with pytest.raises(MalformedReply):
        read(data, "onvif.device")


def test_files_of_this_machine_cannot_be_asked_for() -> None:
    """An external entity is not read (XXE)."""
    evil = b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    data = INFORMATION.replace(b"?>", b"?>" + evil, 1).replace(b"M-1", b"&f;")
    assert "root" not in (text(element(data), "Model") or "")


def test_a_fault_has_its_codes_and_its_words() -> None:
    """SOAP 1.2 with a subcode, and SOAP 1.1."""
    assert read(fault(), "onvif.device") == Fault(("Sender", "NotAuthorized"), "Sender not Authorized")
    assert read(fault11(), "onvif.device") == Fault(("Client",), "Authority failure")


def test_a_web_page_is_known_by_its_first_tags() -> None:
    """Not by its status, which is often 200."""
    assert looks_like_html(b"<!DOCTYPE html><html>")
    assert looks_like_html(b"\n<HTML><HEAD>")
    assert not looks_like_html(INFORMATION)


def test_an_attribute_is_found_whatever_its_prefix() -> None:
    """Some firmwares qualify the token."""
    found = element(envelope('<tds:X tt:token=" a " plain="b"/>'))
    assert (attribute(found, "token"), attribute(found, "plain"), attribute(found, "none")) == ("a", "b", None)


@given(st.binary(max_size=300), st.integers(0, len(CLOCK)), st.integers(0, 40))
@example(b"</Body>", 0, 0)
def test_nothing_but_our_own_error_comes_out(junk: bytes, at: int, gone: int) -> None:
    """Junk alone, and junk in place of some bytes of a good reply."""
    for data in (junk, CLOCK[:at] + junk + CLOCK[at + gone :]):
        with contextlib.suppress(ProbeError):
            read(data, "onvif.clock")
