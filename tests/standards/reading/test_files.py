"""Files that people name: only a regular file is opened, and only so much of it read."""

import os
from pathlib import Path

import pytest

from standards import EditionError, load_edition
from standards.buying.data_sheet import DataSheetError, load_data_sheet
from standards.planning.prices_load import PriceError, load_prices
from standards.reading.files import UnreadableError, content_of

LARGEST = 100


def _pipe(folder):
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def _large(folder):
    """A file that would fill the memory, and takes no room on the disk."""
    with (folder / "large").open("wb") as file:
        file.truncate(2**40)
    return folder / "large"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (_pipe, "cannot be read: it is no regular file"),
        (lambda folder: folder, "cannot be read: it is no regular file"),
        (lambda _folder: Path("/dev/null"), "cannot be read: it is no regular file"),
        (_large, "is larger than 100 bytes, which no paper is"),
        (lambda folder: folder / "none", "cannot be read: No such file or directory"),
        (lambda folder: folder / ("x" * 300), "cannot be read: File name too long"),
        (lambda folder: folder / "a\0b", "cannot be read: no file has a name like that"),
    ],
    ids=["pipe", "folder", "device", "large", "missing", "long", "nul"],
)
def test_what_is_no_file_of_a_sane_size_is_refused_at_once(tmp_path, made, said):
    """Nothing waits for a pipe, and nothing without end is read."""
    with pytest.raises(UnreadableError) as error:
        content_of(made(tmp_path), LARGEST, "paper")
    assert str(error.value) == said


def test_a_file_of_the_largest_size_is_read_whole(tmp_path):
    """One byte more would be too many."""
    (tmp_path / "good").write_bytes(b"x" * LARGEST)
    assert content_of(tmp_path / "good", LARGEST, "paper") == b"x" * LARGEST


@pytest.mark.parametrize(
    ("load", "error"),
    [(load_edition, EditionError), (load_prices, PriceError), (load_data_sheet, DataSheetError)],
)
def test_every_paper_that_people_write_is_read_so(tmp_path, load, error):
    """Editions, price books and data sheets alike."""
    for path in (_pipe(tmp_path), _large(tmp_path)):
        with pytest.raises(error, match=r"no regular file|is larger than 1000000 bytes"):
            load(path)
