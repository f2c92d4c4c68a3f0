"""Answers as values, one test per quirk."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply
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


def test_a_media1_profile_with_h264() -> None:
    """The rate is FrameRateLimit over EncodingInterval."""
    (found,) = parse.profiles(element(profiles(profile("P1", source(), h264(interval=2)))))
    encoder = Encoder("VE_1", "h264", 1920, 1080, 12.5, 4096, 50)
    assert found == Profile("P1", "P1", True, "VS_1", "Cổng trường", encoder)


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


def test_a_stream_address_is_stripped_and_unescaped() -> None:
    """Newlines around it, and &amp; inside it."""
    found = parse.stream_uri(element(stream_uri("\n rtsp://h/a?b=1&amp;c=2 \n")))
    assert found == "rtsp://h/a?b=1&c=2"
    two = envelope("<tr2:GetStreamUriResponse><tr2:Uri>rtsp://h/b</tr2:Uri></tr2:GetStreamUriResponse>")
    assert parse.stream_uri(element(two)) == "rtsp://h/b"


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
    except MalformedReply:
        return
    if not isinstance(found, Fault):
        for reader in READERS:
            reader(found)
