"""Redacting: every pattern takes out its secret and leaves the rest."""

import base64
from urllib.parse import quote

import pytest

from camera_registry.watching.redacting import redacted

SECRET = "S3cr3t/w0rd@9"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"opening rtsp://admin:{SECRET}@10.0.0.9:554/ch1 failed", "opening rtsp://***@10.0.0.9:554/ch1 failed"),
        (f"postgresql+psycopg://u:{SECRET}@db/x", "postgresql+psycopg://***@db/x"),
        (f"Authorization: Basic {SECRET}\nCSeq: 3", "Authorization: ***\nCSeq: 3"),
        (f"{{'authorization': 'Digest username=\"a\", response=\"{SECRET}\"'}}", "{'authorization': ***"),
        (f"(b'cookie', b'session={SECRET}')", "(b'cookie', ***"),
        ("sent Bearer crt_0123456789abcdef on", "sent Bearer *** on"),
        ("the token crt_0123456789abcdef is over", "the token crt_*** is over"),
        (f"<w:Password Type='x'>{SECRET}</w:Password><a>1</a>", "<w:Password Type='x'>***</w:Password><a>1</a>"),
        (f"Login(name='admin', password='{SECRET}', doors=1)", "Login(name='admin', password=***, doors=1)"),
        (f'{{"onvif_password": "{SECRET}", "port": 80}}', '{"onvif_password": ***, "port": 80}'),
        ("GET /devices/{school}/{code} 200 12 ms city", "GET /devices/{school}/{code} 200 12 ms city"),
        ("http://10.0.0.9:80/onvif/device_service said no", "http://10.0.0.9:80/onvif/device_service said no"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_taken_out(text, kept):
    """A camera, a library or a traceback wrote it; what is no secret stays as it was."""
    assert redacted(text) == kept


@pytest.mark.parametrize(
    "written", [str, repr, lambda w: quote(w, safe=""), lambda w: base64.b64encode(w.encode()).decode()]
)
def test_a_word_of_the_look_is_taken_out_however_it_is_written(written):
    """As itself, as Python shows it, in an address, in base64: nothing of it is left."""
    word = "mật-khẩu<&9"
    text = redacted(f"the camera said: {written(word)} is wrong", [word, "abc"])
    assert (word in text, quote(word) in text) == (False, False)
    assert text == f"the camera said: {written(word).replace(written(word).strip(chr(39)), '***')} is wrong"


def test_a_word_that_is_too_short_is_left_alone():
    """It stands in too many words by chance."""
    assert redacted("abc of the alphabet", ["abc"]) == "abc of the alphabet"
