"""A sample keeps its values to itself."""

import copy
import pickle

import pyarrow as pa
import pytest

from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample

SECRET = "987-65-4320"


def sample() -> Sample:
    columns = [ColumnSchema(f"{SECRET} as a name", 0), ColumnSchema("b", 1)]
    return Sample(columns, [[SECRET, None], ["x", "y"]], method=SampleMethod.ALL_ROWS, rows_total=2)


@pytest.mark.parametrize("text", [repr(sample()), str(sample()), f"{sample()}", repr(sample().columns)])
def test_no_text_form_shows_a_value_or_a_name(text: str) -> None:
    assert SECRET not in text


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(protocol: int) -> None:
    with pytest.raises(TypeError, match="never leaves its process"):
        pickle.dumps(sample(), protocol)


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy])
def test_it_cannot_be_copied(copier: object) -> None:
    with pytest.raises(TypeError, match="never leaves its process"):
        copier(sample())  # type: ignore[operator]  # one of the two copiers above


def test_it_has_no_attribute_dictionary() -> None:
    with pytest.raises(TypeError):
        vars(sample())


def test_values_are_there_until_cleared() -> None:
    with sample() as open_sample:
        assert open_sample.values(0) == [SECRET, None]
        assert open_sample.row_count == 2
    assert open_sample.row_count == 0
    with pytest.raises(IndexError):
        open_sample.values(0)


@pytest.mark.parametrize("values", [[["a"]], [["a"], ["b", "c"]], [["a"], ["b"], ["c"]]])
def test_ragged_samples_are_refused(values: list[list[str]]) -> None:
    with pytest.raises(ValueError, match="one sequence of the same length per column"):
        Sample([ColumnSchema("a", 0), ColumnSchema("b", 1)], values, method=SampleMethod.ALL_ROWS)


def test_columns_of_lists_may_be_longer_than_there_are_rows() -> None:
    columns = [ColumnSchema("a", 0), ColumnSchema("b[]", 1)]
    with Sample(columns, [["x"], ["1", "2", "3"]], method=SampleMethod.ALL_ROWS, rows=1) as listed:
        assert (listed.row_count, listed.values(1)) == (1, ["1", "2", "3"])
    assert listed.row_count == 0


def test_a_column_in_arrow_memory_is_handed_on_and_becomes_texts_when_asked_for() -> None:
    column = pa.array(["x", None])
    with Sample([ColumnSchema("a", 0)], [column], method=SampleMethod.ALL_ROWS) as held:
        assert held.column(0) is column
        assert (held.values(0), held.row_count) == (["x", None], 2)
    with pytest.raises(IndexError):
        held.column(0)
