"""Field failures 17 and 18: letters in another charset than is said, bare signs, and values written another way."""

import pytest

from probes.errors import MalformedReply
from probes.onvif import parse, soap
from tests.probes.onvif.onvif_replies import INFORMATION, h264, profile, profiles, source, stream_uri

LONG = len(INFORMATION)


@pytest.mark.field(17)
def test_a_reply_that_breaks_off_is_said_to() -> None:
    """The technician reads that half came, and not that there was no envelope."""
    with pytest.raises(MalformedReply, match="breaks off before the end of its SOAP body"):
        soap.read(INFORMATION[: LONG // 2], "onvif.device")


@pytest.mark.field(17)
@pytest.mark.parametrize(
    ("declared", "maker", "sent_as"),
    [
        ("us-ascii", "Cổng", "utf-8"),
        ("ISO-8859-1", "Cổng", "utf-8"),
        ("UTF-16", "Cổng", "utf-8"),
        ("utf-99", "Cổng", "utf-8"),
        ("GB2312", "海康", "gb2312"),
        ("UTF-8", "海康威视", "gb2312"),
        ("ISO-8859-1", "Café", "latin-1"),
        ("UTF-8", "Café", "latin-1"),
    ],
)
def test_a_wrong_charset_costs_no_fact(declared: str, maker: str, sent_as: str) -> None:
    """The bytes decide; a parser that believed the declaration left out everything behind the first odd letter."""
    words = INFORMATION.decode().replace("UTF-8", declared).replace("Maker", maker)
    found = soap.read(words.encode(sent_as), "onvif.device")
    assert not isinstance(found, soap.Fault)
    told = parse.device_information(found)
    assert (told["manufacturer"], told["model"], told["firmware"]) == (maker, "M-1", "V5.7.3")


@pytest.mark.field(17)
@pytest.mark.parametrize("written", ["{}", "<![CDATA[{}]]>"], ids=["bare", "CDATA"])
def test_a_bare_ampersand_leaves_the_address_whole(written: str) -> None:
    """Recovery left out every parameter name behind one: another channel would have been looked at."""
    uri = "rtsp://192.0.2.9/cam/realmonitor?channel=1&subtype=0&unicast=true"
    found = soap.read(stream_uri(written.format(uri)), "onvif.stream_uri")
    assert not isinstance(found, soap.Fault)
    assert parse.stream_uri(found) == uri


@pytest.mark.field(18)
@pytest.mark.parametrize(
    ("old", "new", "field", "value"),
    [
        ("FrameRateLimit>25<", "FrameRateLimit>25.0<", "fps", 25.0),
        ("FrameRateLimit>25<", "FrameRateLimit> 25 fps<", "fps", 25.0),
        ("FrameRateLimit>25<", "FrameRateLimit>25/1<", "fps", 25.0),
        ("FrameRateLimit>25<", "FrameRateLimit>1_0<", "fps", None),
        ("BitrateLimit>4096<", "BitrateLimit>4096kbps<", "bitrate_kbps", 4096),
        ("BitrateLimit>4096<", "BitrateLimit>4,096<", "bitrate_kbps", None),
        ("<tt:Width>1920</tt:Width><tt:Height>1080</tt:Height>", "1920*1080", "width", 1920),
        ("<tt:Width>1920</tt:Width><tt:Height>1080</tt:Height>", "1920 x 1080", "height", 1080),
        ("Encoding>H264<", "Encoding>H264H<", "codec", "h264"),
        ("Encoding>H264<", "Encoding>H.264 High<", "codec", "h264"),
        ("Encoding>H264<", "Encoding>H.265+<", "codec", "h265"),
        ("Encoding>H264<", "Encoding>Motion JPEG<", "codec", "mjpeg"),
        ("Encoding>H264<", "Encoding>SVAC<", "codec", "other:svac"),
    ],
)
def test_values_with_units_and_names_with_profiles_are_read(old: str, new: str, field: str, value: object) -> None:
    """What can mean two things is unknown: `4,096` is four or four thousand."""
    encoder = h264()
    assert old in encoder
    found = soap.read(profiles(profile("P1", source(), encoder.replace(old, new))), "onvif.media")
    assert not isinstance(found, soap.Fault)
    assert getattr(parse.profiles(found)[0].encoder, field) == value
