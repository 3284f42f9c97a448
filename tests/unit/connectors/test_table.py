"""Columns of a file, whatever its header says."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.ports import SamplePlan
from connectors.files.table import sample_of

NAMES = ["a", "a#2", "a#3", "a#2#2", "column 1", "column 2", "column 1#2", "", " "]


@given(st.lists(st.sampled_from(NAMES), min_size=2, max_size=12))
def test_no_two_columns_are_one(header: list[str]) -> None:
    rows = [["x", "y", *header], *[[str(number)] * (len(header) + 2) for number in range(2)]]
    columns = sample_of(rows, SamplePlan(rows=10, seed=1), "a file").columns
    assert [column.name for column in columns if not column.name_is_made_up] == [
        name for name in rows[0] if name.strip()
    ]
    assert len({column.key for column in columns}) == len(columns) == len(header) + 2


def test_the_keys_of_ordinary_columns_are_their_names() -> None:
    columns = sample_of([["id", "name", "name"], ["1", "2", "3"]], SamplePlan(rows=10, seed=1), "a file").columns
    assert [column.key for column in columns] == ["id", "name", "name#2"]
