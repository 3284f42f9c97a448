"""Of which types finding none says anything: those that scans are known to find where they are."""

import pytest

from catalog.model.detection import Tally
from catalog.taxonomy import detection


@pytest.mark.parametrize(
    ("right", "missed", "enough", "well_found"),
    [
        (0, 0, False, False),
        (4, 0, False, False),  # all of them, but too few to go by
        (5, 0, True, True),
        (4, 1, True, False),
        (9, 1, True, True),
        (8, 1, True, False),  # 8 of 9 are fewer than 9 of 10
        (42, 0, True, True),
    ],
)
def test_nine_of_ten_in_five_or_more(right: int, missed: int, *, enough: bool, well_found: bool) -> None:
    tally = Tally(right=right, false=3, missed=missed)
    assert (tally.is_enough, tally.is_well_found) == (enough, well_found)


def test_what_was_never_measured_is_not_known_to_be_found() -> None:
    assert {"PHONE", "NAME", "EMAIL"} <= detection.well_found() <= detection.measured()
    assert not {"BIO_FINGERPRINT", "PASSPORT_NO", "BIO_PHOTO", "SSN"} & detection.well_found()
    assert not {"BIO_FINGERPRINT", "SSN"} & detection.measured(), "of four columns a figure says little"
