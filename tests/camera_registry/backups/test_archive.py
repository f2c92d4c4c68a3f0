"""The file of a backup: whole or refused."""

import os
import tarfile
from datetime import UTC, datetime

import pytest

from camera_registry.backups import archive
from camera_registry.backups.errors import BackupError
from camera_registry.backups.manifest import Manifest, read

AT = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)


@pytest.fixture
def made(tmp_path):
    """A small backup with two parts."""
    parts = {"config.toml": tmp_path / "config", "database": tmp_path / "db"}
    parts["config.toml"].write_text('language = "vi"\n')
    parts["database"].write_bytes(os.urandom(700))
    told = {name: archive.part_of(path) for name, path in parts.items()}
    manifest = Manifest(made_at=AT, version="1", migration="0021", form="sqlite", tables={}, parts=told)
    path = tmp_path / "backup.tar"
    archive.write(path, manifest, parts, tmp_path / "unfinished")
    return path, manifest, parts


def test_what_was_written_is_what_is_read(made, tmp_path):
    """The manifest and every part, byte for byte; the file and what comes out of it are for their owner alone."""
    path, manifest, parts = made
    assert archive.checked(path) == archive.manifest_of(path) == manifest
    archive.extract(path, "database", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == parts["database"].read_bytes()
    assert [each.stat().st_mode & 0o777 for each in (path, tmp_path / "out")] == [0o600, 0o600]
    assert not (tmp_path / "unfinished").exists()


def test_any_program_that_reads_tar_opens_it(made):
    """Our line at the end is behind the end of the tar."""
    path, _, parts = made
    with tarfile.open(path) as tar:
        assert tar.getnames() == ["manifest.json", *parts]


def test_a_flipped_byte_is_refused_wherever_it_is(made, tmp_path):
    """Headers, contents, what fills up blocks, and the line at the end: each byte of the file, one at a time."""
    content = bytearray(made[0].read_bytes())
    damaged, taken = tmp_path / "damaged.tar", []
    for place in range(len(content)):
        content[place] ^= 0x20
        damaged.write_bytes(content)
        try:
            archive.checked(damaged)
            taken.append(place)
        except BackupError:
            pass
        content[place] ^= 0x20
    assert taken == []


def test_a_file_that_is_cut_off_or_longer_is_refused(made, tmp_path):
    """An empty one too."""
    content, other = made[0].read_bytes(), tmp_path / "other.tar"
    for wrong in (b"", content[:1], content[:-1], content[: len(content) // 2], content + b"\n"):
        other.write_bytes(wrong)
        with pytest.raises(BackupError, match="is damaged or cut off; take another backup; nothing was written"):
            archive.checked(other)


def test_what_is_not_there_is_said(tmp_path):
    """By the words of the system."""
    with pytest.raises(BackupError, match="cannot be written or read: No such file"):
        archive.checked(tmp_path / "none.tar")


@pytest.mark.parametrize("wrong", [{"format": 2}, {"later": 1}], ids=str)
def test_a_manifest_of_a_newer_program_is_refused_with_words(made, wrong):
    """What it would mean is not guessed at."""
    told = made[1].model_dump_json()[:-1] + "," + str(wrong)[1:].replace("'", '"')
    with pytest.raises(BackupError, match="made by a newer version of this program"):
        read(told.encode(), "x.tar")
