"""What values say without a name, over hand-made columns."""

import pytest

from catalog.model.evidence import EvidenceKind, Form
from scanners import persons, places, values
from scanners.fits import against
from scanners.looks import Look, Sort
from scanners.persons import Kind

PERSONS = [
    "Maria Lopez",
    "JAMES T. WALKER",
    "O'Brien, Kathleen",
    "SMITH, JOHN A JR",
    "Dr. Priya Sharma",
    "Wei Chen",
    "Ana de la Cruz",
    "Maria Lopez maria@mail.example",
]
COMPANIES = [
    "Acme Holdings LLC",
    "City Wide Plumbing Inc.",
    "Johnson & Sons",
    "St. Mary's Church",
    "Robert Brown Management Corp",
    "Citizens for Robert Brown",
]
OTHERS = [
    "The Wizard of Oz",
    "Prospect Park",
    "Jackson Heights",
    "42nd Street",
    "Adams/Wabash",
    "Red Maple",
    "Red, White",
    "New York Jets",
    "San Juan-Carolina, PR",
    "Jackson, MS",
    "pending approval",
    "maria.lopez@mail.example",
]


@pytest.mark.parametrize("text", PERSONS)
def test_persons(text):
    assert persons.kind_of(text) is Kind.PERSON


@pytest.mark.parametrize("text", COMPANIES)
def test_companies(text):
    assert persons.kind_of(text) is Kind.COMPANY


@pytest.mark.parametrize("text", OTHERS)
def test_neither(text):
    assert persons.kind_of(text) not in {Kind.PERSON, Kind.GIVEN}


def test_single_words_are_at_most_parts_of_names():
    assert persons.kind_of("Kathleen") is Kind.GIVEN
    assert persons.kind_of("Rodriguez") is Kind.FAMILY
    assert persons.kind_of("Tuesday") is Kind.OTHER


@pytest.mark.parametrize(
    "text", ["350 5TH AVENUE", "12-34 Main St Apt 5B", "PO Box 117", "77A Ocean Pkwy", "Calle Mayor 12"]
)
def test_addresses(text):
    assert places.is_street_address(text)


@pytest.mark.parametrize(
    "text", ["5 mg tablet", "Broadway", "12345", "Route to 2030", "Road-150 Red, 62", "3 Doors Down"]
)
def test_no_addresses(text):
    assert not places.is_street_address(text)


def test_street_names_alone_are_part_of_an_address():
    column = Look(["Ocean Parkway", "East 4th St", "Jamaica Ave", "Putnam Avenue", "Main Street"])
    assert [(item.type_code, item.form) for item in values.from_values(column)] == [("ADDR_HOME", Form.PARTIAL)]


def found(texts):
    return {item.type_code: item for item in values.from_values(Look(texts)) if item.weight > 0}


def test_every_value_is_checked_and_counted():
    item = found(["219-09-4321", "nothing", "nothing", "219-09-4321", "536-90-4399"])["SSN"]
    assert (item.kind, item.looked_at, item.agreed, item.distinct) == (EvidenceKind.VALIDATOR, 5, 3, 2)


def test_lists_need_several_telling_values():
    assert "RACE" in found(["Black", "White", "Hispanic", "Asian", "White"] * 5)
    assert "RACE" not in found(["Black", "White", "Red", "Blue"] * 5)
    assert "LANGUAGE" in found(["Spanish", "Haitian Creole", "Russian", "Bengali"] * 5)


def test_codes_of_sex_need_both():
    assert "SEX" in found(["M", "F", "M"] * 9)
    assert "SEX" not in found(["M"] * 9)
    assert "SEX" not in found(["M", "X", "N"] * 9)


def test_companies_speak_against_a_name():
    weights = [item.weight for item in values.from_values(Look(COMPANIES * 3)) if item.type_code == "NAME"]
    assert min(weights) < 0


def test_unique_five_digit_numbers_are_no_postal_codes():
    assert "POSTAL_CODE" not in found([str(number) for number in range(10_001, 10_101)])
    assert "POSTAL_CODE" in found(["10001", "10002", "10003"] * 30)


def test_numbers_kept_as_decimals_are_read_as_numbers():
    assert "PHONE" in found([f"21273650{n:02}.0" for n in range(30)])


def test_blanks_are_not_values():
    column = Look(["N/A", "", None, "unknown", " - ", "10007"])
    assert (column.rows, column.filled) == (6, 1)


@pytest.mark.parametrize(
    ("value", "sort"),
    [
        ("42", Sort.NUMBER),
        ("$1,234", Sort.NUMBER),
        ("-73.98", Sort.DECIMAL),
        ("2024-01-31", Sort.DATE),
        ("1/2/99", Sort.DATE),
        ("31-JAN-2024", Sort.DATE),
        ("2024-01-31T10:00:00Z", Sort.DATE),
        ("10:30 PM", Sort.TIME),
        ("Ocean Parkway", Sort.WORDS),
        ("AB-1", Sort.MIXED),
        ("one two three four five six seven eight nine ten", Sort.PROSE),
        ("--/--", Sort.OTHER),
    ],
)
def test_sorts_of_values(value, sort):
    assert Look([value]).sort_of(value) is sort


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("EMAIL", ["0", "1", "1"]),
        ("SSN", ["Y", "N"]),
        ("NAME", ["1201", "1202"]),
        ("DOB", ["Monday", "Friday"]),
        ("PHONE", ["12", "13"]),
        ("SSN", ["12345678901"]),
        ("AGE", ["1999", "2005"]),
        ("GEO_POINT", ["1", "2"]),
        ("FREE_TEXT_NARRATIVE", ["A", "B"]),
    ],
)
def test_values_that_cannot_be_it_speak_against_it(code, texts):
    assert against(code, Form.FULL, Look(texts)).weight < -0.5


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("SSN", ["536904399", "36904399"]),
        ("DOB", ["05162000", "1990-01-02"]),
        ("AGE", ["34", "25-44", "65+"]),
        ("HEALTH_INFO", ["Y", "N"]),
        ("NAME", ["Łukasz Nowak"]),
        ("EMAIL", []),
        ("SEX", ["M", "F"]),
    ],
)
def test_values_that_can_be_it_do_not(code, texts):
    assert against(code, Form.FULL, Look(texts)) is None


def test_digests_and_random_identities_are_concealed():
    assert values.is_concealed(Look(["d41d8cd98f00b204e9800998ecf8427e", "9e107d9d372bb6826bd81d3542a419d6"]))
    assert not values.is_concealed(Look(["Kathleen", "Maria"]))


def test_a_look_shows_nothing():
    assert "Kathleen" not in repr(Look(["Kathleen"]))
