"""E-mail: a message handed to the server of the settings, over verified TLS. Nothing is kept, no password is logged."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

from camera_registry.config import MailSettings


class MailError(Exception):
    """The message was not taken; the text says why, and holds no secret."""


class NoServerError(MailError):
    """Nobody can be talked to at the server: no letter can be handed over now."""


@dataclass(frozen=True)
class Letter:
    """What is sent to whom: as plain text and as HTML; `unsubscribe` is the address that ends its kind in one click."""

    to: str
    subject: str
    text: str
    html: str
    unsubscribe: str


Send = Callable[[Letter, datetime], None]
"""Hands a letter over. Raises MailError, NoServerError."""


@dataclass(frozen=True)
class Post:
    """Hands letters to the server of `settings`; `context` verifies TLS."""

    settings: MailSettings
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, letter: Letter, now: datetime) -> None:
        """The server has taken the letter. Raises MailError, NoServerError."""
        with self._signed_in() as server:
            server.send_message(message_of(letter, self.settings.sender, now))

    def greet(self) -> None:
        """The server is there, and has taken the login; nothing is sent. Raises MailError, NoServerError."""
        with self._signed_in() as server:
            server.noop()

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        password = _password(self.settings.password_file) if self.settings.username else ""
        try:
            server = self._connected()
        except socket.gaierror:
            raise NoServerError(
                f"the name {self.settings.host} is not known; see mail.host, and the DNS here"
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NoServerError(f"{type(error).__name__}: no server") from None
        try:
            with server:
                if self.settings.username:
                    server.login(self.settings.username, password)
                yield server
        except smtplib.SMTPResponseException as error:
            raise MailError(f"{type(error).__name__}: {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise MailError(f"{type(error).__name__}: not taken") from None

    def _connected(self) -> smtplib.SMTP:
        known = self.settings
        if known.tls == "tls":
            return smtplib.SMTP_SSL(known.host, known.port, timeout=known.timeout_s, context=self.context)
        server = smtplib.SMTP(known.host, known.port, timeout=known.timeout_s)
        try:
            if known.tls == "starttls":
                server.starttls(context=self.context)
        except BaseException:
            server.close()
            raise
        return server


def message_of(letter: Letter, sender: str, now: datetime) -> MIMEMultipart:
    """The letter as RFC 5322 has it, with unsubscribing by one click (RFC 8058). The subject is folded by `Header`:
    the newer EmailMessage loses blanks where it folds a long one.
    """
    made = MIMEMultipart("alternative")
    subject: Any = Header(letter.subject, "utf-8")  # a message takes it; its types know texts alone
    made["From"], made["To"], made["Subject"] = sender, letter.to, subject
    made["Date"], made["Message-ID"] = format_datetime(now), make_msgid(domain=sender.partition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.attach(MIMEText(letter.text, "plain", "utf-8"))
    made.attach(MIMEText(letter.html, "html", "utf-8"))
    return made


def _password(file: str) -> str:
    if not file:
        raise MailError("mail.username is set and mail.password_file is not")
    try:
        return Path(file).read_text(encoding="utf-8").strip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise MailError(f"mail.password_file cannot be read: {type(error).__name__}") from None
