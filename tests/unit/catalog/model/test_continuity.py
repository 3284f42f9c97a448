"""A dataset goes on under another name only where nothing else could be meant."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from catalog.model.continuity import (
    ColumnPortrait,
    Portrait,
    continuations,
    is_renumbered,
    known_by_name,
    likeness,
    regrouped,
)
from catalog.model.holdings import Band, Dataset, DatasetKind
from catalog.model.runs import ListedDataset, SafeName

NAMES = st.sampled_from(["id", "last", "first", "ssn", "dob", "phone", "note", "city", "zip", "stat", "amt", "code"])
COLUMN = st.builds(
    ColumnPortrait,
    key=NAMES,
    declared_type=st.sampled_from(["text", "integer", "date"]),
    empty=st.sampled_from(Band),
    distinct=st.sampled_from(Band),
    shapes=st.frozensets(st.sampled_from(["999-99-9999", "Aaaa", "99/99/9999"]), max_size=2),
)
COLUMNS = st.lists(COLUMN, min_size=3, max_size=8, unique_by=lambda column: column.key).map(tuple)
DATASETS = st.lists(st.tuples(st.sampled_from([DatasetKind.TABLE, DatasetKind.FILE]), COLUMNS), max_size=5)


def portrait(number: int, *names: str, kind: DatasetKind = DatasetKind.TABLE) -> Portrait:
    shapes = frozenset({"Aaaa"})
    columns = tuple(ColumnPortrait(name, "text", Band.NONE, Band.MOST, shapes) for name in names)
    return Portrait(number, kind, columns)


AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
FILE, FILES = DatasetKind.FILE, DatasetKind.FILES


def dataset(number: int, name: str, key: str = "", *, kind: DatasetKind = FILE, gone: bool = False) -> Dataset:
    return Dataset(number, 1, key or name, name, False, kind, "", None, "", AT, AT, AT if gone else None)


def listed(name: str, key: str = "", *, kind: DatasetKind = FILE) -> ListedDataset:
    return ListedDataset(SafeName(name, key or name, False), kind, "", None, "")


def numbered(datasets: list[tuple[DatasetKind, tuple[ColumnPortrait, ...]]], start: int) -> list[Portrait]:
    return [Portrait(start + place, kind, columns) for place, (kind, columns) in enumerate(datasets)]


CLIENTS = portrait(1, "id", "last", "first", "ssn", "dob")
RENAMED = replace(CLIENTS, id=2)


def test_a_renamed_table_goes_on() -> None:
    assert continuations([CLIENTS], [RENAMED], []) == {1: 2}


def test_two_alike_that_appeared_are_a_question_for_a_person() -> None:
    assert not continuations([CLIENTS], [RENAMED, replace(CLIENTS, id=3)], [])


def test_two_alike_that_vanished_are_a_question_for_a_person() -> None:
    assert not continuations([CLIENTS, replace(CLIENTS, id=3)], [RENAMED], [])


def test_of_twelve_alike_files_of_twelve_months_none_is_another() -> None:
    assert not continuations([CLIENTS], [RENAMED], [replace(CLIENTS, id=4)])


def test_another_kind_or_other_content_is_another_dataset() -> None:
    assert not continuations([CLIENTS], [replace(RENAMED, kind=DatasetKind.VIEW)], [])
    emptied = replace(
        RENAMED, columns=tuple(replace(one, empty=Band.ALL, distinct=Band.NONE) for one in RENAMED.columns)
    )
    assert not continuations([CLIENTS], [emptied], [])


def test_two_columns_make_no_face() -> None:
    assert not continuations([portrait(1, "id", "name")], [portrait(2, "id", "name")], [])


def test_a_column_more_is_still_the_same_table() -> None:
    assert continuations([CLIENTS], [portrait(2, "id", "last", "first", "ssn", "dob", "zip")], []) == {}
    wide = portrait(1, *(f"c{number}" for number in range(20)))
    assert continuations([wide], [portrait(2, *(f"c{number}" for number in range(21)))], []) == {1: 2}


@given(DATASETS, DATASETS, DATASETS)
def test_a_matching_is_one_to_one_and_between_alike_of_one_kind(
    old: list[tuple[DatasetKind, tuple[ColumnPortrait, ...]]],
    new: list[tuple[DatasetKind, tuple[ColumnPortrait, ...]]],
    rest: list[tuple[DatasetKind, tuple[ColumnPortrait, ...]]],
) -> None:
    vanished, appeared, staying = numbered(old, 0), numbered(new, 100), numbered(rest, 200)
    found = continuations(vanished, appeared, staying)
    by_id = {one.id: one for one in (*vanished, *appeared)}
    assert len(set(found.values())) == len(found)
    assert set(found) <= {one.id for one in vanished}
    assert set(found.values()) <= {one.id for one in appeared}
    for before, after in found.items():
        assert likeness(by_id[before], by_id[after]) >= 0.85
        assert all(likeness(other, by_id[before]) < 0.66 for other in staying)


@given(COLUMNS, COLUMNS)
def test_likeness_is_symmetric_and_one_for_the_same(
    one: tuple[ColumnPortrait, ...], other: tuple[ColumnPortrait, ...]
) -> None:
    first, second = Portrait(1, DatasetKind.TABLE, one), Portrait(2, DatasetKind.TABLE, other)
    assert abs(likeness(first, second) - likeness(second, first)) < 1e-9
    assert abs(likeness(first, replace(first, id=3)) - 1) < 1e-9


GROUP = dataset(9, "c/claims_*.csv", kind=FILES)
ONE, TWO = dataset(1, "c/claims_1.csv"), dataset(2, "c/claims_2.csv")
FACES = {number: replace(CLIENTS, id=number, kind=kind) for number, kind in ((1, FILE), (2, FILE), (9, FILES))}


def test_a_file_becomes_alike_files_and_they_a_file_where_no_other_is_meant() -> None:
    assert continuations([FACES[1]], [FACES[9]], []) == {1: 9}
    assert continuations([FACES[9]], [FACES[1]], []) == {9: 1}
    assert not continuations([FACES[1], FACES[2]], [FACES[9]], [])


def test_of_two_files_that_are_one_dataset_now_the_one_people_decided_on_goes_on() -> None:
    assert regrouped([ONE, TWO], [GROUP], FACES, ()) == {1: 9}
    assert regrouped([ONE, TWO], [GROUP], FACES, {2}) == {2: 9}
    unlike = portrait(1, "id", "last", "first", "a", "b", kind=FILE)
    assert regrouped([ONE, TWO], [GROUP], {**FACES, 1: unlike}, ()) == {2: 9}


def test_alike_files_too_few_to_be_one_go_on_as_one_of_them() -> None:
    assert regrouped([GROUP], [ONE, TWO], FACES, {9}) == {9: 1}


def test_what_is_called_or_looks_otherwise_does_not_become_one_of_them() -> None:
    assert not regrouped([dataset(1, "c/rates_1.csv"), dataset(2, "d/claims_2.csv")], [GROUP], FACES, ())
    assert not regrouped([replace(ONE, name_withheld=True)], [GROUP], FACES, ())
    assert not regrouped([replace(ONE, kind=DatasetKind.SHEET)], [GROUP], FACES, ())
    assert not regrouped([ONE], [GROUP], {**FACES, 1: portrait(1, "id", "a", "b", "c", kind=FILE)}, ())


def test_where_any_name_fits_only_the_same_columns_tell() -> None:
    faces = {**FACES, 1: portrait(1, "id", "last", "first", "ssn", kind=FILE)}
    assert regrouped([ONE], [GROUP], faces, ()) == {1: 9}
    assert not regrouped([ONE], [replace(GROUP, name="c/*.csv")], faces, ())


def test_alike_files_of_one_name_are_not_known_by_it() -> None:
    known = [dataset(1, "c/*.csv", "c/*.csv/a", kind=FILES), dataset(2, "b.csv", "old")]
    assert known_by_name(known, [listed("c/*.csv", "c/*.csv/b", kind=FILES), listed("b.csv")]) == {"b.csv": known[1]}
    odd = dataset(3, "c/*.csv", "a file called so")
    assert not known_by_name([odd], [listed("c/*.csv", "c/*.csv/b", kind=FILES)])


def test_a_name_that_two_bear_tells_neither() -> None:
    now = [listed("a", "1")]
    assert not known_by_name([dataset(1, "a"), dataset(2, "a", "x")], now)
    assert not known_by_name([dataset(1, "a")], [*now, listed("a", "2")])
    known = [dataset(1, "a", gone=True), dataset(2, "a", "x"), dataset(3, "a", "y", gone=True)]
    assert known_by_name(known, now) == {"1": known[1]}
    assert not known_by_name([known[0], known[2]], now)


def test_headers_that_move_from_folder_to_folder_renumber_nothing() -> None:
    known = [dataset(n, f"{n}/*.csv", f"{n}/*.csv/a", kind=FILES) for n in range(3)]
    known += [dataset(9, "0/*.csv", "0/*.csv/b", kind=FILES, gone=True)]
    assert not is_renumbered(known, [listed(f"{n}/*.csv", f"{n}/*.csv/b", kind=FILES) for n in range(3)])
