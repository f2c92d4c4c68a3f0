"""What fields are called: every one of them, in both languages."""

from camera_registry.importing.columns import DEVICES, FILES, SCHOOLS
from camera_registry.importing.names import flag_in_words, in_words, name_of, name_of_column
from camera_registry.store.edits import COLUMNS


def test_every_field_and_every_column_that_people_fill_in_has_a_name():
    """Of each file, and of each table whose history is kept."""
    names = [name_of(file, field) for file, columns in FILES.items() for field in columns]
    names += [
        name_of_column(table.__name__.lower(), column) for table, columns in COLUMNS.items() for column in columns
    ]
    assert all(name["vi"] and name["en"] for name in names)
    assert name_of_column("device", "site_id") == {"vi": "Điểm trường", "en": "Site"}


def test_cells_of_lists_are_told_in_words():
    """One and several, in both languages; what is in no list stays as it is."""
    assert in_words(DEVICES["owner"], "rented") == {"vi": "Thuê dịch vụ", "en": "Rented"}
    assert in_words(SCHOOLS["levels"], "TH; X")["vi"] == "Tiểu học; X"
    assert in_words(None, "rented")["vi"] == "rented"
    assert flag_in_words("outdoor", value=True)["vi"] == "Ngoài trời"
    assert flag_in_words("day_window", value=False)["en"] == "Day and night"
