"""Files become one dataset and fall apart again: decisions follow, nothing takes another's, people are told."""

from dataclasses import replace
from datetime import timedelta

from catalog.errors import SkipReason
from catalog.model.decisions import Standing, Verdict
from catalog.model.holdings import DatasetKind, Source
from catalog.model.runs import DatasetResult, ListedDataset, RunState, SafeName
from catalog.services import holdings, recording, review
from catalog.services.catalog import Catalog
from catalog.store import scans as stored
from tests.support.builders import CPO, OPERATOR, FixedClock, a_column, a_finding, a_result

FILE, FILES = DatasetKind.FILE, DatasetKind.FILES
Found = tuple[str, str, DatasetKind, DatasetResult]


def a_table(*names: str) -> DatasetResult:
    held = {"ssn": [a_finding("SSN")]}
    return a_result([a_column(name, held.get(name, []), position=place) for place, name in enumerate(names)])


CLAIMS = a_table("ssn", "name", "amount", "paid")
RATES = a_table("zone", "rate", "since", "until")
TOGETHER = replace(CLAIMS, columns=(*CLAIMS.columns, a_column("files: name", position=9)))
REST: list[Found] = [(f"d/{w}.csv", f"d/{w}.csv", FILE, a_table(f"{w}a", f"{w}b", f"{w}c")) for w in "klmnopqrstuvwxyz"]


def one(number: int) -> Found:
    return f"c/claims_{number}.csv", f"c/claims_{number}.csv", FILE, CLAIMS


GROUP: Found = ("c/claims_*.csv", "c/claims_*.csv/", FILES, TOGETHER)


def a_night(
    catalog: Catalog, source: Source, *found: Found, closed: tuple[SafeName, ...] = ()
) -> tuple[int, dict[str, int]]:
    """One more night that finds these and the rest.

    Returns:
        The run, and the ids of what it found by their keys.
    """
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, 1, full=True)
    items = [(ListedDataset(SafeName(name, key, False), kind, "", 10, "v1"), seen) for name, key, kind, seen in found]
    items += [(ListedDataset(SafeName(name, key, False), kind, "", 10, "v1"), seen) for name, key, kind, seen in REST]
    unlisted = [(ListedDataset(name, DatasetKind.FOLDER, "", None, ""), SkipReason.NO_PERMISSION) for name in closed]
    due = recording.record_listing(OPERATOR, catalog, run, [item for item, _ in items], unlisted)
    for item, seen in items:
        recording.record_result(OPERATOR, catalog, run, due[item.name.key], "v1", seen)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return run.id, dict(due)


def decide(catalog: Catalog, dataset_id: int) -> None:
    column = holdings.dataset(CPO, catalog, dataset_id).columns[0].column
    review.decide(CPO, catalog, column.id, "SSN", Verdict.CONFIRMED, "Seen on the form")


def is_decided(catalog: Catalog, dataset_id: int) -> bool:
    page = holdings.dataset(CPO, catalog, dataset_id)
    return any(tag.standing is Standing.CONFIRMED for column in page.columns for tag in column.tags)


def names(catalog: Catalog) -> dict[int, str]:
    return {line.dataset.id: line.dataset.name for line in holdings.agency(CPO, catalog, "dso").datasets}


def renamed(catalog: Catalog, run_id: int) -> set[tuple[int, str, str]]:
    with catalog.reading() as connection:
        return {(it.dataset_id, it.old_name, it.new_name) for it in stored.renames_of(connection, [run_id])}


def test_two_files_that_become_three_go_on_as_one_dataset_with_their_decision(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, one(1), one(2))
    decide(catalog, first["c/claims_2.csv"])
    run_id, _ = a_night(catalog, source, GROUP)
    goes_on = first["c/claims_2.csv"]
    assert names(catalog)[goes_on] == "c/claims_*.csv"
    assert is_decided(catalog, goes_on)
    assert renamed(catalog, run_id) == {(goes_on, "c/claims_2.csv", "c/claims_*.csv")}


