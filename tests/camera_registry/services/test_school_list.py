"""Schools as a list: found by words without accents, narrowed, and paged."""

import pytest

from camera_registry.database import reading, writing
from camera_registry.models import School
from camera_registry.services.by_hand import change
from camera_registry.services.listed import ListingError
from camera_registry.services.registering import Said
from camera_registry.services.school_list import found
from camera_registry.store.school_list import SchoolsWanted, tags
from tests.camera_registry.services.hands import HAND, fill


@pytest.fixture
def filled(engine):
    """Two schools of one unit; one has tags and all devices but one."""
    with writing(engine) as session:
        fill(session)
        change(session, [Said("schools.csv", {"tags": "đợt 1; ưu tiên"}, ("school", "0790123", ""))], HAND)
    return engine


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        ({}, ["0790123", "0790124"]),
        ({"q": "truong thcs so"}, ["0790123"]),
        ({"q": "uu tien"}, ["0790123"]),
        ({"level": "THCS"}, ["0790123"]),
        ({"level": "TH"}, ["0790123", "0790124"]),
        ({"tag": "đợt 1"}, ["0790123"]),
        ({"tag": "đợt"}, []),
        ({"devices": "with"}, ["0790123", "0790124"]),
        ({"devices": "without"}, []),
        ({"district": "none"}, []),
        ({"size": 1, "page": 2}, ["0790124"]),
    ],
)
def test_words_and_filters_narrow(filled, wanted, codes):
    """A level and a tag count as a whole word, not as a part of another."""
    with reading(filled) as session:
        assert [row.code for row in found(session, SchoolsWanted(**wanted)).rows] == codes
        assert tags(session, School) == ["ưu tiên", "đợt 1"] or tags(session, School) == ["đợt 1", "ưu tiên"]


@pytest.mark.parametrize("wanted", [{"level": "X"}, {"devices": "x"}, {"page": 0}, {"size": 201}, {"q": "x" * 101}])
def test_what_there_is_not_is_said(filled, wanted):
    """Instead of an empty list."""
    with reading(filled) as session, pytest.raises(ListingError):
        found(session, SchoolsWanted(**wanted))
