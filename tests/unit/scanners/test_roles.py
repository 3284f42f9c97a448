"""Whose an identifier is, where the words beside it tell: the identifier stands in brackets."""

import pytest

from scanners.roles import Role, role
from scanners.spans import Span

CLIENT, STAFF, THIRD, NOBODY = Role.CLIENT, Role.STAFF, Role.THIRD_PARTY, None


def told(marked: str, code: str) -> Role | None:
    start, end = marked.index("["), marked.index("]") - 1
    return role(marked.replace("[", "").replace("]", ""), Span(code, start, end, 0.9, "a clue"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("client [Jane Doe] called", CLIENT),
        ("Pt is [Jane Doe], 44", CLIENT),
        ("patient named Ms. [Jane Doe]", CLIENT),
        ("client's mother [Rosa Diaz] said", THIRD),
        ("[Rosa Diaz], her mother, said", THIRD),
        ("[Rosa Diaz] (landlord)", THIRD),
        ("emergency contact: [Rosa Diaz]", THIRD),
        ("spoke with [Dr. Alvarez]", STAFF),
        ("Case manager [Tom Ek] will visit", STAFF),
        ("seen by Dr. [Alvarez Ruiz] today", STAFF),
        ("Wife of pt, [Mercedes Kamara], asks to speak", THIRD),
        ("mother of client [Rosa Diaz]", THIRD),
        ("[Rosa Diaz], client's mother, said", THIRD),
        ("[Tom Ek], case manager, left", STAFF),
        ("told dr. [horowitz] of it", STAFF),
        ("with P.O. [Wilkerson], sector two", STAFF),
        ("teacher Mr. [Eastwood] says", STAFF),
        ("[Rosa Diaz], client was told", NOBODY),
        ("[Rosa Diaz] - Client was told", NOBODY),
        ("The client asked [Xoa Qspt] about it", NOBODY),
        ("No tenant. [Rosa Diaz] came by", NOBODY),
        ("[Rosa Diaz] came by", NOBODY),
        ("[Rosa Diaz] called the landlord", NOBODY),
    ],
)
def test_persons(text: str, expected: Role | None) -> None:
    assert told(text, "NAME") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("reach client at [212-555-0134]", CLIENT),
        ("Tenant says the landlord can be reached at [212-555-0134]", THIRD),
        ("mother's cell is [212-555-0134]", THIRD),
        ("[212-555-0134] (his sister)", THIRD),
        ("tel. de la mamá [212-555-0134]", THIRD),
        ("[212-555-0134], client was told", NOBODY),
        ("lives with mother at [212-555-0134]", NOBODY),
        ("call [212-555-0134]", NOBODY),
        ("Client left.\n[212-555-0134]", NOBODY),
    ],
)
def test_numbers(text: str, expected: Role | None) -> None:
    assert told(text, "PHONE") is expected
