"""What the table of what is kept is made of: a row, and its places and periods in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from camera_registry.config import Settings
from camera_registry.database import name_of
from standards.model import Text


@dataclass(frozen=True)
class Kept:
    """One kind of what is kept: in these tables (none: in a file beside the database)."""

    tables: tuple[str, ...]
    what: Text
    where: Text
    how_long: Text
    why: Text


ERASED: Text = {"vi": "đến khi xóa trường", "en": "until the school is erased"}
EVER: Text = {"vi": "không xóa", "en": "for ever"}


def database(settings: Settings) -> Text:
    """Where the registry is, in words."""
    name = name_of(settings.registry.database)
    return {"vi": name, "en": name}


def days(days: int) -> Text:
    """So many days, or until the school is erased."""
    return {
        "vi": f"{days} ngày, hoặc đến khi xóa trường",
        "en": f"{days} days, or until the school is erased",
    }


def newest(count: int) -> Text:
    """So many of them; all, where `count` is 0. An erased school stays in those that were made before."""
    if not count:
        return {"vi": "đến khi có người xóa tệp", "en": "until the file is deleted by hand"}
    return {
        "vi": f"{count} bản mới nhất, và 3 bản trước khi nâng cấp; trường đã xóa vẫn còn trong bản cũ",
        "en": f"the newest {count}, and 3 of before upgrades; an erased school stays in older ones",
    }


def of_the_past(days: int) -> Text:
    """Of what is in force, for as long as the school; of what was, so many days."""
    return {
        "vi": f"đang có hiệu lực: đến khi xóa trường; đã qua: {days} ngày",
        "en": f"in force: until the school is erased; of the past: {days} days",
    }


def or_erased(days: int) -> Text:
    """So many days; what is of a school, until that is erased."""
    return {
        "vi": f"{days} ngày; về một trường: đến khi xóa trường",
        "en": f"{days} days; about a school: until it is erased",
    }
