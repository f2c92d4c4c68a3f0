"""What must not leave a school in a capture, found and taken out: serial numbers, hardware addresses, addresses, names,
identifiers, nonces and logins.

Strategy: pure, in two passes. `learn` goes through every text and gathers what stands in the places where such things
stand; then `text` puts a placeholder in the place of each, everywhere, so that one serial number is one placeholder in
all files. Bytes are read as Latin-1, which keeps every byte, so that broken encodings stay as broken as they were.
Words that say what a channel is (`thermal`, `fisheye` …) stay in its name, because the probe reads them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from html import escape
from ipaddress import IPv4Address, ip_address
from urllib.parse import quote

_VALUE = r"\b[^>]*>[ \t\r\n]*(?:<!\[CDATA\[)?[ \t\r\n]*([^<]{%d,}?)[ \t\r\n]*(?:\]\]>)?<"
_SERIAL = re.compile(r"<(?:[\w.-]+:)?(?:SerialN(?:umber|o)|sn|DeviceID)" + _VALUE % 3, re.IGNORECASE)
_NAME = re.compile(
    r"<(?:[\w.-]+:)?(?:Name|DNSname|SearchDomain|UserDescription|FriendlyName|DeviceName|Description|Label|PlainText)"
    + _VALUE % 1
)
_SCOPE = re.compile(
    r"onvif://www\.onvif\.org/(?!(?:type|hardware|Profile)/)[\w-]+/(?:(?:city|country|building|floor|room)/)?"
    r"([^ \t\r\n<\"]+)",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"\b(nonce|cnonce|opaque|response|realm|username)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;&<>]+))", re.IGNORECASE
)
_DESCRIBED = re.compile(r"^(?:[sieup]=|a=(?:cname|tool|x-[\w-]*(?:serial|name)[\w-]*):)(.+?)\r?$", re.MULTILINE)
_ORIGIN = re.compile(r"^o=(\S+) .* IN IP[46] (\S+)", re.MULTILINE)
_SOURCE = re.compile(r"\b(?:source|destination)=([^;,\s]+)", re.IGNORECASE)
_HOST = re.compile(r"(?<![=][\"'])\b(?:rtsps?|https?)://(?:[^/@\s<\"]+@)?([\w.-]+)", re.IGNORECASE)
_PUBLIC = re.compile(r"(?:^|\.)(?:onvif\.org|w3\.org|xmlsoap\.org|oasis-open\.org)$", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@(?:[\w-]+\.)+\w+")
_PLACE = re.compile(r"\b((?:lon|lat|longitude|latitude|elevation)=[\"'])[^\"']*", re.IGNORECASE)
_USER = re.compile(r"(?<![a-z])((?:user(?:name)?|usr|loginuse)=)([^&/?#\s<_;]*)", re.IGNORECASE)
_PASSWORD = re.compile(
    r"(?<![a-z])((?:password|passwd|passwort|psw|pwd|pass|loginpass?|auth|authbasic)=)[^&/?#\s<_;]*", re.IGNORECASE
)
_PASSWORD_ELEMENT = re.compile(r"(<(?:[\w.-]+:)?\w*(?:password|passwd|pwd)\b[^>/]*>)[^<]+(?=<)", re.IGNORECASE)
_INSIDE = re.compile(r"(rtsps?://|https?://)[^/@\s<\"]+@", re.IGNORECASE)
_MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:(?:[0-9A-Fa-f]{2}([:.-]))(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    r"|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4})(?![0-9A-Fa-f:-])"
)
_BARE_MAC = re.compile(
    r"(?:HwAddress[^>]*>[ \t\r\n]*|/mac(?:_?address)?/)([0-9A-Fa-f]{12})(?![0-9A-Za-z])", re.IGNORECASE
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|(?<=uuid:)[0-9A-Fa-f]{32}(?![0-9A-Fa-f])")
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]*:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]+(?![\w:])")
_MAKE = re.compile(
    r"<(?:[\w.-]+:)?(?:Manufacturer|Model|FirmwareVersion|HardwareId)\b[^>]*>[ \t\r\n]*([^<]+?)[ \t\r\n]*<"
)
_VERSION = re.compile(r"<(?:[\w.-]+:)?(?:FirmwareVersion|HardwareId|Model)\b[^>]*>[^<]*<")
_KEPT_NAMES = frozenset(
    {
        "http",
        "https",
        "rtsp",
        "h264",
        "h265",
        "jpeg",
        "video",
        "audio",
        "media",
        "session",
        "onvif",
        "device",
        "profile",
        "name",
        "envelope",
        "header",
        "body",
        "fault",
        "code",
        "online",
        "offline",
        "true",
        "false",
        "digest",
        "basic",
        "-",
    }
)
"""Words of the protocols: taken out everywhere, nothing could be read any more."""
_TELLING = ("thermal", "visible", "fisheye", "panorama", "ptz", "nhiệt", "热成像", "nvr", "dvr", "xvr", "main", "sub")
_MAC_SPELLINGS = 10
_PHONE = 8
"""A name of fewer digits is the number of a channel."""
MOST_FOUND = 4_000
"""Each thing is looked for in every text: a device that tells of more would cost hours."""
_SHORT = 3
"""Texts shorter than this stand everywhere, and are replaced only where they were found."""


class Redactor:
    """The placeholders of one capture."""

    def __init__(self, hosts: Iterable[str], logins: Iterable[tuple[str, str]]) -> None:
        self._known: dict[str, str] = {}
        self._makes: set[str] = set()
        self._logins = list(logins)
        for host in hosts:
            self._address(host)

    @property
    def full(self) -> bool:
        """True when there is more to take out than any device has: nothing may be written then."""
        return len(self._known) >= MOST_FOUND

    def learn(self, text: str) -> None:
        """Gathers what stands in `text`."""
        for serial in _SERIAL.findall(text):
            self._keep(serial, "SERIAL-{}")
        names = (_NAME, _SCOPE, _DESCRIBED, _MAIL)
        for name in (found for pattern in names for found in pattern.findall(text)):
            self._name(name)
        for kind, quoted, bare in _QUOTED.findall(text):
            if (value := quoted or bare) and not value.isdigit():
                self._keep(value, f"{kind.upper()}-{{}}")
        for match in _MAC.finditer(text):
            self._keep_mac(match.group())
        for address in _BARE_MAC.findall(text):
            self._keep_mac(address)
        for identifier in _UUID.findall(text):
            self._keep(identifier, "00000000-0000-4000-8000-{:012d}")
        for user, host in _ORIGIN.findall(text):
            self._name(user)
            self._address(host)
        for host in [*_HOST.findall(text), *_SOURCE.findall(text)]:
            self._address(host.rstrip("."))
        without_versions = _VERSION.sub("", text)
        for pattern in (_IPV4, _IPV6):
            for address in pattern.findall(without_versions):
                self._address(address)

    def spared(self, text: str) -> None:
        """Gathers make, model and versions, which are no secret wherever else they stand."""
        self._makes.update(make.casefold() for make in _MAKE.findall(text))

    def text(self, text: str) -> str:
        """`text` with a placeholder for each thing that was gathered."""
        text = _PASSWORD_ELEMENT.sub(r"\1", _PLACE.sub(r"\g<1>0", _INSIDE.sub(r"\1", text)))
        text = _PASSWORD.sub(r"\1", _USER.sub(r"\1USER", text))
        for login in self._logins:
            for secret in _written(login):
                text = text.replace(secret, "PASSWORD")
        for found in sorted(self._known, key=len, reverse=True):
            text = _bounded(found).sub(self._known[found], text)
        return text

    def left_in(self, text: str) -> bool:
        """True when something that was gathered, or a password, stands in `text`."""
        shown = set(self._known.values())
        found = (one for one in self._known if one not in shown)
        passwords = (secret for login in self._logins for secret in _written(login))
        return any(_bounded(one).search(text) for one in found) or any(secret in text for secret in passwords)

    def _keep(self, found: str, placeholder: str) -> str:
        if found.casefold() in self._makes or len(set(found)) == 1:  # a serial number of noughts is nobody's
            return found
        if found not in self._known:
            if self.full:
                return found
            number = 1 + sum(_family(p) == _family(placeholder.format(0)) for p in self._known.values())
            self._known[found] = placeholder.format(number)
        return self._known[found]

    def _name(self, found: str) -> None:
        """A name is its number and the words in it that say what a channel is."""
        if found.casefold() in _KEPT_NAMES or len(found) < _SHORT or (found.isdigit() and len(found) < _PHONE):
            return
        plain = found.encode("latin-1", "replace").decode("utf-8", "replace").casefold()
        words = "".join(f" {word}".encode().decode("latin-1") for word in _TELLING if word in plain)
        self._keep(found, f"NAME-{{}}{words}")

    def _keep_mac(self, found: str) -> None:
        """One hardware address in all its spellings: with colons, with hyphens, with nothing between."""
        digits = re.sub("[:.-]", "", found).lower()
        if not int(digits, 16) or digits == "f" * 12 or digits in self._known:
            return
        local = int(digits[:2], 16) & 2
        number = sum(_family(p) in ("00:", "02:") for p in self._known.values()) // _MAC_SPELLINGS + 1
        made = f"{'02' if local else '00'}005e0053{number % 256:02x}"  # RFC 7042 2.1.2: nobody's
        for size, between in ((2, ":"), (2, "-"), (2, "."), (4, "."), (12, "")):
            before, after = (between.join(d[i : i + size] for i in range(0, 12, size)) for d in (digits, made))
            self._known[before] = self._known[before.upper()] = after

    def _address(self, found: str) -> None:
        """An address gets one that is nobody's (RFC 5737, RFC 3849); those that are nobody's already stay."""
        try:
            address = ip_address(found.strip("[]"))
        except ValueError:
            kept = found.casefold() in _KEPT_NAMES or _PUBLIC.search(found)
            if found and not kept and not _IPV4.fullmatch(found) and ":" not in found:
                self._keep(found, "host-{}.invalid")
            return
        if address.is_multicast or address.is_unspecified or str(address).startswith("255."):
            return
        v4 = isinstance(address, IPv4Address)
        self._keep(found, "192.0.2.{}" if v4 else "2001:db8::{}")


def as_text(data: bytes) -> tuple[str, Callable[[str], bytes]]:
    """`data` as text, and how to write such a text again: UTF-16 by its mark, else byte by byte."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace"), lambda text: text.encode("utf-16")
    return data.decode("latin-1"), lambda text: text.encode("latin-1", "replace")


def _family(placeholder: str) -> str:
    return placeholder[:3]


def _bounded(found: str) -> re.Pattern[str]:
    """`found` in any case, where it stands alone: no letter or digit goes on before or after it."""
    return re.compile(rf"(?<![0-9A-Za-z]){re.escape(found)}(?![0-9A-Za-z])", re.IGNORECASE)


def _written(login: tuple[str, str]) -> list[str]:
    """A password in every way in which it may have been written."""
    username, password = login
    if not password:
        return []
    plain = [password, quote(password, safe=""), quote(password), escape(password)]
    both = b64encode(f"{username}:{password}".encode()).decode()
    latin = [one.encode().decode("latin-1") for one in plain]
    return sorted({*plain, *latin, both, b64encode(password.encode()).decode()}, key=len, reverse=True)
