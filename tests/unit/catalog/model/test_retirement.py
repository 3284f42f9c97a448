"""What a complete listing may retire, and what it must leave."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from catalog.model.holdings import Dataset, DatasetKind
from catalog.model.retirement import Listing, Vanished, vanished
from catalog.model.runs import SafeName

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
LONG_AGO = NOW - timedelta(days=9)


def known(number: int, key: str = "", *, withheld: bool = False, view: str = "v") -> Dataset:
    key = key or f"t{number}"
    return Dataset(number, 1, key, key, withheld, DatasetKind.TABLE, "", None, "", LONG_AGO, LONG_AGO, None, view)


def alike(name: str, key: str = "") -> Dataset:
    return replace(known(10, key or f"{name}/"), name=name, kind=DatasetKind.FILES)


def gone_by(
    datasets: Iterable[Dataset],
    *,
    gone: set[int],
    closed: Iterable[SafeName] = (),
    closed_before: Iterable[SafeName] = (),
    before: datetime | None = YESTERDAY,
    view: str = "v",
    view_before: str = "v",
) -> Vanished:
    everything = list(datasets)
    missing = [dataset for dataset in everything if dataset.id in gone]
    previous = Listing(before, view_before, tuple(closed_before)) if before else None
    return vanished(missing, len(everything), Listing(NOW, view, tuple(closed)), previous)


def retired(datasets: Iterable[Dataset], **rest: Any) -> set[int]:
    return {dataset.id for dataset in gone_by(datasets, **rest).retire}


def held_back(datasets: Iterable[Dataset], **rest: Any) -> set[int]:
    return {dataset.id for dataset in gone_by(datasets, **rest).held_back}


def test_one_of_many_that_two_listings_on_two_days_do_not_name_is_gone() -> None:
    assert retired(map(known, range(10)), gone={3}) == {3}


@pytest.mark.parametrize("before", [None, NOW, NOW - timedelta(hours=2), NOW - timedelta(hours=4)])
def test_one_listing_or_two_of_one_night_prove_nothing(before: datetime | None) -> None:
    assert gone_by(map(known, range(10)), gone={3}, before=before) == Vanished()


def test_a_morning_and_an_evening_are_one_day() -> None:
    missing = [known(3)]
    morning, evening = (Listing(NOW.replace(hour=hour), "v") for hour in (8, 23))
    assert vanished(missing, 10, evening, morning) == Vanished()
    assert vanished(missing, 10, Listing(evening.at + timedelta(days=1), "v"), morning).retire == tuple(missing)


def test_what_the_listing_before_still_named_is_not_gone() -> None:
    assert gone_by([replace(known(i), last_listed_at=YESTERDAY) for i in range(10)], gone={3}) == Vanished()


def test_listings_under_two_views_are_not_compared() -> None:
    assert gone_by(map(known, range(10)), gone={3}, view_before="wider") == Vanished()
    assert gone_by(map(known, range(10)), gone={3}, view="narrower") == Vanished()


def test_what_another_view_showed_last_waits_for_a_person() -> None:
    wide = [*map(known, range(90)), *(known(i, view="wider") for i in range(90, 100))]
    assert retired(wide, gone={3, 95}) == {3}
    assert held_back(wide, gone={3, 95}) == {95}


@pytest.mark.parametrize(("count", "missing"), [(10, 3), (4, 1), (1000, 51), (1, 1)])
def test_too_many_at_once_are_for_a_person_to_look_at(count: int, missing: int) -> None:
    assert retired(map(known, range(count)), gone=set(range(missing))) == set()
    assert held_back(map(known, range(count)), gone=set(range(missing))) == set(range(missing))


def test_nobody_knows_what_is_behind_what_could_not_be_opened() -> None:
    datasets = [*map(known, range(10)), known(10, "book.xlsx#May"), known(11, "closed/a.csv"), known(12, "closed2.csv")]
    closed = [SafeName("book.xlsx", "book.xlsx", False), SafeName("closed", "closed", False)]
    assert retired(datasets, gone={10, 11}, closed=closed) == set()
    assert retired(datasets, gone={10, 11}) == {10, 11}
    assert retired(datasets, gone={12}, closed=closed) == {12}
    assert gone_by(datasets, gone={10, 11}, closed_before=closed) == Vanished(), "it was closed the night before"


def test_a_withheld_name_may_be_behind_any_closed_door() -> None:
    datasets = [*map(known, range(10)), known(10, "hmac:ab", withheld=True)]
    assert retired(datasets, gone={10}, closed=[SafeName("x", "x", False)]) == set()
    assert retired(datasets, gone={10}) == {10}


@pytest.mark.parametrize("closed", ["c", "c/x.csv", "C/X.CSV", "c/sub"])
def test_alike_files_known_by_a_digest_of_their_header_are_behind_their_folder_and_each_of_them(closed: str) -> None:
    datasets = [*map(known, range(10)), alike("c/*.csv", "hmac:0123")]
    hidden = closed != "c/sub"
    found = retired(datasets, gone={10}, closed=[SafeName(closed, closed, False)])
    assert found == (set() if hidden else {10})
    assert retired(datasets, gone={10}, closed=[SafeName("d", "d", False)]) == {10}
    assert retired(datasets, gone={10}, closed=[SafeName("c/x.pdf", "c/x.pdf", False)]) == {10}


def test_files_of_a_parted_folder_are_behind_each_of_its_parts() -> None:
    datasets = [*map(known, range(10)), alike("t/dt=*/p.csv")]
    for closed, hidden in (("t/dt=2024-01-02", True), ("t", True), ("t/year", False), ("u/dt=2024-01-02", False)):
        found = retired(datasets, gone={10}, closed=[SafeName(closed, closed, False)])
        assert found == (set() if hidden else {10}), closed


def test_a_part_whose_name_is_withheld_may_be_of_any_parted_folder() -> None:
    closed = [SafeName("name withheld (t/aaa=999-99-9999)", "hmac:ab", True)]
    assert retired([*map(known, range(10)), alike("t/ssn=*/p.csv")], gone={10}, closed=closed) == set()
    assert retired([*map(known, range(10)), alike("t/p_*.csv")], gone={10}, closed=closed) == {10}


def test_what_was_in_an_archive_is_behind_it() -> None:
    datasets = [*map(known, range(10)), known(10, "old.zip!may.csv")]
    assert retired(datasets, gone={10}, closed=[SafeName("old.zip", "old.zip", False)]) == set()
