"""Cells: text in, value out, or WrongCell. Pure; an empty cell never gets here."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import ip_address, ip_network
from typing import Any

from camera_registry.importing.mistakes import WrongCell
from camera_registry.lists import Words, names_of, plain
from probes.onvif.address import without_login

Reader = Callable[[str], Any]
LONGEST_TAG = 40
NO_MAC = "00:00:00:00:00:00"
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*", re.IGNORECASE
)
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")
_LOST = re.compile(r"[^\W\d_]\?+[^\W\d_]")
"""What a spreadsheet leaves of letters that its encoding does not have."""
_PRICE = re.compile(r"\d{1,3}([., ]?)\d{3}(\1\d{3})*|\d+")


def text(most: int) -> Reader:
    """Any text of at most `most` characters."""

    def read(cell: str) -> str:
        if len(cell) > most:
            raise WrongCell("too_long", most=most)
        if _LOST.search(cell):
            raise WrongCell("lost_letters")
        return cell

    return read


def code(cell: str) -> str:
    """A code: no slash, no space, zeros kept."""
    if len(cell) > 40 or "/" in cell or " " in cell:
        raise WrongCell("not_a_code")
    return cell


def one_of(words: Words) -> Reader:
    """The code that a word of the list stands for."""
    names = names_of(words)

    def read(cell: str) -> str:
        found = names.get(plain(cell))
        if found is None:
            raise WrongCell("not_in_list", choices=", ".join(said["vi"] for said in words.values()))
        return found

    return read


def several_of(words: Words) -> Reader:
    """Codes of the list, parted by ";" in the cell and in the value, each once, in the order of the list."""
    read_one = one_of(words)

    def read(cell: str) -> str:
        found = {read_one(part) for part in re.split("[;,]", cell) if part.strip()}
        return "; ".join(c for c in words if c in found)

    return read


def tags(cell: str) -> str:
    """Tags, parted by ";", each once however it is written, as "a; b"."""
    found = {plain(part): " ".join(part.split()) for part in reversed(re.split("[;,]", cell)) if part.strip()}
    if any(len(tag) > LONGEST_TAG for tag in found.values()):
        raise WrongCell("too_long", most=LONGEST_TAG)
    return "; ".join(reversed(found.values()))


def whole(least: int, most: int) -> Reader:
    """A whole number within the range."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"\d{1,9}", cell):
            raise WrongCell("not_a_number", example=least)
        if not least <= int(cell) <= most:
            raise WrongCell("out_of_range", least=least, most=most)
        return int(cell)

    return read


def number(cell: str) -> float:
    """A number with a decimal comma or point."""
    if not _NUMBER.fullmatch(cell):
        raise WrongCell("not_a_number", example="3,5")
    return float(cell.replace(",", "."))


def above_zero(most: float) -> Reader:
    """A number above 0 and at most `most`."""

    def read(cell: str) -> float:
        value = number(cell)
        if not 0 < value <= most:
            raise WrongCell("out_of_range", least=0, most=most)
        return value

    return read


def day(cell: str) -> date:
    """A day written dd/mm/yyyy."""
    if not re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", cell):
        raise WrongCell("not_a_date")
    try:
        return datetime.strptime(cell, "%d/%m/%Y").date()  # noqa: DTZ007  (a day, not a moment)
    except ValueError:
        raise WrongCell("not_a_date") from None


def price(cell: str) -> int:
    """An amount in đồng: 1200000, 1.200.000, 1,200,000, 1 200 000, each with or without đ."""
    digits = cell.casefold().removesuffix("vnd").removesuffix("đồng").removesuffix("đ").strip()
    if not _PRICE.fullmatch(digits) or len(digits) > 20:
        raise WrongCell("not_a_price")
    return int(re.sub(r"\D", "", digits))


def mac(cell: str) -> str:
    """A MAC address with any separator, as aa:bb:cc:dd:ee:ff."""
    digits = re.sub(r"[\s:.\-_]", "", cell).lower()
    if not re.fullmatch("[0-9a-f]{12}", digits):
        raise WrongCell("not_a_mac")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def phone(cell: str) -> str:
    """A telephone number: digits alone, or with a leading +."""
    digits = re.sub(r"[\s.\-()]", "", cell)
    if not re.fullmatch(r"\+?\d{3,15}", digits):
        raise WrongCell("not_a_number", example="0901234567")
    return digits


def email(cell: str) -> str:
    """An e-mail address, as far as its form says."""
    if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", cell) or len(cell) > 254:
        raise WrongCell("not_an_email")
    return cell


def host(cell: str) -> str:
    """An IP address or a host name, without a port."""
    try:
        return str(ip_address(cell))
    except ValueError:
        looks_like_ip = re.fullmatch(r"[\d.]+", cell)
        if looks_like_ip or not _HOST.fullmatch(cell):
            raise WrongCell("not_a_host") from None
    return cell.lower()


def networks(cell: str) -> str:
    """Networks in CIDR, parted by ";"."""
    try:
        return "; ".join(str(ip_network(part.strip())) for part in re.split("[;,]", cell) if part.strip())
    except ValueError:
        raise WrongCell("not_a_network") from None


def stream_path(cell: str) -> str:
    """The path of a stream with its query; never with a login inside."""
    if not cell.startswith("/") or "@" in cell or len(cell) > 300 or " " in cell:
        raise WrongCell("not_a_path")
    if without_login(cell) != cell:
        raise WrongCell("password_in_path")
    return cell


def channel_of(cell: str) -> tuple[str, int]:
    """DEVICE/INDEX."""
    device, slash, index = cell.rpartition("/")
    if not slash or not device or not re.fullmatch(r"[1-9]\d{0,2}", index):
        raise WrongCell("unknown_channel")
    return device.strip(), int(index)


def by_day_only(words: Words) -> Reader:
    """True where there is power by day only."""
    read_one = one_of(words)
    return lambda cell: read_one(cell) == "day"


def outdoor(words: Words) -> Reader:
    """True for outdoors, False for indoors."""
    read_one = one_of(words)
    return lambda cell: read_one(cell) == "outdoor"
