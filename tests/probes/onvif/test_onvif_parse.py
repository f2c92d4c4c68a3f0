"""Answers as values, one test per quirk."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from probes.errors import ProbeError
from probes.facts import Encoding
from probes.onvif import parse
from probes.onvif.parse import DeviceTime, Encoder, Profile
from probes.onvif.soap import Element, Fault, read
from tests.probes.onvif.onvif_replies import (
    CAPABILITIES,
    CLOCK,
    DAHUA_H265,
    INFORMATION,
    OPTIONS1,
    OPTIONS2,
    TR2,
    TRT,
    encoder2,
    envelope,
    h264,
    profile,
    profile2,
    profiles,
    profiles2,
    services,
    source,
    stream_uri,
)


def element(data: bytes) -> Element:
    """The answer in `data`."""
    found = read(data, "onvif.device")
    assert not isinstance(found, Fault)
    return found


def test_the_clock_has_time_source_and_zone() -> None:
    """GetSystemDateAndTime of a camera on NTP."""
    told = parse.device_time(element(CLOCK))
    assert told == DeviceTime(datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC), "ntp", "ICT-7")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<tt:Month>11<", b"<tt:Month>13<"),
        (b"<tt:Hour>1<", b"<tt:Hour>24<"),
        (b"<tt:Year>2026<", b"<tt:Year>0<"),
        (b"<tt:Day>23</tt:Day>", b""),
        (b"<tt:Second>3<", b"<tt:Second>three<"),
        (b"UTCDateTime", b"LocalDateTime"),
    ],
)
def test_a_time_that_cannot_be_is_no_time(old: bytes, new: bytes) -> None:
    """Nonsense, and HiKam's local time without UTC."""
    assert parse.device_time(element(CLOCK.replace(old, new))).utc is None


def test_a_leap_second_is_the_next_minute() -> None:
    """Second 60 is allowed by xs:dateTime's users, if not by Python."""
    told = parse.device_time(element(CLOCK.replace(b"<tt:Second>3<", b"<tt:Second>60<")))
    assert told.utc == datetime(2026, 11, 23, 1, 3, 0, tzinfo=UTC)


def test_services_are_found_by_namespace() -> None:
    """The namespace names the service; the address is used for its path only."""
    found = parse.services(element(services(media2="/onvif/Media2")))
    assert (found[TRT], found[TR2]) == ("http://192.0.2.9/onvif/Media", "http://192.0.2.9/onvif/Media2")


def test_capabilities_name_the_media_service() -> None:
    """For devices without GetServices."""
    assert parse.capabilities(element(CAPABILITIES))["Media"] == "http://192.0.2.9/onvif/own_media"


def test_device_information_leaves_out_what_is_empty() -> None:
    """An empty serial number is no serial number."""
    found = parse.device_information(element(INFORMATION))
    assert (found["manufacturer"], found["firmware"], found["serial"]) == ("Maker", "V5.7.3", None)


def interfaces(*each: tuple[str, str]) -> Element:
    """GetNetworkInterfaces with (enabled, hardware address) each."""
    content = "".join(
        f'<tds:NetworkInterfaces token="e"><tt:Enabled>{enabled}</tt:Enabled>'
        f"<tt:Info><tt:HwAddress>{mac}</tt:HwAddress></tt:Info></tds:NetworkInterfaces>"
        for enabled, mac in each
    )
    return element(envelope(f"<tds:GetNetworkInterfacesResponse>{content}</tds:GetNetworkInterfacesResponse>"))


@pytest.mark.parametrize("said", ["AA-BB-CC-00-11-22", "aabb.cc00.1122", "AABBCC001122", " aa:bb:cc:00:11:22 "])
def test_a_hardware_address_is_written_one_way(said: str) -> None:
    """Every maker writes it differently."""
    assert parse.mac(interfaces(("true", said))) == "aa:bb:cc:00:11:22"


def test_the_hardware_address_is_that_of_an_interface_in_use() -> None:
    """A disabled one counts only when there is no other; zeros never do."""
    both = (("false", "aa:bb:cc:00:00:01"), ("true", "aa:bb:cc:00:00:02"))
    assert parse.mac(interfaces(*both)) == "aa:bb:cc:00:00:02"
    assert parse.mac(interfaces(*both[:1])) == "aa:bb:cc:00:00:01"
    assert parse.mac(interfaces(("true", "00:00:00:00:00:00"), ("true", "junk"))) is None


