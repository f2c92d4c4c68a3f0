"""Session descriptions, and one test for each way in which cameras get them wrong (field notes 22, 23)."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes.errors import MalformedReply, ProbeError
from probes.rtsp.meter import Meter
from probes.rtsp.sdp import parse, track_address
from tests.probes.rtsp.packet_maker import H264_PPS, H264_SPS

SPROP = f"{b64encode(H264_SPS).decode()},{b64encode(H264_PPS).decode()}"
USUAL = f"""v=0
o=- 1109162014219182 1 IN IP4 10.0.0.5
s=Media Presentation
c=IN IP4 0.0.0.0
t=0 0
a=control:rtsp://10.0.0.5/live/
m=video 0 RTP/AVP 96
b=AS:5000
a=control:rtsp://10.0.0.5/live/trackID=1
a=rtpmap:96 H264/90000
a=framerate:25
a=fmtp:96 profile-level-id=64001E; packetization-mode=1; sprop-parameter-sets={SPROP}
m=audio 0 RTP/AVP 8
a=control:rtsp://10.0.0.5/live/trackID=2
a=rtpmap:8 PCMA/8000
m=application 0 RTP/AVP 107
a=rtpmap:107 vnd.onvif.metadata/90000
"""


def _video(text: str):
    """The video track of a description, which there must be."""
    video = parse(text.encode()).video()
    assert video is not None
    return video


def _video_with(*lines: str):
    """The video track that these lines make after an `m=video` line."""
    return _video("\r\n".join(["v=0", "m=video 0 RTP/AVP 96", *lines, ""]))


@pytest.mark.parametrize("end", ["\r\n", "\n", " \r\n", "\r\n\0"])
def test_a_usual_description_is_read(end):
    """Three tracks; the first video track with its codec, rate, address and parameter sets."""
    description = parse(USUAL.replace("\n", end).encode())
    assert description.control == "rtsp://10.0.0.5/live/"
    assert [m.kind for m in description.media] == ["video", "audio", "application"]
    video = description.video()
    assert video is not None
    assert (video.codec, video.payload_type, video.clock_rate, video.framerate) == ("h264", 96, 90000, 25.0)
    assert video.control == "rtsp://10.0.0.5/live/trackID=1"
    assert video.fmtp["packetization-mode"] == "1"
    assert video.parameter_sets() == [H264_SPS, H264_PPS]


def test_a_byte_order_mark_and_blank_lines_do_no_harm():
    """Both are skipped."""
    assert _video("\ufeff\r\n" + USUAL).codec == "h264"


@pytest.mark.parametrize(
    ("rtpmap", "codec"),
    [
        ("96 H264/90000", "h264"),
        ("96 h265/90000", "h265"),
        ("96 HEVC/90000", "h265"),
        ("96 MP4V-ES/90000", "mpeg4"),
        ("96 AV1/90000", "av1"),
        ("96 JPEG/90000", "mjpeg"),
        ("96 VP8/90000", "other:vp8"),
        ("96", "other:unknown"),
    ],
)
def test_codecs_have_the_names_of_the_facts(rtpmap, codec):
    """The encoding name in any case (RFC 4566 6)."""
    assert _video_with(f"a=rtpmap:{rtpmap}").codec == codec


def test_payload_type_26_is_jpeg_without_saying():
    """RFC 3551 table 5: static types need no rtpmap."""
    video = _video("m=video 0 RTP/AVP 26\r\n")
    assert (video.codec, video.clock_rate) == ("mjpeg", 90000)


def test_of_several_payload_types_the_first_counts():
    """`m=… 96 97`: the map and rate of 97 (retransmission, say) are not those of the track."""
    video = _video("m=video 0 RTP/AVP 96 97\na=rtpmap:96 H265/90000\na=rtpmap:97 rtx/1000\n")
    assert (video.codec, video.clock_rate) == ("h265", 90000)
    other_way = _video("m=video 0 RTP/AVP 96 97\na=rtpmap:97 rtx/1000\na=rtpmap:96 H265/90000\n")
    assert (other_way.codec, other_way.clock_rate) == ("h265", 90000)


def test_a_map_with_the_wrong_number_is_better_than_none():
    """Some cameras number the map otherwise than the track."""
    assert _video_with("a=rtpmap:98 H264/90000").codec == "h264"


@pytest.mark.parametrize("rate", ["0", "", "x", "-1", "9999999999"])
def test_a_clock_rate_that_cannot_be_is_90000(rate):
    """RFC 6184 and 7798: 90 kHz."""
    assert _video_with(f"a=rtpmap:96 H264/{rate}").clock_rate == 90000


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("a=framesize:96 1920-1080", (1920, 1080)),
        ("a=x-dimensions:1280,720", (1280, 720)),
        ("a=cliprect:0,0,1080,1920", (1920, 1080)),
        ("a=x-dimensions:0,720", None),
        ("a=x-dimensions:", None),
    ],
)
def test_sizes_are_read_where_they_are_stated(line, size):
    """3GPP TS 26.234 framesize, QuickTime cliprect, and x-dimensions of many recorders."""
    assert _video_with(line).size == size


def test_h265_sets_stand_in_three_parameters():
    """RFC 7798 7.1: sprop-vps, sprop-sps, sprop-pps, in that order whatever theirs is."""
    sets = {name: b64encode(name.encode()).decode() for name in ("vps", "sps", "pps")}
    video = _video_with("a=fmtp:96 " + ";".join(f"sprop-{n}={sets[n]}" for n in ("pps", "sps", "vps")))
    assert video.parameter_sets() == [b"vps", b"sps", b"pps"]


@pytest.mark.parametrize("text", ["", ",", "Z0IA,", "***", "Z", "Z0I=A", "Z0IAKQ", "=", "é"])
def test_parameter_sets_that_are_no_base64_are_left_out(text):
    """HIK Media Server V3.5.43 sends `sprop-parameter-sets=` empty, others cut it short: never an error."""
    assert all(_video_with(f"a=fmtp:96 sprop-parameter-sets={text}").parameter_sets())


def test_hik_media_server_without_sprop():
    """HIK Media Server V3.5.43 leaves sprop-parameter-sets out or empty: the sets come in the stream."""
    assert _video_with("a=rtpmap:96 H264/90000", "a=fmtp:96 packetization-mode=1").parameter_sets() == []
    assert _video_with("a=fmtp:96 packetization-mode=1;sprop-parameter-sets=").parameter_sets() == []


def test_v380_annex_b_in_sprop():
    """V380 (macro-video) writes start codes into sprop-parameter-sets, and both sets into one part: the meter knows the
    size from DESCRIBE all the same.
    """
    both = b64encode(b"\0\0\0\1" + H264_SPS + b"\0\0\0\1" + H264_PPS).decode()
    video = _video_with(f"a=fmtp:96 sprop-parameter-sets={both}")
    assert video.parameter_sets() == [H264_SPS, H264_PPS]
    assert Meter("h264", 0.0, parameter_sets=video.parameter_sets()).size == (640, 360)


def test_v380_profile_level_id_in_base64():
    """V380 (macro-video) writes profile-level-id=TeAo, which is no hexadecimal: nobody needs it."""
    assert _video_with(f"a=fmtp:96 profile-level-id=TeAo;sprop-parameter-sets={SPROP}").parameter_sets()


def test_h264dvr_rate_of_zero_and_of_25():
    """H264DVR (Xiongmai) sends `a=framerate:0S` and `a=framerate:25`, in either order: 25 is the rate."""
    assert _video_with("a=framerate:0S", "a=framerate:25").framerate == 25.0
    assert _video_with("a=framerate:25", "a=framerate:0S").framerate == 25.0


@pytest.mark.parametrize(
    ("value", "rate"), [("25", 25.0), (" 12.5", 12.5), ("29.970", 29.97), ("0", None), ("", None), ("90000", None)]
)
def test_a_stated_rate_is_one_a_camera_can_have(value, rate):
    """0 and clock rates are no frame rates."""
    assert _video_with(f"a=framerate:{value}").framerate == rate


def test_tp_link_media_type_of_its_own():
    """TP-Link (Tapo, Vigi) adds `m=application/TP-LINK 0 RTP/AVP smart/1/90000`: one more track, and not the video."""
    text = USUAL + "m=application/TP-LINK 0 RTP/AVP smart/1/90000\na=rtpmap:95 TP-LINK/90000\n"
    description = parse(text.encode())
    assert description.media[-1].kind == "application/tp-link"
    video = description.video()
    assert video is not None
    assert video.codec == "h264"


def test_two_session_names_a_bad_connection_and_a_short_origin():
    """Reported of several rebrands: two `s=` lines, `c=` with nothing usable, `o=` too short. None is needed."""
    text = "v=0\no=- 0\ns=a\ns=b\nc=IN\nc=\nm=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
    assert _video(text).codec == "h264"


def test_fmtp_under_the_wrong_track():
    """Some cameras write the fmtp line of the video behind the audio track: its parameter sets are the video's."""
    text = (
        "m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\nm=audio 0 RTP/AVP 8\n"
        f"a=rtpmap:8 PCMA/8000\na=fmtp:96 packetization-mode=1;sprop-parameter-sets={SPROP}\n"
    )
    assert _video(text).parameter_sets() == [H264_SPS, H264_PPS]


