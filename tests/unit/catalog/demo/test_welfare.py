"""What human services write: numbers are nobody's, and what is planted is as frequent as the plans say."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest

from catalog.demo import numbers
from catalog.demo.kinds import KINDS
from catalog.demo.people import TODAY, residents
from catalog.demo.row import Row

MANY = 4000
PEOPLE = residents(3, 50)
SSN = re.compile(r"(?<!\d)(\d{3})-?(\d{2})-?(\d{4})(?!\d)")
PHONE = re.compile(r"\(?\d{3}\)?[-. ]?555[-.]?01\d\d")


def made(kind: str, *words: str) -> list[str]:
    rng = numbers.stream(1, kind)
    rows = (Row(rng, number, number, PEOPLE[number % 50], PEOPLE[number % 49]) for number in range(MANY))
    return [str(KINDS[kind].make(row, words)) for row in rows]


def share(cells: list[str], holds: Callable[[str], object]) -> float:
    return sum(bool(holds(cell)) for cell in cells) / len(cells)


def test_taxpayer_numbers_have_a_middle_that_is_never_given() -> None:
    for number in made("itin"):
        found = re.fullmatch(r"9\d\d-(\d\d)-\d{4}", number)
        assert found
        assert 1 <= int(found[1]) < 50


@pytest.mark.parametrize(("kind", "expected"), [("arrears_note", 0.05), ("alternate_id", 0.6)])
def test_social_security_numbers_are_as_frequent_as_planted_and_nobodys(kind: str, expected: float) -> None:
    cells = made(kind)
    assert share(cells, SSN.search) == pytest.approx(expected, abs=0.02)
    areas = {int(found[1]) for cell in cells for found in SSN.finditer(cell)}
    assert areas <= set(range(870, 900))


@pytest.mark.parametrize("kind", ["desk_note", "ward_note"])
def test_phone_numbers_in_notes_are_kept_for_fiction(kind: str) -> None:
    written = [cell for cell in made(kind) if re.search(r"\d{4}", cell)]
    assert written
    assert all(PHONE.search(cell) for cell in written)


@pytest.mark.parametrize("kind", ["home_note", "inspection_note", "desk_note", "arrears_note", "ward_note"])
def test_some_notes_name_somebody_and_most_do_not(kind: str) -> None:
    last = {person.last for person in PEOPLE}
    assert 0.1 < share(made(kind), lambda cell: last & set(re.findall(r"[A-Z]\w+", cell))) < 0.5


def test_young_people_in_detention_are_13_to_17() -> None:
    for written in made("teen_birth"):
        born = datetime.strptime(written, "%Y%m%d").date()  # noqa: DTZ007  # a birth date has no zone
        assert 13 <= (TODAY - born).days / 365.25 < 18
