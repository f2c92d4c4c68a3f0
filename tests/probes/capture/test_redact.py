"""What must not leave a school is found wherever it stands, and one thing has one placeholder."""

from datetime import UTC, datetime

import pytest

from probes.capture import folder
from probes.capture.exchange import Capture, Exchange, Reply
from probes.capture.redact import Redactor, as_text
from probes.target import Address

REPLY = """<tds:Manufacturer>ACME</tds:Manufacturer><tds:FirmwareVersion>5.0.8.33</tds:FirmwareVersion>
<tds:SerialNumber>AB12345678</tds:SerialNumber><tt:HwAddress>00:1A:2b:3C:4d:5E</tt:HwAddress>
<tt:Name>Cổng sau thermal</tt:Name><tt:Name>RTSP</tt:Name><tt:XAddr>http://10.1.2.3:8080/onvif</tt:XAddr>
<tt:Uri>rtsp://admin:s3cret%40@10.1.2.3:554/user=anna&amp;password=hunter2&amp;channel=1</tt:Uri>
<e>urn:uuid:11223344-5566-7788-99aa-bbccddeeff00</e> fe80::21a:2bff:fe3c:4d5e 239.255.255.250 0.0.0.0"""


def _redacted(text, logins=(("admin", "s3cret@"),)):
    redactor = Redactor(["10.1.2.3"], logins)
    redactor.spared(text)
    redactor.learn(text)
    return redactor, redactor.text(text)


def test_everything_that_identifies_goes():
    """Serial number, hardware address in every spelling, addresses, names, identifiers and logins."""
    _, text = _redacted(REPLY + " AB12345678 001A2B3C4D5E 001a2b3c4d5e 00-1a-2B-3c-4d-5e".replace("2B", "2b"))
    for gone in ("AB12345678", "1A:2b", "001A2B3C4D5E", "00-1a-2b", "10.1.2.3", "s3cret", "hunter2", "anna", "Cổng"):
        assert gone not in text
    assert "11223344" not in text
    assert "fe80::21a" not in text


def test_what_the_probe_needs_stays():
    """Make, version, protocol names, the word that says what a channel is, ports, and addresses of nobody."""
    _, text = _redacted(REPLY)
    for kept in ("ACME", "5.0.8.33", "<tt:Name>RTSP<", "thermal", ":8080/onvif", "channel=1", "239.255.255.250"):
        assert kept in text
    assert " 0.0.0.0" in text


def test_one_thing_has_one_placeholder():
    """The same serial number is the same in all texts; another is another."""
    redactor, first = _redacted("<SerialNumber>AAAA1111</SerialNumber><SerialNumber>BBBB2222</SerialNumber>")
    assert redactor.text("AAAA1111 BBBB2222") == "SERIAL-1 SERIAL-2"
    assert first.count("SERIAL-1") == 1


def test_a_challenge_keeps_its_form():
    """Nonce, opaque and realm go; the algorithm and the quality of protection stay."""
    said = 'Digest realm="Login to AB12", nonce="9f8e7d", opaque="77aa", qop="auth", algorithm=SHA-256'
    _, text = _redacted(said)
    assert text == 'Digest realm="REALM-1", nonce="NONCE-1", opaque="OPAQUE-1", qop="auth", algorithm=SHA-256'


def test_broken_encodings_stay_as_they_were():
    """Every byte comes back; UTF-16 is read as what it is."""
    data = b"\xff\xa0 \x00 caf\xe9"
    text, again = as_text(data)
    assert again(text) == data
    wide = "<SerialNumber>AB12345678</SerialNumber>".encode("utf-16")
    text, again = as_text(wide)
    assert "AB12345678" in text
    assert again(text) == wide