def test_an_fmtp_of_the_video_itself_is_not_replaced():
    """Only where the video has no sets are those of another track taken."""
    text = USUAL + f"m=video 0 RTP/AVP 97\na=fmtp:97 sprop-parameter-sets={b64encode(b'other').decode()}\n"
    assert _video(text).parameter_sets() == [H264_SPS, H264_PPS]


def test_what_is_said_of_another_payload_type_of_the_track_is_left_out():
    """A thermal camera offers several codecs in one track; sets and sizes of the others are not those of the first."""
    video = _video(
        "m=video 0 RTP/AVP 100 101 102\n"
        "a=rtpmap:101 H264/90000\na=framesize:101 176-144\n"
        f"a=fmtp:101 sprop-parameter-sets={SPROP}\n"
        "a=rtpmap:100 MP4V-ES/90000\na=framesize:100 720-576\na=fmtp:100 profile-level-id=3\n"
        "a=rtpmap:102 RAW/90000\na=framesize:102 80-60\n"
    )
    assert (video.codec, video.size, video.parameter_sets()) == ("mpeg4", (720, 576), [])


def test_a_number_that_no_track_offers_is_that_of_the_track():
    """Some recorders describe payload type 98 and write its parameter sets as of 62."""
    video = _video(f"m=video 0 RTP/AVP 98\na=rtpmap:98 H264/90000\na=fmtp:62 sprop-parameter-sets={SPROP}\n")
    assert video.parameter_sets() == [H264_SPS, H264_PPS]


