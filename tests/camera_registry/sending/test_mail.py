"""Handing letters to a mail server: over verified TLS with a login, or an error that says why without the password."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import trustme

from camera_registry.config import ConfigError, MailSettings, load
from camera_registry.sending.mail import Letter, MailError, Post
from tests.camera_registry.mail_server import mail_server

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
LETTER = Letter(
    "hoa@truong.example", "Bản tin – 1 thay đổi", "Kính gửi\n.dòng\n", "<p>Kính gửi</p>", "https://c.example/u/1"
)
PASSWORD = "m4rked-of-the-mail-server"


@pytest.fixture
def settings(tmp_path):
    """STARTTLS with a login."""
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    return MailSettings(
        host="localhost", username="camera", password_file=str(tmp_path / "password"), sender="camera@c.example",
        links="https://c.example", timeout_s=5,
    )  # fmt: skip


@pytest.fixture(scope="module")
def authority():
    """Who signs certificates: contexts of a server and of a client that trusts it."""
    made = trustme.CA()
    server, client = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    made.issue_cert("localhost").configure_cert(server)
    made.configure_trust(client)
    return server, client


def test_a_letter_is_handed_over_with_tls_and_a_login(settings, authority):
    """Both texts arrive, with one-click unsubscribing."""
    with mail_server(authority[0]) as received:
        Post(settings.model_copy(update={"port": received.port}), authority[1]).send(LETTER, NOW)
    (came,) = received.messages
    assert (received.tls, received.logins) == ([True], [[b"camera", PASSWORD.encode()]])
    assert (came["subject"], came["to"], came["from"]) == (LETTER.subject, LETTER.to, "camera@c.example")
    assert came["list-unsubscribe"] == f"<{LETTER.unsubscribe}>"
    assert came["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert came["auto-submitted"] == "auto-generated"
    assert came.get_body(("plain",)).get_content().replace("\r\n", "\n") == LETTER.text
    assert came.get_body(("html",)).get_content().strip() == LETTER.html


def test_nothing_is_sent_where_tls_cannot_be_had(settings, authority):
    """A server without STARTTLS, or with a certificate that nobody trusts: no login and no letter leave."""
    for context, trusted in ((None, authority[1]), (authority[0], ssl.create_default_context())):
        with mail_server(context) as received, pytest.raises(MailError) as error:
            Post(settings.model_copy(update={"port": received.port}), trusted).send(LETTER, NOW)
        assert (received.messages, received.logins) == ([], [])
        assert PASSWORD not in str(error.value)


def test_an_error_says_what_and_no_password(settings, authority, tmp_path):
    """A refusal, a server that is not there, a file that is not there."""
    with mail_server(authority[0]) as received:
        received.refuse = 1
        known = settings.model_copy(update={"port": received.port})
        with pytest.raises(MailError, match="451") as error:
            Post(known, authority[1]).send(LETTER, NOW)
        assert PASSWORD not in str(error.value)
    with pytest.raises(MailError):
        Post(known, authority[1]).send(LETTER, NOW)
    with pytest.raises(MailError, match="password_file"):
        Post(known.model_copy(update={"password_file": str(tmp_path / "none")}), authority[1]).send(LETTER, NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [('host = "m"', "sender"), ('host = "m"\nsender = "a@b.c"', "links"),
     ('host = "m"\nsender = "a@b.c"\nlinks = "https://c"\nusername = "u"\ntls = "none"', "in clear"),
     ('at = "25:00"', "07:30"), ('host = "m"\nsender = "a@b.c"\nlinks = "https://c/x"', "links")],
)  # fmt: skip
def test_settings_that_cannot_work_are_told(tmp_path, text, words):
    """A server without a sender or links, a login in clear, an hour there is not."""
    file = tmp_path / "c.toml"
    file.write_text(f"[mail]\n{text}\n")
    with pytest.raises(ConfigError, match=words):
        load(file, {})


def test_the_letter_is_frozen():
    """It is a value."""
    assert replace(LETTER, to="a@b.c").subject == LETTER.subject
