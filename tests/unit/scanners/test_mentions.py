"""Names in running text, however it is typed; what is found stands in brackets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanners.mentions import mentions


def marked(text: str) -> str:
    for start, end in reversed(list(mentions(text))):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(
    "text",
    [
        "EE MS. [GERARDI] REQUESTS LEAVE",
        "officer [garabedian] responded",
        "pt [soledad] c/o pain",
        "Estimada señora [Villanueva]: su cita es el lunes",
        "el señor [Quispe] llamó",
        "MD [FRANCO] AWARE. PT TOLERATED AMLODIPINE WELL",
        "seen by dr. [okafor], then by Dr. [de la Cruz]",
        "spoke with Mrs. [Alvarez] and mr [lopez]",
        "Case Manager [Tom Ek Jr] will visit",
        "with p.o. [wilkerson], sector two",
        "her ex, [Maria Urbina], keeps texting",
        "PT [SMITH, JANE] SEEN",
        "[kendra stojanovic] was seen",
        "met [Jane Q. Smith] at intake",
        "patient [SMITH, JANE] left",
        "[MARISOL] AND [NATASHA] TRADED SHIFTS",
        "[Maria Xqzovic] came",
        "C/V [GRIMALDI, KOFI] UNABLE TO SIGN",
        "nurse [Chinchilla] explained",
        "client [Jane Doe-Smith] and her mother [Rosa Diaz]",
    ],
)
def test_names_are_found_however_they_are_typed(text: str) -> None:
    assert marked(re.sub(r"[\[\]]", "", text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Client Services called the tenant about the lease",
        "Grace period for Chase Bank at Virginia Beach",
        "Regents: Algebra 77, Living Environment 80",
        "George Washington Bridge and Martin Luther King Blvd",
        "busing for Abraham Lincoln High School",
        "PT REFUSED VITALS. WILL RETRY AT 7:45PM",
        "COBRA NOTICE MAILED, EMAIL BOUNCED",
        "student late, patient stable, officer on duty",
        "lives on Oak Dr Brooklyn",
        "called the liaison. Nurse gave ice. Client. Will call back",
        "we often see people and many analysts, just hard brain work",
        "the caller said that in May the tenant will move",
        "Staff Training in June, Member Benefits in March",
    ],
)
def test_what_only_looks_alike_is_left_alone(text: str) -> None:
    assert marked(text) == text


def test_two_of_a_list_are_not_one_name_the_wrong_way_round() -> None:
    assert marked("cc: Maria Lopez, Rosa Diaz") == "cc: [Maria Lopez], [Rosa Diaz]"


def test_a_surname_and_the_next_ones_given_name_are_nobody() -> None:
    assert "[Lopez, Maria]" not in marked("cc: Xqoz Lopez, Maria Diaz")


@given(st.text(max_size=120))
def test_places_are_in_order_and_within_the_text(text: str) -> None:
    end = 0
    for start, behind in mentions(text):
        assert end <= start < behind <= len(text)
        end = behind