HIDDEN = {
    "cam5.leloi.example": "<tt:XAddr>http://cam5.leloi.example:8080/onvif/media</tt:XAddr>",
    "CAM-LELOI": "a=control:rtsp://CAM-LELOI:554/track1",
    "cam7.example": "o=truongleloi 1 1 IN IP4 cam7.example",
    "truongleloi": "v=0\no=truongleloi 1 1 IN IP4 10.0.0.1",
    "Camera San Truong": "v=0\ns=Camera San Truong\r\n",
    "cam8.example": "RTP/AVP/TCP;unicast;source=cam8.example;interleaved=0-1",
    "4419b6aabbcc": "<tt:HwAddress>4419b6aabbcc</tt:HwAddress>",
    "44.19.b6.dd.ee.01": "<HwAddress>44.19.b6.dd.ee.01</HwAddress>",
    "4419.b6dd.ee02": "mac 4419.b6dd.ee02",
    "4c11bf0a0b0c": "<S>onvif://www.onvif.org/MAC/4c11bf0a0b0c</S>",
    "4d4549300000100080004419b6aabbdd": "<A>urn:uuid:4d4549300000100080004419b6aabbdd</A>",
    "Phong Hop": "<tt:Name><![CDATA[Phong Hop]]></tt:Name>",
    "0908123456": "<Name>0908123456</Name>",
    "San sau": "<tt:Description>San sau</tt:Description>",
    "leloi.example": "<tt:SearchDomain>leloi.example</tt:SearchDomain>",
    "hieu@leloi.example": "mailto:hieu@leloi.example",
    "106.69999": '<tt:GeoLocation lon="106.69999" lat="10.77777"/>',
    "sn-33445566": "onvif://www.onvif.org/registered/sn-33445566",
    "abcdef0123": "Digest realm=Cam, nonce=abcdef0123",
    "E55667788": "Basic realm=E55667788",
    "hunter2": "<tt:Password>hunter2</tt:Password>",
    "hunter3": "rtsp://10.0.0.1/live?loginuse=a&amp;loginpas=hunter3&amp;x=1",
    "hunter4": "rtsp://10.0.0.1/live?authbasic=hunter4",
    "E99887766": "<SerialNo>E99887766</SerialNo>",
}


@pytest.mark.parametrize(("secret", "text"), HIDDEN.items())
def test_what_identifies_goes_however_it_is_written(secret, text):
    """Hosts of addresses, hardware addresses in every form, names in every place of theirs, logins by every name."""
    assert secret.casefold() not in _redacted(text)[1].casefold()


@pytest.mark.parametrize(
    "text",
    [
        '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:h="http://www.hikvision.example/ver20">',
        "<Name>video</Name> m=video 0 RTP/AVP 96",
        "<S>onvif://www.onvif.org/Profile/Streaming onvif://www.onvif.org/type/NetworkVideoTransmitter</S>",
        "<Namespace>http://www.onvif.org/ver20/media/wsdl</Namespace>",
        "<Manufacturer>UNIVIEW</Manufacturer>\ns=Uniview\r\n",
    ],
)
def test_what_the_protocols_need_stays(text):
    """Namespaces, words of a session description, scopes that say what a device is, makers."""
    assert _redacted(text)[1] == text


def test_what_is_left_is_noticed():
    """The last look before anything is written."""
    redactor, _ = _redacted("<SerialNumber>AB12345678</SerialNumber>")
    assert redactor.left_in("… AB12345678 …")
    assert redactor.left_in("s3cret@")
    assert not redactor.left_in("SERIAL-1")


def test_a_device_that_tells_of_endless_names_ends_the_capture(tmp_path):
    """Nothing is written, and it is said at once."""
    body = "".join(f"<Name>camera {number}</Name>" for number in range(60_000)).encode()
    told = Exchange("onvif", 80, "GetProfiles", "/onvif/media", Reply(200, (), body))
    with pytest.raises(folder.CaptureError, match="more than 4000"):
        folder.write(Capture(Address("host", "192.0.2.9"), datetime.now(UTC), [told]), tmp_path / "new", [])
    assert not (tmp_path / "new").exists()
