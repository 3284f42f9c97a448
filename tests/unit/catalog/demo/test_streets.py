"""What is written on the streets: numbers are nobody's, and what is planted is as frequent as the plans say."""

import re
from datetime import datetime, timedelta

import pytest

from catalog.demo import numbers
from catalog.demo.kinds import KINDS
from catalog.demo.people import TODAY, residents
from catalog.demo.row import Row

MANY = 4000
PEOPLE = residents(3, 50)
SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
CARD = re.compile(r"(?:\d{4} ?){4}")
PHONE = re.compile(r"\(?\d{3}\)?[-. ]?555[-.]?01\d\d")


def made(kind: str, *words: str, stream: int = 1, **before: object) -> list[str]:
    rng = numbers.stream(stream, kind)
    rows = (Row(rng, number, number, PEOPLE[number % 50], PEOPLE[number % 49], {**before}) for number in range(MANY))
    return [str(KINDS[kind].make(row, words)) for row in rows]


def test_a_tenth_of_the_camps_memos_spell_out_a_card_of_the_issuer_for_tests() -> None:
    cards = [found[0].replace(" ", "") for memo in made("camp_memo") if (found := CARD.search(memo))]
    assert len(cards) / MANY == pytest.approx(0.1, abs=0.02)
    for card in cards:
        assert re.fullmatch(r"400000\d{10}", card)
        assert numbers.luhn_digit(card[:-1]) == card[-1]


def test_social_security_numbers_in_tax_notes_are_rare_and_nobodys() -> None:
    found = [each for note in made("tax_note") for each in SSN.findall(note)]
    assert len(found) / MANY == pytest.approx(0.02, abs=0.01)
    assert {int(number[:3]) for number in found} <= set(range(870, 900))


@pytest.mark.parametrize("kind", ["police_note", "tip", "tax_note"])
def test_phone_numbers_in_remarks_are_kept_for_fiction(kind: str) -> None:
    called = re.compile(r"(?:reached at|call me back|Call back) ([(\d].*?\d{4})(?!\d)")
    found = [each for text in made(kind) for each in called.findall(text)]
    assert found
    assert all(PHONE.fullmatch(number) for number in found)


def test_a_remark_about_a_camp_says_who_nobody_is() -> None:
    names = {person.last for person in PEOPLE} | {person.first for person in PEOPLE}
    assert not [note for note in made("camp_note") if names & set(re.findall(r"\w+", note)) or re.search(r"\d", note)]


@pytest.mark.parametrize(("words", "form"), [((), r"00-\d{7}"), (("plain",), r"00\d{7}")])
def test_employer_numbers_have_a_prefix_no_campus_gives_out(words: tuple[str, ...], form: str) -> None:
    assert all(re.fullmatch(form, number) for number in made("ein_like", *words))


def test_small_counts_are_not_told() -> None:
    counts = set(made("few", "40"))
    assert {"0", "<5", "5", "40"} <= counts
    assert not counts & {"1", "2", "3", "4"}


@pytest.mark.parametrize("kind", ["own_plate", "ein_like", "camper"])
def test_what_is_a_persons_own_is_the_same_in_every_table(kind: str) -> None:
    assert made(kind, stream=1) == made(kind, stream=2)


def test_a_reader_stands_on_one_corner() -> None:
    corners = {reader: set(made("crossing_of", "R", R=reader)) for reader in ("R01", "R02", "R03", "R04")}
    assert {len(each) for each in corners.values()} == {1}
    assert len(set.union(*corners.values())) > 1


def test_vehicles_are_seen_again_and_are_the_same_in_every_table() -> None:
    once, again = (set(made("seen_plate", "90", stream=stream)) for stream in (1, 2))
    assert once == again
    assert len(once) == 90


def test_sightings_are_of_the_days_back_given_by_day_and_night() -> None:
    seen = [datetime.fromisoformat(text) for text in made("seen_at", "30")]
    assert {moment.date() for moment in seen} == {TODAY - timedelta(days=day) for day in range(30)}
    assert {moment.hour for moment in seen} == set(range(24))


def test_months_go_on_after_december() -> None:
    assert made("month", "2024", "5")[::5][10:14] == ["2024-11", "2024-12", "2025-01", "2025-02"]


def test_words_come_in_turn() -> None:
    assert made("cycle", "Old_Mills", "Northgate")[:3] == ["Old Mills", "Northgate", "Old Mills"]


def test_a_third_of_permits_are_called_after_people() -> None:
    named = [text for text in made("event") if re.search(r"reunion|Wedding", text)]
    assert len(named) / MANY == pytest.approx(0.33, abs=0.03)