def test_a_file_whose_decision_stays_behind_is_told(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, one(1), one(2))
    for key in ("c/claims_1.csv", "c/claims_2.csv"):
        decide(catalog, first[key])
    run_id, _ = a_night(catalog, source, GROUP)
    assert renamed(catalog, run_id) == {(first[key], key, "c/claims_*.csv") for key in first if key.startswith("c/")}
    assert names(catalog)[first["c/claims_1.csv"]] == "c/claims_*.csv"
    assert is_decided(catalog, first["c/claims_2.csv"]), "nothing of what was said of the other is lost"


def test_files_of_unlike_names_that_get_a_third_of_their_header_go_on(catalog: Catalog, source: Source) -> None:
    """The names of the files, which the group has as a column, make it no less like them."""
    _, first = a_night(
        catalog, source, *((f"c/{word}.csv", f"c/{word}.csv", FILE, CLAIMS) for word in ("east", "west"))
    )
    decide(catalog, first["c/west.csv"])
    a_night(catalog, source, ("c/*.csv", "c/*.csv/aa", FILES, TOGETHER))
    assert names(catalog)[first["c/west.csv"]] == "c/*.csv"
    assert is_decided(catalog, first["c/west.csv"])


def test_three_files_that_become_two_again_keep_the_decision(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, one(1), one(2))
    decide(catalog, first["c/claims_1.csv"])
    a_night(catalog, source, GROUP)
    a_night(catalog, source, one(1), one(2))
    assert names(catalog)[first["c/claims_1.csv"]] == "c/claims_1.csv"
    assert is_decided(catalog, first["c/claims_1.csv"])
    assert names(catalog)[first["c/claims_2.csv"]] == "c/claims_2.csv"


def test_two_groups_of_a_folder_never_exchange_what_was_said_of_them(catalog: Catalog, source: Source) -> None:
    claims, rates = ("c/*.csv", "c/*.csv/aa", FILES, TOGETHER), ("c/*.csv", "c/*.csv/bb", FILES, RATES)
    _, first = a_night(catalog, source, claims, rates)
    decide(catalog, first["c/*.csv/aa"])
    # Both get another header, and are listed in the other order.
    wider = replace(TOGETHER, columns=(*CLAIMS.columns, a_column("note", position=8)))
    _, then = a_night(catalog, source, ("c/*.csv", "c/*.csv/0b", FILES, RATES), ("c/*.csv", "c/*.csv/fa", FILES, wider))
    assert then["c/*.csv/0b"] not in first.values()
    with catalog.reading() as connection:
        known = {it.id: it.key for it in stored.datasets_of(connection, source.id)}
    assert known[first["c/*.csv/bb"]] == "c/*.csv/0b", "it looks as it did"
    assert known[first["c/*.csv/aa"]] == "c/*.csv/aa"
    assert not is_decided(catalog, first["c/*.csv/bb"])


def test_another_group_of_the_folder_takes_over_nothing(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, ("c/*.csv", "c/*.csv/aa", FILES, TOGETHER))
    decide(catalog, first["c/*.csv/aa"])
    _, then = a_night(catalog, source, ("c/*.csv", "c/*.csv/bb", FILES, RATES))
    assert then["c/*.csv/bb"] != first["c/*.csv/aa"]
    assert not is_decided(catalog, then["c/*.csv/bb"])


def test_alike_files_behind_a_closed_door_are_not_gone(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, ("c/*.csv", "hmac:00", FILES, TOGETHER), ("t/dt=*/p.csv", "t/dt=*/p.csv/", FILES, RATES))
    before = names(catalog)
    closed = SafeName("c", "c", False), SafeName("t/dt=2024-01-02", "t/dt=2024-01-02", False)
    for _ in range(3):
        a_night(catalog, source, closed=closed)
    assert before.items() <= names(catalog).items()
    for _ in range(3):
        a_night(catalog, source)
    assert not before.items() <= names(catalog).items()
