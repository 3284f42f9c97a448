"""How identifiers and texts become words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("first_name", "first name"),
        ("firstName", "first name"),
        ("FIRST-NAME", "first name"),
        ("SSNNumber", "ssn number"),
        ("clientID", "client id"),
        ("address2", "address 2"),
        ("Año de nacimiento", "ano de nacimiento"),
        ("straße", "strasse"),
        ("dbo.tbl$Client", "dbo tbl client"),
        ("姓名2", "姓名 2"),
        ("***", ""),
        ("", ""),
    ],
)
def test_split(text: str, expected: str) -> None:
    assert words.split(text) == tuple(expected.split())


@given(st.text())
def test_any_text_can_be_split_and_stored(text: str) -> None:
    for word in words.split(text):
        assert word
        assert not any(character.isspace() for character in word)
        word.encode("utf-8")


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=5))
def test_the_usual_spellings_of_a_name_agree(parts: list[str]) -> None:
    spellings = {"_".join(parts), "-".join(parts).upper(), " ".join(parts), "".join(part.title() for part in parts)}
    assert {words.joined(each) for each in spellings} == {"".join(parts)}
    assert words.split("_".join(parts)) == tuple(parts)
