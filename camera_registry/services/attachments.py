"""Attachments: a paper beside what a person said. The file is not kept: its name and SHA-256 are."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from probes.told import ToldError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class AttachmentError(ToldError):
    """The file cannot be read, or what is said of it is no SHA-256."""


@dataclass(frozen=True)
class Attachment:
    """The name of a file and the SHA-256 of its bytes; both empty: there is none."""

    name: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        """Raises AttachmentError for one without the other, and for a SHA-256 that is none."""
        if bool(self.name) != bool(self.sha256) or (self.sha256 and not _SHA256.fullmatch(self.sha256)):
            raise AttachmentError("attachment: write the name of the file and its SHA-256 (64 small hex digits)")


NONE = Attachment()


def attached(path: Path | None) -> Attachment:
    """The attachment that this file is; none for None. Raises AttachmentError."""
    return NONE if path is None else Attachment(path.name, sha256_of(path, "--attachment"))


def sha256_of(path: Path, option: str) -> str:
    """The SHA-256 of a regular file that `option` names, of any size. Raises AttachmentError."""
    try:
        if path.exists() and not path.is_file():
            raise AttachmentError(f"{option}: {path}: is no regular file; name the file of the paper")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise AttachmentError(f"{option}: {path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise AttachmentError(f"{option}: no file has a name like that") from None
