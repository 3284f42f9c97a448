"""Texts in Arrow memory mean what the same texts mean one by one."""

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanners import arrays, lexicons
from scanners.looks import Look
from scanners.shapes import shape_of

ENDS = [" ", "\t", '"', "\u00a0", "\u3000", "\x1c", ".0", "0", "n/a", "NULL", "é", "٣", "12", "-", ""]
values = st.lists(
    st.one_of(st.none(), st.text(max_size=9), st.builds("{}{}{}".format, *[st.sampled_from(ENDS)] * 3)), max_size=25
)


def counted(cells):
    """The rule, value by value."""
    kept = Counter()
    for cell in cells:
        text = (cell or "").strip().strip('"')
        if text.lower() in lexicons.phrases("blank"):
            continue
        if text.endswith(".0") and text[:-2].isdecimal():
            text = text[:-2]
        if text:
            kept[text] += 1
    return kept


@given(values)
@example(["12.0", "12", "x"])
@example([".0", '"', "  "])
def test_values_are_counted_without_blanks_around_them(cells):
    ((texts, rows, every),) = arrays.distinct([cells])
    assert dict(zip(texts.to_pylist(), rows.tolist(), strict=True)) == counted(cells)
    assert every == len(cells)


@given(st.lists(st.text(max_size=12), max_size=20, unique=True))
@example(["José 12", "É", "ab-٣", "x" * 9])
def test_shapes_are_those_of_single_texts(texts):
    ((numbers, shapes),) = arrays.shapes([pa.array(texts, pa.string())], 8)
    drawn = [shapes[number] if number >= 0 else None for number in numbers.tolist()]
    assert drawn == [shape_of(text) if len(text) <= 8 else None for text in texts]
    assert len(set(shapes)) == len(shapes)


@given(st.lists(st.text("0123456789-aé٣", max_size=8), max_size=20))
def test_digits_are_those_of_single_texts(texts):
    found = {}
    for places, matrix in arrays.by_digits(pa.array(texts, pa.string())):
        found |= {place: "".join(map(str, row)) for place, row in zip(places.tolist(), matrix.tolist(), strict=True)}
    plain = {place: "".join(sign for sign in text if sign in "0123456789") for place, text in enumerate(texts)}
    assert found == {place: digits for place, digits in plain.items() if digits}


@pytest.mark.parametrize(
    "values", [["a", None], iter(["a", None]), pa.array(["a", None]), pa.chunked_array([["a"], [None]], pa.string())]
)
def test_values_come_in_every_form_a_connector_gives(values):
    assert arrays.texts_of(values).to_pylist() == ["a", None]


@pytest.mark.parametrize("sort", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_texts_of_every_sort_are_read(sort):
    assert Look(pa.array(["a", None, "212-555-0100"]).cast(sort)).counts == {"a": 1, "212-555-0100": 1}
    assert Look(pa.chunked_array([pa.array(["a"]).cast(sort)])).counts == {"a": 1}


def test_half_a_character_is_a_question_mark():
    assert arrays.texts_of(["a\ud800", None]).to_pylist() == ["a?", None]


@given(st.lists(values, max_size=5), st.sampled_from([1, 20, 1_000_000]))
def test_columns_looked_at_together_are_each_looked_at_alone(columns, small):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "_SMALL", small)
        looks = Look.together(columns)
    for look, alone in zip(looks, map(Look, columns), strict=True):
        assert (look.counts, look.shapes, look.rows) == (alone.counts, alone.shapes, alone.rows)
        assert (look.sorts, sorted(look.outlines)) == (alone.sorts, sorted(alone.outlines))
