"""What must not leave a school is found wherever it stands, and one thing has one placeholder."""

from probes.capture.redact import Redactor, as_text

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


def test_what_is_left_is_noticed():
    """The last look before anything is written."""
    redactor, _ = _redacted("<SerialNumber>AB12345678</SerialNumber>")
    assert redactor.left_in("… AB12345678 …")
    assert redactor.left_in("s3cret@")
    assert not redactor.left_in("SERIAL-1")
