from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.documents.document import (
    BulletList,
    Document,
    KeyValues,
    Paragraph,
    Section,
    Table,
    every_section,
    in_full_view,
    shares,
    shown,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x00", "[U+0000]"),
        ("invoice\u202egnp.exe", "invoice[U+202E]gnp.exe"),
        ("\u2067x\u2069", "[U+2067]x[U+2069]"),
        ("\ud800", "[U+D800]"),
        ("\ufffe\U0001ffff", "[U+FFFE][U+1FFFF]"),
        ("line\u2028line", "line[U+2028]line"),
        ("中😀é", "中😀é"),
        ("pay\u200bpal", "pay[U+200B]pal"),
        ("a\u200e\u200f\u061cb", "a[U+200E][U+200F][U+061C]b"),
        ("a\u2060\ufeff\u00adb", "a[U+2060][U+FEFF][U+00AD]b"),
        ("\u3164\u115f\uffa0", "[U+3164][U+115F][U+FFA0]"),
        ("a\U000e0041\U000e007f", "a[U+E0041][U+E007F]"),
        ("a\u200db \u200c", "a[U+200D]b [U+200C]"),  # between letters that nothing joins, and at an end
        ("é\u200d\u200d\u200bé", "é[U+200D][U+200D][U+200B]é"),
        ("می\u200cخواهم क्\u200dष 👩\u200d💻", "می\u200cخواهم क्\u200dष 👩\u200d💻"),
    ],
)
def test_what_nobody_sees_is_shown(text: str, expected: str) -> None:
    assert shown(text) == expected


@given(st.text())
def test_showing_twice_shows_nothing_more(text: str) -> None:
    assert shown(shown(text)) == shown(text)


def document(sections: tuple[Section, ...]) -> Document:
    return Document("T\x07", "S\x07", "en-US", date(2026, 7, 31), "B\x07", "A\x07", sections)


def test_every_text_of_a_document_is_shown() -> None:
    blocks = (
        Paragraph("\x07"),
        BulletList(("\x07",)),
        KeyValues((("\x07", "\x07"),)),
        Table("\x07", ("\x07",), (("\x07",),)),
    )
    hostile = document((Section("\x07", blocks, (Section("\x07"),)),))
    seen = in_full_view(hostile)
    assert "\x07" not in repr(seen)
    assert "\\x07" not in repr(seen)
    assert repr(seen).count("[U+0007]") == 4 + 2 + 7
    assert seen.on == date(2026, 7, 31)


def test_levels_follow_from_how_sections_lie_in_each_other() -> None:
    deep = Section("a", (), (Section("b", (), (Section("c"),)), Section("d")))
    assert [(level, each.heading) for level, each in every_section((deep, Section("e")))] == [
        (2, "a"),
        (3, "b"),
        (4, "c"),
        (3, "d"),
        (2, "e"),
    ]


def test_a_column_holds_its_longest_word_and_gets_of_the_rest_by_what_it_says() -> None:
    # Two words of eight and (bold, a quarter wider) ten letters, and three beside each; all that is left to the third.
    assert shares(Table("", ("x", "Retained", "z"), (("datasets", "Yes", "to be " * 30),))) == [11, 13, 118 - 11 - 13]


def test_one_long_cell_takes_no_room_from_a_column_that_says_more_in_most_of_its_cells() -> None:
    rows = [("a " * 60, "")] * 9 + [("a " * 60, "b " * 60)]
    often, once = shares(Table("", ("Now", "Explanation"), tuple(rows)))
    assert often > 2 * once


def test_words_too_long_for_a_cell_take_no_more_than_the_longest_that_fits() -> None:
    assert shares(Table("", ("x", "y"), (("l" * 500, "m" * 500),))) == [59, 59]
    assert shares(Table("", ("", ""), ())) == [4, 4]


def test_a_column_that_says_little_leaves_room_and_many_columns_overflow_by_no_negative_part() -> None:
    assert all(part >= 4 for part in shares(Table("", ("word " * 9,) * 30, (("some thing",) * 30,))))


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("", "Without a title"),
        (" \n\u0301", "Without a title"),
        (" \n\u200b", "[U+200B]"),
        (" a\n b ", "a b"),
    ],
)
def test_a_heading_is_one_line_that_one_can_see(heading: str, expected: str) -> None:
    seen = in_full_view(document((Section("Part", (), (Section(heading),)),)))
    assert seen.sections[0].sections[0].heading == expected
