"""Data sheets: read strictly, every mistake of a file at once."""

from pathlib import Path

import pytest

from standards.buying.data_sheet import DataSheetError, load_data_sheet
from standards.model_paths import MODEL_NAMES, MODEL_PATHS

BAD = sorted((Path(__file__).parent / "data_sheets" / "bad").glob("*.toml"))
EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "data-sheet.toml"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_all_mistakes_of_a_data_sheet_are_said_at_once(path):
    """The lines are those that stand beside the file, and no others."""
    with pytest.raises(DataSheetError) as error:
        load_data_sheet(path)
    assert str(error.value).splitlines() == path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    """Missing, and not UTF-8."""
    with pytest.raises(DataSheetError, match=r"none\.toml: cannot be read: No such file or directory"):
        load_data_sheet(tmp_path / "none.toml")
    (tmp_path / "old.toml").write_bytes("tên".encode("utf-16"))
    with pytest.raises(DataSheetError, match=r"old\.toml: is not UTF-8 at byte 0; save it as UTF-8"):
        load_data_sheet(tmp_path / "old.toml")


def test_the_example_of_the_docs_holds_values_with_their_pages():
    """What a person copies can be read."""
    sheet = load_data_sheet(EXAMPLE)
    assert (sheet.values["model.size"].value, sheet.values["model.size"].page) == ((2560, 1440), "2")


def test_every_value_of_a_data_sheet_is_named_in_both_languages():
    """Another name in each language."""
    assert set(MODEL_NAMES) == set(MODEL_PATHS)
    assert all(name["vi"] != name["en"] != "" for name in MODEL_NAMES.values())
