"""Lines of text as columns: what the server wrote is what is read."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.arrow import columns_of_lines

cells = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8))


def lines_of(rows):
    """As PostgreSQL writes them: nothing for no value, quotes where there could be doubt."""
    return [
        ",".join("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row).encode() + b"\n"
        for row in rows
    ]


@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.tuples(*[cells] * width), max_size=9).map(lambda r: (width, r)))
)
@example((1, [(None,), ("",), ("\ufeff",), (None,)]))
@example((2, [("\ufeffa", 'b\r\n,"c'), ("\\.", "NULL")]))
def test_cells_come_back(table):
    width, rows = table
    columns = columns_of_lines(lines_of(rows), width)
    assert [column.to_pylist() for column in columns] == [
        list(column) for column in zip(*rows, strict=True)
    ] or not rows
    assert len(columns) == width


def test_plain_cells_are_texts_whatever_they_look_like():
    rows = [["1", "2020-01-31", "true", "1.50"], ["02", "x", "NaN", "null"]]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    columns = columns_of_lines([line.encode() for line in text.getvalue().splitlines(keepends=True)], 4)
    assert [column.to_pylist() for column in columns] == [list(column) for column in zip(*rows, strict=True)]


@pytest.mark.parametrize("line", [b"caf\xe9,x\n", b'"\xff\xfe",x\n'])
def test_bytes_that_are_no_text_are_marked(line):
    (first, second) = columns_of_lines([line], 2)
    assert "\ufffd" in first.to_pylist()[0]
    assert second.to_pylist() == ["x"]


def test_a_line_of_many_megabytes_is_one_value():
    (column,) = columns_of_lines([b"a" * 5_000_000 + b"\n"], 1)
    assert len(column[0].as_py()) == 5_000_000
