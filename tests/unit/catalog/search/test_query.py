"""Reading and printing what people ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.query import FILTER_KEYS, Filter, Query, parse


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("", Query()),
        ("  mother   maiden ", Query("mother maiden")),
        ("type:SSN", Query("", (Filter("type", "SSN"),))),
        ("TYPE:SSN", Query("", (Filter("type", "SSN"),))),
        ("-state:confirmed ssn", Query("ssn", (Filter("state", "confirmed", excluded=True),))),
        ('agency:"Parks and \\"Rec\\"" x', Query("x", (Filter("agency", 'Parks and "Rec"'),))),
        ("column:mother*", Query("", (Filter("column", "mother*"),))),
        ("colour:red", Query("colour:red")),
        ("type:", Query("type:")),
        ('agency:"never closed', Query('agency:"never closed')),
        (r"\type:SSN", Query("type:SSN")),
        ('x"type:SSN', Query('x"type:SSN')),
    ],
)
def test_parse(typed: str, query: Query) -> None:
    assert parse(typed) == query


FILTERS = st.builds(Filter, st.sampled_from(FILTER_KEYS), st.text(min_size=1), st.booleans())
WORDS = st.text(min_size=1) | st.from_regex(r"\\*-?(type|agency):\"?[a-z]*\"?", fullmatch=True)


@given(st.lists(WORDS), st.lists(FILTERS))
def test_what_is_printed_is_read_back(words: list[str], filters: list[Filter]) -> None:
    query = Query(" ".join(" ".join(words).split()), tuple(filters))
    assert parse(str(query)) == query


@given(st.text())
def test_any_text_is_a_query_and_settles(text: str) -> None:
    query = parse(text)
    assert parse(str(query)) == query