def test_a_rate_with_a_name_of_its_own():
    """Cameras of one maker state `x-framerate` beside `x-dimensions`."""
    video = _video_with("a=x-dimensions: 800, 600", "a=x-framerate: 8")
    assert (video.size, video.framerate) == ((800, 600), 8)


def test_a_rate_under_the_wrong_track():
    """The line with the rate of the only video may stand under the sound."""
    assert _video("m=video 0 RTP/AVP 96\nm=audio 0 RTP/AVP 8\na=framerate:12\n").framerate == 12
    two = parse(b"m=video 0 RTP/AVP 96\nm=video 0 RTP/AVP 97\na=framerate:12\n").video()
    assert two is not None
    assert two.framerate is None


@pytest.mark.parametrize(("number", "codec"), [(33, "other:mp2t"), (34, "other:h263"), (35, "other:unknown")])
def test_static_payload_types_have_names(number, codec):
    """RFC 3551: these need no rtpmap."""
    assert _video(f"m=video 0 RTP/AVP {number}\n").codec == codec


def test_an_fmtp_without_a_payload_type_is_read():
    """`a=fmtp:sprop-parameter-sets=…`: the number is missing, the rest is there."""
    assert _video_with(f"a=fmtp:sprop-parameter-sets={SPROP}").parameter_sets() == [H264_SPS, H264_PPS]


def test_a_description_without_video_has_none():
    """Audio alone is a description, and no picture."""
    assert parse(b"v=0\r\nm=audio 0 RTP/AVP 8\r\n").video() is None


