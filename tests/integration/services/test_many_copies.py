"""A table of which there are many copies, copies that are gone, and copies inside sheets and among alike files."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.model.actors import Scope
from catalog.model.holdings import DatasetKind, Source
from catalog.model.runs import ListedDataset, RunState, SafeName
from catalog.services import copies, recording, sources
from catalog.services.catalog import Catalog
from catalog.store import copies as stored
from catalog.store import holdings
from catalog.store import scans as stored_scans
from catalog.store.copy_schema import column_keys
from tests.integration.services.conftest import DATABASES, add_source, two_agencies
from tests.support.builders import OPERATOR, FixedClock, a_column, a_result

NAMES = ("intake_no", "shelter_id", "client_name", "beds", "exit_reason")


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.fixture
def database(catalog: Catalog) -> Source:
    """Beside what a test adds it has many tables of other names, so that it means something how rare a name is."""
    source = add_source(catalog, "dso", "records-db")
    run = recording.begin(OPERATOR, catalog, source.id, 7)
    rest = [_listed(f"t{number}", DatasetKind.TABLE) for number in range(500)]
    recording.record_listing(OPERATOR, catalog, run, rest, [])
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return source


@pytest.fixture
def share(catalog: Catalog, database: Source, tmp_path: Path) -> Source:
    folder = tmp_path / "share"
    folder.mkdir()
    return sources.add_source(OPERATOR, catalog, database.system_id, "records-share", "files", {"path": str(folder)})


def _listed(name: str, kind: DatasetKind) -> ListedDataset:
    return ListedDataset(SafeName(name, name, False), kind, "", 10, "v1")


def scanned(
    catalog: Catalog, source: Source, found: Sequence[str], names: Sequence[str], kind: DatasetKind = DatasetKind.FILE
) -> list[int]:
    """A run in which all these datasets are found to have columns of these names; what else there is stays listed."""
    run = recording.begin(OPERATOR, catalog, source.id, 7, full=True)
    with catalog.reading() as connection:
        rest = [one for one in stored_scans.datasets_of(connection, source.id) if one.name not in found]
    listing = [_listed(name, kind) for name in found] + [_listed(one.name, one.kind) for one in rest]
    ids = recording.record_listing(OPERATOR, catalog, run, listing, [])
    result = a_result([a_column(name, position=place) for place, name in enumerate(names)])
    for name in found:
        recording.record_result(OPERATOR, catalog, run, ids[name], "v1", result)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return [ids[name] for name in found]


def pairs(catalog: Catalog) -> set[tuple[int, int]]:
    with catalog.reading() as connection:
        return {(one.dataset_id, one.of_dataset_id) for one in stored.seen(connection, Scope(None))}


def retire(catalog: Catalog, ids: Sequence[int]) -> None:
    with catalog.changing(OPERATOR, "record_listing", "source:1") as change:
        known = holdings.datasets_by_id(change.connection, Scope(None), ids)
        stored_scans.retire(change.connection, list(known.values()), change.at)


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_a_table_is_told_of_each_of_its_copies_however_many_there_are(
    catalog: Catalog, database: Source, share: Source
) -> None:
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    files = scanned(catalog, share, [f"{number}/intakes.csv" for number in range(60)], NAMES)
    every = {(file, table) for file in files}
    assert pairs(catalog) == every
    scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    assert pairs(catalog) == every, "a rescan of the table forgets none"


def test_names_of_many_unlike_tables_stay_common(catalog: Catalog, database: Source, share: Source) -> None:
    scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    for number in range(60):
        scanned(catalog, database, [f"other_{number}"], [*NAMES, f"own_{number}"], DatasetKind.TABLE)
    scanned(catalog, share, ["a.csv"], NAMES)
    assert pairs(catalog) == set()


def test_a_rescan_finds_copies_beyond_those_it_can_compare_at_once_and_forgets_what_is_none(
    catalog: Catalog, database: Source, share: Source
) -> None:
    files = scanned(catalog, share, [f"{number}/intakes.csv" for number in range(60)], NAMES)
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    assert len(pairs(catalog)) == stored.MOST_CANDIDATES
    scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    assert pairs(catalog) == {(file, table) for file in files}
    scanned(catalog, database, ["intakes"], ("zone", "rate", "since", "until"), DatasetKind.TABLE)
    assert pairs(catalog) == set()


def test_those_judged_longest_ago_are_judged_first_and_the_others_stay(
    catalog: Catalog, database: Source, share: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    files = [f"{number}.csv" for number in range(9)]
    scanned(catalog, share, files, NAMES)
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(hours=1)
    later = scanned(catalog, share, files[:4], NAMES)
    monkeypatch.setattr(stored, "MOST_KNOWN", 5)
    scanned(catalog, database, ["intakes"], ("zone", "rate", "since", "until"), DatasetKind.TABLE)
    assert pairs(catalog) == {(file, table) for file in later}


def test_datasets_that_are_gone_do_not_use_up_a_name(catalog: Catalog, database: Source, share: Source) -> None:
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    gone = [
        scanned(catalog, database, [f"gone_{number}"], [*NAMES, f"own_{number}"], DatasetKind.TABLE)[0]
        for number in range(60)
    ]
    retire(catalog, gone)
    (file,) = scanned(catalog, share, ["a.csv"], NAMES)
    assert pairs(catalog) == {(file, table)}


def test_what_comes_back_unchanged_is_told_again(catalog: Catalog, database: Source, share: Source) -> None:
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    (file,) = scanned(catalog, share, ["a.csv"], NAMES)
    retire(catalog, [file])
    scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    run = recording.begin(OPERATOR, catalog, share.id, 7)
    recording.record_listing(OPERATOR, catalog, run, [_listed("a.csv", DatasetKind.FILE)], [])
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    copies.look_around(OPERATOR, catalog)
    assert pairs(catalog) == {(file, table)}


@pytest.mark.parametrize(
    ("kind", "beside"),
    [
        (DatasetKind.FILES, ("files: name",)),
        (DatasetKind.FILES, ("files of other columns 1: region", "files of other columns 1: total", "files: name")),
        (DatasetKind.SHEET, ("notes: text", "table 2: code", "table 2: meaning")),
        (DatasetKind.DOCUMENT, ("table 2: code",)),
    ],
)
def test_what_stands_beside_the_copied_table_does_not_hide_it(
    catalog: Catalog, database: Source, share: Source, kind: DatasetKind, beside: Sequence[str]
) -> None:
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    inside = [f"table 1: {name}" for name in NAMES] if kind is DatasetKind.DOCUMENT else NAMES
    (file,) = scanned(catalog, share, ["x"], [*inside, *beside], kind)
    assert pairs(catalog) == {(file, table)}


@pytest.mark.parametrize(("kind", "label"), [(DatasetKind.SHEET, "table 2"), (DatasetKind.FILES, "table 1")])
def test_a_table_inside_a_sheet_or_alike_files_is_compared_as_one(
    catalog: Catalog, database: Source, share: Source, kind: DatasetKind, label: str
) -> None:
    (table,) = scanned(catalog, database, ["intakes"], NAMES, DatasetKind.TABLE)
    (file,) = scanned(catalog, share, ["x"], ["zone", "rate", *(f"{label}: {name}" for name in NAMES)], kind)
    with catalog.reading() as connection:
        (copy,) = stored.seen(connection, Scope(None))
    assert (copy.dataset_id, copy.of_dataset_id, copy.part) == (file, table, label)


def test_what_has_no_names_is_asked_once(catalog: Catalog, share: Source) -> None:
    ids = scanned(catalog, share, ["headless.csv"], ("column 1", "column 2"))
    with catalog.changing(OPERATOR, "record_listing", "source:1") as change:
        change.connection.execute(column_keys.delete())
    with catalog.reading() as connection:
        assert stored.not_compared(connection) == ids
    copies.look_around(OPERATOR, catalog)
    with catalog.reading() as connection:
        assert stored.not_compared(connection) == []
