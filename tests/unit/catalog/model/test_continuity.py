"""A dataset goes on under another name only where nothing else could be meant."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from catalog.model.continuity import ColumnPortrait, Portrait, continuations, likeness
from catalog.model.holdings import Band, DatasetKind

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
