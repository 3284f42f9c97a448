"""What a complete listing may retire, and what it must leave."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from catalog.model.holdings import Dataset, DatasetKind
from catalog.model.retirement import to_retire
from catalog.model.runs import SafeName

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
LONG_AGO = NOW - timedelta(days=9)


def known(number: int, key: str = "", *, withheld: bool = False) -> Dataset:
    key = key or f"t{number}"
    return Dataset(number, 1, key, key, withheld, DatasetKind.TABLE, "", None, "", LONG_AGO, LONG_AGO, None)


def retired(
    datasets: Iterable[Dataset], *, gone: set[int], closed: Iterable[SafeName] = (), before: datetime | None = YESTERDAY
) -> set[int]:
    everything = list(datasets)
    listed = {dataset.id for dataset in everything} - gone
    return {dataset.id for dataset in to_retire(everything, listed, list(closed), before, NOW)}


def test_one_of_many_that_two_listings_on_two_days_do_not_name_is_gone() -> None:
    assert retired(map(known, range(10)), gone={3}) == {3}


@pytest.mark.parametrize("before", [None, NOW, NOW - timedelta(hours=2)])
def test_one_listing_or_two_on_one_day_prove_nothing(before: datetime | None) -> None:
    assert retired(map(known, range(10)), gone={3}, before=before) == set()


@pytest.mark.parametrize(("count", "missing"), [(10, 3), (4, 1), (1000, 51), (1, 1)])
def test_too_many_at_once_are_for_a_person_to_look_at(count: int, missing: int) -> None:
    assert retired(map(known, range(count)), gone=set(range(missing))) == set()


def test_nobody_knows_what_is_behind_what_could_not_be_opened() -> None:
    datasets = [*map(known, range(10)), known(10, "book.xlsx#May"), known(11, "closed/a.csv"), known(12, "closed2.csv")]
    closed = [SafeName("book.xlsx", "book.xlsx", False), SafeName("closed", "closed", False)]
    assert retired(datasets, gone={10, 11}, closed=closed) == set()
    assert retired(datasets, gone={10, 11}) == {10, 11}
    assert retired(datasets, gone={12}, closed=closed) == {12}


def test_a_withheld_name_may_be_behind_any_closed_door() -> None:
    datasets = [*map(known, range(10)), known(10, "hmac:ab", withheld=True)]
    assert retired(datasets, gone={10}, closed=[SafeName("x", "x", False)]) == set()
    assert retired(datasets, gone={10}) == {10}
