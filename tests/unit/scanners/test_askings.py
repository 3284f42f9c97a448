"""Vague names decide only over values of the form they ask for."""

import pytest

from scanners import askings, names
from scanners.looks import Look

VALUES = {
    "sounds and films": ["voicemail 1.mp3", "door.MP4", "a/b/call.wav"] * 10,
    "names of persons": ["Nora Keane", "Haddad, Omar"] * 15,
    "numbers of cards": ["4111 1111 1111 1111", "XXXX-XXXX-XXXX-1881", "378282246310005"] * 10,
    "staff numbers": [f"{n:05}" for n in range(40_000, 40_030)],
    "sign-in names": [f"mlopez{n}" for n in range(30)],
    "numbers of cases": [f"D26-{n:05}" for n in range(30)],
    "numbers of accounts": [f"{n:010}" for n in range(3_000_000_000, 3_000_000_030)],
    "social security numbers": [f"51{n:02}83746" for n in range(30)],
    "recordings": [f"rec/{n}.wav" for n in range(30)],
    "pictures": [f"pics/{n}.jpg" for n in range(30)],
    "vectors": [f"[0.{n}1, -0.2, ...]" for n in range(30)],
    "plates": [f"ABC {1000 + n}" for n in range(30)],
    "dates": [f"2026-08-{n:02} 10:30:00" for n in range(1, 31)],
    "dates as of births": [f"{1950 + n}-03-07" for n in range(30)],
    "relations": ["mother", "Father", "guardian"] * 10,
    "roles in a crime": ["V", "W", "S"] * 10,
    "offenses": ["petit larceny", "assault 3"] * 15,
    "schools": ["PS 14 Harborside", "Northgate Academy"] * 15,
    "small numbers": ["1", "4", "2/3"] * 10,
    "amounts": [f"{n}.50" for n in range(100, 130)],
    "bands of money": ["under 15k", "15-25k", "over 60k"] * 10,
    "words": ["plumber", "Teaching assistant", "cook"] * 10,
    "companies": ["Turner PLC", "Hicks-Webb", "Pacheco and Sons"] * 10,
    "words of companies": ["Turner PLC", "Hicks and Webb Inc", "Pacheco & Sons"] * 10,
    "kinds of streets": ["ST", "Ave", "blvd", "NE"] * 10,
    "few codes": ["AC", "CL", "DN"] * 10,
    "few words": ["bruise", "cut lip"] * 15,
    "places with a number": [f"behind {n} Valley Way" for n in range(30)],
    "large numbers": [f"{n}" for n in range(900_000, 900_030)],
}
#: One name that asks for each form.
NAMES = {
    "staff numbers": "WKR",
    "sign-in names": "USR",
    "numbers of cases": "CHILD_NO",
    "numbers of accounts": "Deposit",
    "social security numbers": "ALT_ID",
    "recordings": "REC_REF",
    "pictures": "imgRef",
    "sounds and films": "attachment",
    "names of persons": "saved_by",
    "numbers of cards": "CC",
    "vectors": "VEC",
    "plates": "Tag",
    "dates": "SLOT_DTTM",
    "dates as of births": "KID_BD",
    "relations": "GUEST_REL",
    "roles in a crime": "ROLE_CD",
    "offenses": "CHRG",
    "schools": "SCHL_NM",
    "small numbers": "HH_CT",
    "amounts": "WAGE_MO",
    "bands of money": "INC_BAND",
    "words": "works_as",
    "companies": "firm",
    "words of companies": "EMP_NAME",
    "kinds of streets": "SUFFIX",
    "few codes": "COV_STAT",
    "few words": "diet",
    "places with a number": "stays_at",
    "large numbers": "X_CRD",
}


def forms_of(name, values):
    return {item.clue for item in askings.fitting(names.from_name(name), Look(values))}


def test_every_form_a_rule_asks_for_is_known_and_tried_here():
    asked = {form for form in names._vocabulary().asks.values() if form}
    assert asked == VALUES.keys() == NAMES.keys() == askings._CHECKS.keys() | askings._WHOLE.keys()


@pytest.mark.parametrize("form", VALUES)
def test_values_of_the_form_fit(form):
    assert form in forms_of(NAMES[form], VALUES[form])


@pytest.mark.parametrize("form", VALUES)
def test_other_values_do_not(form):
    assert form not in forms_of(NAMES[form], [f"{n} / ?" for n in range(40)])


def test_a_document_that_is_attached_is_no_recording():
    assert not forms_of("attachment", [f"lease {n}.pdf" for n in range(30)])


def test_a_question_that_no_value_answers_leaves_little():
    for name in ("CC", "saved_by", "WKR"):
        for said in filter(names.asked, names.from_name(name)):
            assert askings.unanswered(said).weight == said.weight / 2
    (said,) = names.from_name("ssn")
    assert askings.unanswered(said) == said


def test_sections_of_a_law_are_offenses():
    assert forms_of("statute", ["18.2-266", "PL 155.25", "46.2-301"] * 10) == {"offenses"}
    assert not forms_of("statute", [str(n) for n in range(30)])
    assert not forms_of("HRS_CHG", [f"{n}.5" for n in range(30)])


def test_a_clear_name_asks_for_nothing():
    assert not forms_of("SSN", VALUES["staff numbers"])


def test_few_that_fit_are_not_enough():
    assert not forms_of("REC_REF", [*VALUES["recordings"], *(["see the file"] * 30)])


def test_numbers_of_many_lengths_count_and_name_nobody():
    assert not forms_of("WKR", [str(n * n * n) for n in range(10, 200)])


def test_nothing_fits_where_nothing_is_filled():
    assert not forms_of("WKR", [None] * 20)


def test_numbers_longer_than_python_reads_are_no_small_ones():
    assert not forms_of("HH_CT", ["9" * 5000] * 20)