def test_the_rtsp_port_is_the_one_that_is_enabled() -> None:
    """HTTP ports and switched-off protocols do not count."""
    each = "".join(
        f"<tds:NetworkProtocols><tt:Name>{name}</tt:Name><tt:Enabled>{{}}</tt:Enabled><tt:Port>{{}}</tt:Port>"
        f"</tds:NetworkProtocols>"
        for name in ("HTTP", "RTSP")
    )

    def port(enabled: str, number: str) -> int | None:
        content = each.format("true", 80, enabled, number)
        found = element(envelope(f"<tds:GetNetworkProtocolsResponse>{content}</tds:GetNetworkProtocolsResponse>"))
        return parse.rtsp_port(found)

    assert port("true", "8554") == 8554
    assert port("false", "8554") is None
    assert port("true", "99999") is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<tt:FromDHCP>true</tt:FromDHCP>", True),
        (
            "<tt:FromDHCP>false</tt:FromDHCP><tt:NTPManual><tt:DNSname>n</tt:DNSname></tt:NTPManual>",
            True,
        ),
        (
            "<tt:FromDHCP>false</tt:FromDHCP><tt:NTPManual><tt:Type>IPv4</tt:Type><tt:IPv4Address/></tt:NTPManual>",
            False,
        ),
        ("<tt:FromDHCP>false</tt:FromDHCP>", False),
    ],
)
def test_a_time_server_is_named_or_comes_from_dhcp(content: str, expected: bool) -> None:
    """An NTP mode without a server keeps no time."""
    found = element(
        envelope(f"<tds:GetNTPResponse><tds:NTPInformation>{content}</tds:NTPInformation></tds:GetNTPResponse>")
    )
    assert parse.has_time_server(found) is expected


def scopes(*items: str) -> Element:
    """GetScopes."""
    content = "".join(f"<tds:Scopes><tt:ScopeItem>{i}</tt:ScopeItem></tds:Scopes>" for i in items)
    return element(envelope(f"<tds:GetScopesResponse>{content}</tds:GetScopesResponse>"))


def test_scopes_claim_profiles() -> None:
    """`Streaming` is the old way to claim Profile S; without any scope nothing is known."""
    base = "onvif://www.onvif.org"
    assert parse.profiles_claimed(scopes(f"{base}/Profile/Streaming", f"{base}/Profile/T", f"{base}/name/x")) == (
        "S",
        "T",
    )
    assert parse.profiles_claimed(scopes(f"{base}/name/Profile/T")) == ()
    assert parse.profiles_claimed(scopes()) is None


VIEW = parse.View("VSC", None, (0, 0, 1920, 1080))


def test_a_media1_profile_with_h264() -> None:
    """The rate is FrameRateLimit over EncodingInterval."""
    (found,) = parse.profiles(element(profiles(profile("P1", source(), h264(interval=2)))))
    encoder = Encoder("VE_1", "h264", 1920, 1080, 12.5, 4096, 50)
    assert found == Profile("P1", "P1", True, "VS_1", "Cổng trường", encoder, VIEW)


def test_an_encoding_interval_that_repeats_the_gop_divides_nothing() -> None:
    """D-Link writes the key frame interval where one picture of so many would stand: 25 of 50 is no half frame."""
    (found,) = parse.profiles(element(profiles(profile("P1", source(), h264(interval=50)))))
    assert found.encoder is not None
    assert (found.encoder.fps, found.encoder.gop) == (25, 50)


def test_dahua_h265_in_media1_is_a_name_and_nothing_else() -> None:
    """H.265 is invisible in Media1: everything is missing, nothing is zero."""
    (found,) = parse.profiles(element(profiles(profile("P1", source(), DAHUA_H265))))
    assert found.encoder == Encoder("00000")


@pytest.mark.parametrize(
    ("said", "codec"),
    [
        ("H265", "h265"),
        ("video/H265", "h265"),
        ("HEVC", "h265"),
        ("JPEG", "mjpeg"),
        ("MPV4-ES", "mpeg4"),
        ("AV1", "av1"),
        ("Smart+Codec", "other:smartcodec"),
        ("", None),
    ],
)
def test_codecs_have_one_name_each(said: str, codec: str | None) -> None:
    """H265 is illegal in Media1 and is there all the same; a codec we do not know keeps its name."""
    data = profiles(profile("P1", source(), h264())).replace(b"H264</tt:Encoding>", f"{said}</tt:Encoding>".encode())
    (found,) = parse.profiles(element(data))
    assert found.encoder is not None
    assert found.encoder.codec == codec


