"""Exports: inert in every spreadsheet, exact after taking the prefix off."""

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from web.exports import Listing, as_csv, as_json

cells = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(["=1", "'", "''=", " =1", "\u3000@x", "-"])
STARTS = tuple("=+-@\t\r\n\0＝＋－＠")


@given(st.lists(st.tuples(cells, st.integers()), max_size=5))
def test_a_text_is_never_a_formula_and_always_restorable(rows: list[tuple[str, int]]) -> None:
    text = as_csv(Listing("x", ("name", "count"), rows))
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))[1:]
    assert [(name.removeprefix("'"), int(count)) for name, count in read] == rows
    assert not [name for name, _ in read if name.lstrip(" \u00a0\u3000").startswith(STARTS)]


@given(st.lists(st.tuples(cells), max_size=5))
def test_json_holds_names_exactly(rows: list[tuple[str]]) -> None:
    assert [row["name"] for row in json.loads(as_json(Listing("x", ("name",), rows)))["rows"]] == [n for (n,) in rows]


def test_every_text_is_quoted_so_that_a_semicolon_splits_nothing() -> None:
    assert '"a;=1"' in as_csv(Listing("x", ("name",), [("a;=1",)]))
    assert as_csv(Listing("x", ("a", "b"), [(True, None)])).endswith('"yes",""\r\n')
