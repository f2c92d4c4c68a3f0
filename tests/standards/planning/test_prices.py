"""The price book: what it holds, which work answers a fix, and every mistake of a file at once."""

from hashlib import sha256
from pathlib import Path

import pytest

from standards.planning.prices import Amount
from standards.planning.prices_load import PriceError, load_prices
from tests.standards.planning.books import book, item, use, work

EXAMPLE = Path(__file__).parents[3] / "docs/examples/prices-example.toml"
BAD = Path(__file__).parent / "prices"
PART = item("part", 10)


def test_the_example_loads_and_says_that_it_is_one():
    """Its title stands in every output; its SHA-256 is of its bytes."""
    found = load_prices(EXAMPLE)
    assert found.sha256 == sha256(EXAMPLE.read_bytes()).hexdigest()
    assert (found.date, found.currency) == ("2026-11-01", "VND")
    assert "không phải báo giá" in found.title["vi"]
    assert "no quotations" in found.title["en"]
    assert {one.source.firm[:5] for one in found.items} == {"Ví dụ"}


def test_the_work_that_is_meant_most_closely_is_taken():
    """A rule before a kind of device, that before a place; a place that is not known fits none that names one."""
    general, of_rule = work("repair", use(PART)), work("repair", rule="picture")
    of_kind, of_place = work("repair", device_kind="nvr"), work("repair", place="outdoor")
    found = book(general, of_rule, of_kind, of_place)
    assert found.work("repair", "picture", "nvr", True) is of_rule
    assert found.work("repair", "x", "nvr", True) is of_kind
    assert found.work("repair", "x", "dvr", True) is of_place
    assert found.work("repair", "x", "dvr", False) is general
    assert found.work("repair", "x", "dvr", None) is general
    assert found.work("replace", "x", "dvr", None) is None


@pytest.mark.parametrize(("price", "vat", "tax"), [(1_000_000, 8, 80_000), (6, 8, 0), (7, 8, 1), (5, 10, 1), (3, 0, 0)])
def test_vat_is_whole_for_each_piece(price, vat, tax):
    """Halves go up, so that a sum is the same in any order."""
    assert item("x", price, vat=vat).amount == Amount(price, tax)
    assert item("x", price, vat=vat).amount.times(3) == Amount(3 * price, 3 * tax)


@pytest.mark.parametrize(("serves", "channels", "pieces"), [(0, 1, 2), (0, 9, 2), (8, 1, 2), (8, 8, 2), (8, 9, 4)])
def test_a_part_serves_so_many(serves, channels, pieces):
    """A further one begins with the first channel that is too many; without a number it serves all."""
    assert use(PART, "site", serves, quantity=2).pieces(channels) == pieces


@pytest.mark.parametrize("file", sorted(BAD.glob("*.toml")), ids=lambda file: file.stem)
def test_every_mistake_of_a_file_is_told_at_once(file):
    """The lines are those that stand beside the file, and no others."""
    with pytest.raises(PriceError) as told:
        load_prices(file)
    assert str(told.value) == file.with_suffix(".txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff", "p.toml: is not UTF-8 at byte 0; save it as UTF-8"),
        (b"x = ", "p.toml: is no TOML: Invalid value (at end of document)"),
        (b"x = " + b"9" * 5000, "p.toml: nested too deep, or a number too large; write it plainly"),
        (b"x = " + b"[" * 100_000, "p.toml: nested too deep, or a number too large; write it plainly"),
        (
            b"#" * 1_000_001,
            "p.toml: is larger than 1000000 bytes, which no price book is; write the path of a price book",
        ),
        (None, "p.toml: cannot be read: No such file or directory; write the path of a price book"),
    ],
    ids=["encoding", "syntax", "number", "depth", "size", "missing"],
)
def test_a_file_that_is_none_is_said(tmp_path, content, told):
    """With what to do."""
    file = tmp_path / "p.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PriceError) as error:
        load_prices(file)
    assert str(error.value) == told