def test_a_media2_profile_with_h265() -> None:
    """GovLength is an attribute here, and the rate control says whether the bit rate is constant."""
    (found,) = parse.profiles(element(profiles2(profile2("P1", encoder2()))))
    assert found.encoder == Encoder("VE_1", "h265", 2560, 1440, 20.0, 3072, 40, "cbr")


def test_a_codec_in_an_attribute_is_the_truth() -> None:
    """Hikvision writes H264 where Media1 has no word for H265, and the codec that is set in an attribute of its own."""
    said = h264("VE_9").replace('token="VE_9"', 'token="VE_9" encoding="H265"')
    (found,) = parse.profiles(element(profiles(profile("P1", source(), said))))
    assert found.encoder is not None
    assert (found.encoder.codec, found.encoder.gop) == ("h265", 50)


@pytest.mark.parametrize("unused", ["0", "7"])
def test_the_gop_is_that_of_the_codec_in_use(unused: str) -> None:
    """Some firmwares fill in the part of every codec, the one in use not first."""
    said = h264().replace("<tt:H264>", f"<tt:MPEG4><tt:GovLength>{unused}</tt:GovLength></tt:MPEG4><tt:H264>")
    (found,) = parse.profiles(element(profiles(profile("P1", source(), said))))
    assert found.encoder is not None
    assert found.encoder.gop == 50


def test_a_missing_rate_control_is_missing() -> None:
    """Not zero frames a second."""
    data = profiles2(profile2("P1", encoder2().replace("RateControl", "Else")))
    (found,) = parse.profiles(element(data))
    assert found.encoder is not None
    assert (found.encoder.fps, found.encoder.bitrate_kbps, found.encoder.rate_control) == (None, None, None)


def test_a_profile_without_an_encoder_or_token() -> None:
    """Audio only, and one that cannot be asked for."""
    found = parse.profiles(element(profiles(profile("P1", source()), profile("", source(), h264()))))
    assert [(p.token, p.encoder) for p in found] == [("P1", None)]


@pytest.mark.parametrize("number", ["-1", "0", "nan", "inf", "1e12", "x", ""])
def test_numbers_that_make_no_sense_are_missing(number: str) -> None:
    """A width of minus one is no width."""
    data = profiles(profile("P1", source(), h264())).replace(b"<tt:Width>1920", f"<tt:Width>{number}".encode())
    (found,) = parse.profiles(element(data))
    assert found.encoder is not None
    assert found.encoder.width is None


def test_media1_options_take_the_bit_rate_from_the_extension() -> None:
    """The second H264 element adds the range of bit rates."""
    assert parse.options(element(OPTIONS1)) == (
        Encoding("h264", ((1920, 1080), (1280, 720)), (1.0, 25.0), (1, 400), (32, 8192)),
    )


def test_media2_options_have_one_entry_a_codec() -> None:
    """Rates come as a list in any order; what is not said is missing."""
    assert parse.options(element(OPTIONS2)) == (
        Encoding("h264", ((1920, 1080),), (1.0, 25.0), (1, 400), (32, 8192)),
        Encoding("h265", (), (30.0, 30.0), None, None),
    )


def test_a_long_list_of_numbers_is_read_to_its_end() -> None:
    """Some firmwares list every GOP that can be set; cut off in the middle of a number it would be another range."""
    every = " ".join(str(number) for number in range(600, 9, -1))
    content = f'<tr2:Options GovLengthRange="{every}"><tt:Encoding>H264</tt:Encoding></tr2:Options>'
    name = "tr2:GetVideoEncoderConfigurationOptionsResponse"
    (found,) = parse.options(element(envelope(f'<{name} xmlns:tr2="{TR2}">{content}</{name}>')))
    assert found.gop == (10, 600)


def test_media2_lists_that_are_children() -> None:
    """A firmware that writes the lists as elements, as a span."""
    lists = "<tt:FrameRatesSupported>1-25</tt:FrameRatesSupported><tt:GovLengthRange>5-150</tt:GovLengthRange>"
    content = f"<tr2:Options><tt:Encoding>H265</tt:Encoding>{lists}</tr2:Options>"
    name = "tr2:GetVideoEncoderConfigurationOptionsResponse"
    (found,) = parse.options(element(envelope(f'<{name} xmlns:tr2="{TR2}">{content}</{name}>')))
    assert (found.fps, found.gop) == ((1.0, 25.0), (5, 150))


