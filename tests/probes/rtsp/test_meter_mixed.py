"""The meter where a stream is not what its first packets say: reports among the packets."""

from probes.rtsp.meter import Meter
from tests.probes.rtsp.packet_maker import Packets, sender_report, stream


def _report(packets: Packets):
    meter = Meter("h264", 9.9)
    for data, at in packets:
        meter.rtp(data, at)
    return meter.report()


def test_reports_in_the_channel_of_the_pictures_do_not_hide_them():
    """RFC 5761: a sender report comes first, and others between."""
    report = sender_report(1, 1e9, 0)
    told = _report([(report, 9.95), *stream(), (report, 15.0)])
    assert (told["codec"], told["width"], told["fps"]) == ("h264", 640, 25.0)