@pytest.mark.parametrize("body", [b"", b"\r\n", b"<html><body>404</body></html>", b"\xff\xfe\x00", b"1=2"])
def test_what_is_no_description_is_an_error(body):
    """An HTML page behind `200 OK` is named."""
    with pytest.raises(MalformedReply, match="no session description"):
        parse(body)


LINES = st.sampled_from([*USUAL.split("\n"), "m=", "m=video", "a=rtpmap:", "a=fmtp:96", "a=framerate:٣", "a=control"])


@given(st.lists(LINES | st.text(max_size=30)).map("\n".join))
def test_no_description_can_break_the_reader(text):
    """Our own error or a description, whose every property can be asked for and whose addresses can be joined."""
    try:
        description = parse(text.encode())
    except ProbeError:
        return
    for media in description.media:
        media.parameter_sets()
        assert media.codec
        assert track_address("rtsp://h/", [description.control], media.control)


REQUEST = "rtsp://10.0.0.5:554/live"


@pytest.mark.parametrize(
    ("control", "bases", "address"),
    [
        # absolute: as it stands, whatever the base
        ("rtsp://10.0.0.9/live/trackID=1", ["rtsp://10.0.0.5/x/"], "rtsp://10.0.0.9/live/trackID=1"),
        ("RTSP://10.0.0.9/t", [], "RTSP://10.0.0.9/t"),
        ("rtsps://10.0.0.9/t", [], "rtsps://10.0.0.9/t"),
        # relative: to Content-Base, with or without a last slash
        ("trackID=1", ["rtsp://10.0.0.5/live/"], "rtsp://10.0.0.5/live/trackID=1"),
        ("trackID=1", ["rtsp://10.0.0.5/live"], "rtsp://10.0.0.5/live/trackID=1"),
        ("trackID=1", ["rtsp://10.0.0.5"], "rtsp://10.0.0.5/trackID=1"),
        ("/trackID=1", ["rtsp://10.0.0.5/live/"], "rtsp://10.0.0.5/live/trackID=1"),
        ("track:1", ["rtsp://10.0.0.5/live/"], "rtsp://10.0.0.5/live/track:1"),
        ("trackID=1", ["rtsp://[fe80::1]:554/live/"], "rtsp://[fe80::1]:554/live/trackID=1"),
        # Dahua: a base with a query, with and without a slash behind it
        (
            "trackID=0",
            ["rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0/"],
            "rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0/trackID=0",
        ),
        (
            "trackID=0",
            ["rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0"],
            "rtsp://10.0.0.5/cam/realmonitor?channel=1&subtype=0/trackID=0",
        ),
        ("?ctype=video", ["rtsp://10.0.0.5/live"], "rtsp://10.0.0.5/live?ctype=video"),
        # the base itself
        ("*", ["rtsp://10.0.0.5/live/"], "rtsp://10.0.0.5/live/"),
        ("", ["rtsp://10.0.0.5/live/"], "rtsp://10.0.0.5/live/"),
        # no base: the address of the request; else the first usable one
        ("trackID=1", [None, None, ""], f"{REQUEST}/trackID=1"),
        ("trackID=1", [None, None, "*"], f"{REQUEST}/trackID=1"),
        ("trackID=1", [None, "rtsp://10.0.0.6/a/", "rtsp://10.0.0.7/b/"], "rtsp://10.0.0.6/a/trackID=1"),
        ("", [], REQUEST),
    ],
)
def test_the_address_of_a_track_in_all_forms(control, bases, address):
    """RFC 2326 C.1.1, appended as cameras expect it."""
    assert track_address(REQUEST, bases, control) == address


@pytest.mark.parametrize(
    "base",
    ["10.0.0.5/live/", "10.0.0.5:554/live/", "rtsp://rtsp://10.0.0.5/live/", "rtsp://10.0.0.5/rtsp://10.0.0.5/live/"],
)
def test_anjvision_base_without_or_with_a_doubled_scheme(base):
    """Anjvision writes Content-Base without `rtsp://`, or writes it twice: the request's address is used."""
    assert track_address(REQUEST, [base], "trackID=1") == f"{REQUEST}/trackID=1"


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_control_or_base_can_break_joining(base, control):
    """An address comes out, whatever a camera writes."""
    assert track_address(REQUEST, [base], control)