def test_a_stream_address_is_stripped_and_unescaped() -> None:
    """Newlines around it, and &amp; inside it."""
    found = parse.stream_uri(element(stream_uri("\n rtsp://h/a?b=1&amp;c=2 \n")))
    assert found == "rtsp://h/a?b=1&c=2"
    two = envelope("<tr2:GetStreamUriResponse><tr2:Uri>rtsp://h/b</tr2:Uri></tr2:GetStreamUriResponse>")
    assert parse.stream_uri(element(two)) == "rtsp://h/b"


EVIL = "\u009b31m\u202egnp.exe\u2028"


def test_words_of_a_device_are_fit_to_print() -> None:
    """Control, escape and direction signs are gone from identity, names, zone and claimed profiles."""
    information = parse.device_information(element(INFORMATION.replace(b"M-1", f"M{EVIL}1".encode())))
    named = profiles(profile("P1", source(), h264())).replace("Cổng trường".encode(), f"Cổng{EVIL}".encode())
    (found,) = parse.profiles(element(named))
    zone = parse.device_time(element(CLOCK.replace(b"ICT-7", f"ICT{EVIL}-7".encode()))).zone
    claimed = parse.profiles_claimed(scopes(f"onvif://www.onvif.org/Profile/T{EVIL}"))
    assert information["model"] == "M 31m gnp.exe 1"
    assert found.source_name == "Cổng 31m gnp.exe"
    assert zone == "ICT 31m gnp.exe -7"
    assert claimed == ("T 31M GNP.EXE",)


@pytest.mark.parametrize("token", ["a b", " a", "a  b ", "Hồ sơ", "x" * 200])
def test_a_token_is_kept_as_it_is(token: str) -> None:
    """It is sent back, and the device knows it by its bytes."""
    (found,) = parse.profiles(element(profiles(profile(token, source(), h264(token)))))
    assert (found.token, found.plain) == (token, True)
    assert found.encoder is not None
    assert found.encoder.token == token


@pytest.mark.parametrize("token", ["a&#10;b", "a\u009bb", "a\u202eb", "x" * 201])
def test_a_token_that_cannot_be_shown_is_not_plain(token: str) -> None:
    """The profile cannot be used; an encoder without a token is asked for by its profile."""
    (found,) = parse.profiles(element(profiles(profile(token, source(), h264()))))
    assert not found.plain
    (found,) = parse.profiles(element(profiles(profile("P1", source(token.replace("&#10;", "\u2028")), h264(token)))))
    assert not found.plain
    assert found.encoder is not None
    assert found.encoder.token is None


def test_options_too_long_to_be_read_whole_are_none() -> None:
    """A part of the list would pass for all that the encoder can do."""
    size = b"<tt:ResolutionsAvailable><tt:Width>640</tt:Width><tt:Height>480</tt:Height></tt:ResolutionsAvailable>"
    data = OPTIONS1.replace(b"<tt:ResolutionsAvailable>", size * 6_000 + b"<tt:ResolutionsAvailable>", 1)
    assert parse.options(element(data)) == ()


READERS = (
    parse.device_time,
    parse.services,
    parse.capabilities,
    parse.device_information,
    parse.mac,
    parse.rtsp_port,
    parse.has_time_server,
    parse.profiles_claimed,
    parse.profiles,
    parse.encoders,
    parse.options,
    parse.stream_uri,
)
GOOD = (CLOCK, INFORMATION, OPTIONS1, OPTIONS2, profiles(profile("P1", source(), h264())), services(), CAPABILITIES)


@given(st.sampled_from(GOOD), st.data(), st.binary(max_size=20))
def test_no_reader_raises_whatever_the_reply(good: bytes, data: st.DataObject, junk: bytes) -> None:
    """Every reader over every reply, with some bytes replaced: values, or nothing."""
    at = data.draw(st.integers(0, len(good)))
    try:
        found = read(good[:at] + junk + good[at + len(junk) :], "onvif.device")
    except ProbeError:
        return
    if not isinstance(found, Fault):
        for reader in READERS:
            reader(found)


SIZE = 1_990_000


