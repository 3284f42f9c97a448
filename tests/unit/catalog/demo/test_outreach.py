"""Outreach kinds: numbers that fit the older tables or are nobody's, remarks that hold what they say they hold."""

import re
from random import Random

import pytest

from catalog.demo.health import patient_number
from catalog.demo.kinds import KINDS
from catalog.demo.people import residents
from catalog.demo.row import Row
from catalog.demo.shelter import client_number

PERSON, OTHER = residents(7, 2)
MANY = 400


def made(kind: str, rng: Random) -> str:
    return str(KINDS[kind].make(Row(rng, 0, 403, PERSON, OTHER), ()))


def texts(kind: str) -> list[str]:
    rng = Random(7)
    return [made(kind, rng) for _ in range(MANY)]


def test_numbers_are_those_of_the_older_tables() -> None:
    assert made("shelter_client", Random(7)) == client_number(403)
    assert made("patient_record", Random(7)) == patient_number(3)


def test_numbers_are_those_of_the_older_ranges() -> None:
    assert all(101 <= int(text.removeprefix("AG")) <= 140 for text in texts("agent"))
    assert {(int(text.removeprefix("1-1-")) - 1800000000) % 17 for text in texts("request_number")} == {0}


def test_alien_numbers_are_of_a_range_nobody_has() -> None:
    assert all(re.fullmatch(r"A88\d{7}", text) for text in texts("alien_number"))


def test_about_fifteen_of_a_hundred_remarks_hold_a_client_number() -> None:
    found = sum(PERSON.medicaid in text for text in texts("call_remark"))
    assert 0.1 < found / MANY < 0.2


#: What stands in a remark that holds the type.
SIGNS = {
    "NAME": f"{PERSON.first}|{OTHER.first}",
    "PHONE": r"555.?01\d\d",
    "EMAIL": "@",
    "ADDR_HOME": PERSON.street,
    "BENEFIT_ID": PERSON.medicaid,
    "FAMILY": "sister|son|wife|daughter",
    "IMMIGRATION_STATUS": "no papers",
    "HEALTH_INFO": "pregnant|dialysis|diabetic|asthma|BP|dressing",
    "VICTIM_DV_SA": "order of protection",
    "APPOINTMENT": "see you",
}
REMARKS = sorted(
    name
    for name, one in KINDS.items()
    if "FREE_TEXT_NARRATIVE" in one.holds and one.make.__module__.endswith("outreach")
)


@pytest.mark.parametrize("kind", REMARKS)
def test_remarks_hold_what_they_say_and_nothing_else(kind: str) -> None:
    said = "\n".join(texts(kind))
    held = {code for code, sign in SIGNS.items() if re.search(sign, said)}
    assert held == set(KINDS[kind].holds) - {"FREE_TEXT_NARRATIVE"}
