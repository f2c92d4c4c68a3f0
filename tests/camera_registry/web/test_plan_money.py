"""The ceiling of a plan as people write it: whole đồng in groups of three, and nothing that could be read as more."""

import pytest

from camera_registry.services.listed import ListingError
from camera_registry.web.pages.plan import Asked


@pytest.mark.parametrize(
    "said", ["500000000", "500.000.000", "500 000 000", "500,000,000 đ", "500.000.000 đồng", "500.000.000VND"]
)
def test_an_amount_is_read_as_it_is_written(said):
    """Bare, or with one sign between its groups."""
    assert Asked("ceiling", said, None, None).service().ceiling == 500_000_000


@pytest.mark.parametrize("said", ["500.000.000,00", "1.5", "1,5 tỷ", "500.000,000", "50.00", "-5", "", "1" * 17])
def test_what_could_be_read_as_a_hundred_times_as_much_is_refused(said):
    """It says how an amount is written."""
    with pytest.raises(ListingError, match=r"500\.000\.000"):
        Asked("ceiling", said, None, None).service()