def filled(name: str, unit: bytes, *, room: int = SIZE) -> bytes:
    """`<name>Response` full of `unit`."""
    start, end = envelope(f"<trt:{name}Response>@@</trt:{name}Response>").split(b"@@")
    return start + unit * (room // len(unit)) + end


def numbered(begin: bytes, pattern: bytes, end: bytes, count: int) -> bytes:
    """An answer with `begin`, then `pattern` with the numbers up to `count`, then `end`."""
    return filled("X", begin + b"".join(pattern % i for i in range(count)) + end, room=1).replace(
        b"<trt:XResponse></trt:XResponse>",
        b"<trt:XResponse>" + begin + b"".join(pattern % i for i in range(count)) + end + b"</trt:XResponse>",
    )


HEAVY: dict[str, Callable[[], bytes]] = {
    "attributes": lambda: numbered(b"<trt:Profiles", b' a%x=""', b"/>", 150_000),
    "attributes with prefixes": lambda: numbered(b"<trt:Profiles", b' tt:a%x="1"', b"/>", 120_000),
    "attributes with undeclared prefixes": lambda: numbered(b"<trt:Profiles", b' q%x:a="1"', b"/>", 120_000),
    "namespaces": lambda: numbered(b"<trt:Profiles", b' xmlns:q%x="u"', b"/>", 90_000),
    "tiny elements": lambda: filled("X", b"<a/>"),
    "tiny elements below the limit": lambda: filled("X", b"<a/>", room=390_000),
    "undeclared prefixes": lambda: filled("X", b"<zz:a/>"),
    "undeclared prefixes below the limit": lambda: filled("X", b"<zz:a/>", room=690_000),
    "many undeclared prefixes": lambda: numbered(b"", b"<q%x:a/>", b"", 95_000),
    "profiles": lambda: filled("X", b'<trt:Profiles token="a"/>'),
    "deep": lambda: filled("X", b"<a>" * 90_000 + b"</a>", room=1),
    "deep and closed": lambda: numbered(b"<a>" * 200, b"<b>%x</b>", b"</a>" * 200, 40_000),
    "options": lambda: filled("X", b"<trt:Options><tt:Encoding>a</tt:Encoding></trt:Options>", room=1_200_000),
    "sizes": lambda: filled("X", b"<tt:Options/><tt:ResolutionsAvailable/>", room=1_900_000),
    "codecs": lambda: numbered(b"<trt:Options>", b"<tt:H264>%x</tt:H264>", b"</trt:Options>", 49_000),
    "a long attribute": lambda: numbered(b'<trt:Options FrameRatesSupported="', b"%d ", b'"/>', 300_000),
    "a long text": lambda: numbered(b"<tt:ScopeItem>", b"%d ", b"</tt:ScopeItem>", 280_000),
    "scopes": lambda: filled("X", b"<a><b/></a>", room=480_000).replace(b"<a>", b"<tds:Scopes>")[:SIZE],
    "ends of nothing": lambda: filled("X", b"</"),
    "beginnings": lambda: filled("X", b"<"),
    "ampersands": lambda: filled("X", b"&"),
    "entities": lambda: filled("X", b"&a;"),
    "comments": lambda: filled("X", b"<!---->"),
    "bodies": lambda: filled("X", b"<s:Body></s:Body>"),
    "envelopes": lambda: filled("X", b"<s:Envelope "),
    "blanks": lambda: filled("X", b"</s:Body "),
    "prefixes without end": lambda: filled("X", b"a:"),
    "bad UTF-8": lambda: filled("X", b"\xff"),
    "a fault": lambda: envelope("<s:Fault><s:Detail>@</s:Detail></s:Fault>").replace(b"@", b"1 attempts " * 180_000),
}


MOST_READINGS = 30


@pytest.fixture(scope="module")
def yardstick() -> float:
    """CPU seconds that libxml2 alone takes for 2 MB of plain elements, on this machine and now: the middle of five."""
    plain = b"<a>" + b"<b>text</b>" * 180_000 + b"</a>"
    spent = []
    for _ in range(5):
        began = time.process_time()
        etree.fromstring(plain)
        spent.append(time.process_time() - began)
    return sorted(spent)[2]


@pytest.mark.parametrize("make", HEAVY.values(), ids=HEAVY)
def test_no_reply_takes_long_to_read(make: Callable[[], bytes], yardstick: float) -> None:
    """Two megabytes made to be slow: every step costs no more than some plain readings of as much, for hundreds of
    cameras share one loop. What this guards against cost a thousand of them.
    """
    data = make()
    spent = {}
    began = time.process_time()
    try:
        found: Element | Fault | None = read(data, "onvif.device")
    except ProbeError:
        found = None
    spent["read"] = time.process_time() - began
    if found is not None and not isinstance(found, Fault):
        for reader in READERS:
            began = time.process_time()
            reader(found)
            spent[reader.__name__] = time.process_time() - began
    assert max(spent.values()) < MOST_READINGS * yardstick, spent
