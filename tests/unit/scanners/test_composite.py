"""Several things in one cell: each is judged by itself, and told of the column that holds them."""

import json
import random
from collections.abc import Callable, Sequence

import pytest

from catalog.model.evidence import EvidenceKind, Finding, Form
from catalog.model.identifiers import Grade
from catalog.taxonomy.loader import load
from scanners import composite
from scanners.combine import FOUND
from scanners.grading import grade
from scanners.looks import Look
from tests.support.judging import findings_in

TAXONOMY = load()
RANDOM = random.Random(12)
GIVEN = ["Maria", "James", "Aisha", "Robert", "Linda", "Carlos", "Susan", "Kevin", "Nadia", "Helen"]
FAMILY = ["Johnson", "Rivera", "Chen", "Smith", "Lopez", "Walker", "Murphy", "Diaz", "Brooks", "Young"]
STREETS = ["Alder Street", "Birch Ave", "Cedar Road", "Elm Place"]


def person() -> str:
    return f"{RANDOM.choice(GIVEN)} {RANDOM.choice(FAMILY)}"


def reversed_person() -> str:
    return f"{RANDOM.choice(FAMILY)}, {RANDOM.choice(GIVEN)}"


def phone() -> str:
    return f"212-{RANDOM.randint(200, 999)}-{RANDOM.randint(0, 9999):04d}"


def email() -> str:
    return f"{RANDOM.choice(GIVEN).lower()}{RANDOM.randint(1, 999)}@example.org"


def address() -> str:
    return f"{RANDOM.randint(1, 900)} {RANDOM.choice(STREETS)}"


def birth() -> str:
    return f"{RANDOM.randint(1, 12):02d}/{RANDOM.randint(1, 28):02d}/{RANDOM.randint(1930, 2010)}"


def ssn() -> str:
    return f"{RANDOM.randint(100, 600)}-{RANDOM.randint(10, 99)}-{RANDOM.randint(1000, 9999)}"


def point() -> dict[str, object]:
    return {"type": "Point", "coordinates": [-73 - RANDOM.random(), 40 + RANDOM.random()]}


def judged(values: Sequence[str | None], name: str = "x") -> tuple[Finding, ...]:
    return findings_in({name: values})[name]


def found(values: Sequence[str | None], name: str = "x") -> dict[str, Finding]:
    return {finding.type_code: finding for finding in judged(values, name) if finding.strength >= FOUND}


HELD: list[tuple[str, Callable[[], str], set[str]]] = [
    ("semicolons", lambda: f"{reversed_person()}; {phone()}; {address()}", {"NAME", "PHONE", "ADDR_HOME"}),
    ("bars", lambda: f"{person()}|{phone()}|{email()}", {"NAME", "PHONE", "EMAIL"}),
    ("slashes", lambda: f"{person()} / {phone()}", {"NAME", "PHONE"}),
    ("hyphens", lambda: f"{person()} - {birth()} - {phone()}", {"NAME", "DOB", "PHONE"}),
    ("commas", lambda: f"{person()}, {birth()}, {phone()}", {"NAME", "DOB", "PHONE"}),
    ("equals", lambda: f"name={person()};dob={birth()};ssn={ssn()}", {"NAME", "DOB", "SSN"}),
    ("colons", lambda: f"Name: {person()}, SSN: {ssn()}", {"NAME", "SSN"}),
    ("lines", lambda: f"Name: {person()}\nPhone: {phone()}", {"NAME", "PHONE"}),
    ("query", lambda: f"first={RANDOM.choice(GIVEN)}&last={RANDOM.choice(FAMILY)}&dob={birth()}", {"NAME", "DOB"}),
    ("object", lambda: json.dumps({"client": {"name": person(), "ssn": ssn()}, "ok": True}), {"NAME", "SSN"}),
    ("list", lambda: json.dumps([person(), phone()]), {"NAME", "PHONE"}),
    ("list of objects", lambda: json.dumps([{"full_name": person(), "dob": birth()}]), {"NAME", "DOB"}),
    ("text in text", lambda: json.dumps({"at": 1, "who": json.dumps({"name": person(), "dob": birth()})}),
     {"NAME", "DOB"}),
]  # fmt: skip


@pytest.mark.parametrize(("label", "value", "codes"), HELD)
def test_each_part_is_found(label: str, value: Callable[[], str], codes: set[str]) -> None:
    values = [value() for _ in range(120)]
    held = found(values)
    assert codes <= held.keys(), label
    assert grade(judged(values), TAXONOMY) is Grade.DIRECT
    for code in codes:
        told = [item for item in held[code].evidence if item.kind is EvidenceKind.PART]
        assert [(item.form, item.looked_at) for item in told] == [(Form.FULL, 120)]
        assert told[0].agreed >= 90


def test_a_part_in_another_form_is_told_in_that_form() -> None:
    held = found([f"name={person()};ssn=***-**-{RANDOM.randint(0, 9999):04d}" for _ in range(120)])
    assert held["SSN_LAST4"].form is Form.PARTIAL
    assert held["NAME"].form is Form.FULL


def test_a_few_cells_that_do_not_come_apart_are_left_aside() -> None:
    values = [*(f"{person()}|{email()}" for _ in range(115)), *["unknown caller"] * 2, None, "a|b|c"]
    held = found(values)
    assert held["NAME"].share.mid > 0.9
    assert held["EMAIL"].share.mid > 0.9


def names_of(values: Sequence[str]) -> list[str]:
    return [part.name for part in composite.parts(Look(values))]


def test_parts_have_the_names_the_data_gives_them() -> None:
    postal = [f"zip={RANDOM.randint(10001, 14999)};born={birth()}" for _ in range(60)]
    assert names_of(postal) == ["zip", "born"]
    assert "POSTAL_CODE" in found(postal)
    assert names_of([f"{person()}|{phone()}" for _ in range(60)]) == ["", ""]
    assert names_of([f"seen=yes;by=x;{phone()}" for _ in range(60)]) == [""] * 3, "not every part has a name"


def test_answers_of_yes_and_no_in_json_are_no_parts() -> None:
    assert names_of([json.dumps({"a": n, "b": {"c": "x"}, "ok": True, "no": None}) for n in range(9)]) == ["a", "b.c"]


def test_keys_of_hardly_any_cell_are_no_parts() -> None:
    rows = [json.dumps({"a": n, "b": 2, **({"c": 1} if n == 3 else {})}) for n in range(60)]
    assert names_of(rows) == ["a", "b"]


@pytest.mark.parametrize(
    "values",
    [
        [f"{n};x" for n in range(3)],
        [f"{n};x" + ";y" * (n % 5 == 0) for n in range(60)],
        [json.dumps({"a": n, "b": "x" * 3000}) for n in range(9)],
        [json.dumps({"a": {"b": {"c": {"d": {"e": n, "f": 1}}}}}) for n in range(9)],
        [f"a={n};b={'x' * 3000}" for n in range(9)],
    ],
)
def test_too_few_too_uneven_too_long_or_too_deep(values: list[str]) -> None:
    assert not any(names_of(values))
    assert len(names_of(values)) in {0, 2}


def test_cells_that_do_not_come_apart_are_in_no_part() -> None:
    values = [*(f"{n}|{n + 1}" for n in range(60)), "unknown caller", "a|b|c"]
    assert not {"unknown caller", "a"} & composite.parts(Look(values))[0].look.counts.keys()


def test_a_part_that_is_often_empty_has_its_own_share() -> None:
    half = found([f"{person()}|{email() if n % 2 else ''}" for n in range(120)])
    (told,) = [item for item in half["EMAIL"].evidence if item.kind is EvidenceKind.PART]
    assert (told.agreed, told.looked_at) == (60, 120)


WHOLE: list[tuple[str, Callable[[], str]]] = [
    ("names of people", person),
    ("names the other way round", reversed_person),
    ("addresses", address),
    ("pairs of coordinates", lambda: f"{40 + RANDOM.random():.5f}, {-73 - RANDOM.random():.5f}"),
    ("web addresses", lambda: f"https://example.org/a/{RANDOM.randint(1, 99)}?page=2"),
    ("times", lambda: f"{RANDOM.randint(1, 12)}:30 - {RANDOM.randint(1, 12)}:45"),
    ("tags of many numbers", lambda: ";".join(RANDOM.sample(["red", "green", "blue", "big"], RANDOM.randint(1, 4)))),
    ("sentences", lambda: RANDOM.choice(["Called; no answer, try again.", "Left a note - twice.", "Away, it seems"])
     + f" {RANDOM.randint(1, 99)}"),
    ("broken JSON", lambda: '{"name": ' + person()),
]  # fmt: skip


@pytest.mark.parametrize(("label", "value"), WHOLE)
def test_what_is_one_thing_is_left_whole(label: str, value: Callable[[], str]) -> None:
    assert not any(len(composite.parts(Look([value() for _ in range(120)]))) > 1 for _ in range(3)), label


HARMLESS: list[tuple[str, Callable[[], str]]] = [
    ("colors", lambda: ";".join(RANDOM.sample(["red", "green", "blue", "big"], 3))),
    ("settings", lambda: f"width={RANDOM.randint(1, 99)};height={RANDOM.randint(1, 99)};mode=fast"),
    ("measures", lambda: json.dumps({"min": RANDOM.randint(1, 50), "max": RANDOM.randint(50, 99), "unit": "mm"})),
    ("flags", lambda: "|".join(RANDOM.choice("YN") for _ in range(4))),
    ("parcels", lambda: f"{RANDOM.randint(1, 5)}|{RANDOM.randint(1, 9999):05d}|{RANDOM.randint(1, 99):04d}"),
]  # fmt: skip


@pytest.mark.parametrize(("label", "value"), HARMLESS)
def test_parts_that_are_nobodys_find_nothing(label: str, value: Callable[[], str]) -> None:
    assert found([value() for _ in range(120)]) == {}, label


def test_places_written_as_geometry_stay_places() -> None:
    assert found([json.dumps(point()) for _ in range(60)], "geometry").keys() == {"GEO_POINT"}


@pytest.mark.parametrize(
    "hostile",
    [
        "[" * 1900,
        "[" * 5000,
        "{" * 1999,
        '{"a":' * 300 + "1" + "}" * 300,
        ";" * 1999,
        "=" * 1999,
        "a=" * 900,
        "a: " * 600,
        ("a" * 31 + " ") * 60 + "=",
        "{" + ",".join(f'"k{n}": "{n}"' for n in range(100)) + "}",
        "x" * 500_000 + ";y",
        "\0;\0",
        "[1e999999, NaN, -Infinity]",
        "[" + "9" * 1900 + "]",
    ],
)
def test_hostile_cells_take_no_time_and_no_room(hostile: str) -> None:
    cells = [f'{hostile[:-1]}, "z": {n}}}' if hostile[-1] == "}" else f"{hostile}{n}" for n in range(20)]
    parts = composite.parts(Look(cells))
    assert len(parts) <= 40
    judged([hostile] * 20)


def test_names_from_the_data_are_not_repeated() -> None:
    part = composite.parts(Look([json.dumps({"Jane Doe 212-555-0100": n, "b": 1}) for n in range(20)]))[0]
    assert "Jane" not in repr(part)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Dana Wu <dana@h.example>", {"name": "Dana Wu", "0": "dana@h.example"}),
        ('"Li, Bo" <bo@h.example> ', {"name": "Li, Bo", "0": "bo@h.example"}),
        ("<ana@h.example>", {"0": "ana@h.example"}),
        ("ana@h.example", {"0": "ana@h.example"}),
        ("ana@h.example <ana@h.example>", {"0": "ana@h.example"}),
        ("write to ana@h.example", {}),
        ("Dana Wu <dana@h.example", {}),
        ("if a < b and c > d", {}),
        ("Dana Wu <of the desk>", {}),
    ],
)
def test_an_address_of_mail_comes_apart_into_a_name_and_itself(value: str, parts: dict[str, str]) -> None:
    assert composite._of_mailbox(value) == parts


def test_names_before_addresses_of_mail_are_found_as_names() -> None:
    values = [f"{person()} <{email()}>" for _ in range(40)] + [email() for _ in range(20)]
    found = {each.type_code: each for each in judged(values) if each.strength >= FOUND}
    assert found.keys() == {"NAME", "EMAIL"}
    assert {each.form for each in found.values()} == {Form.FULL}
    assert found["NAME"].share.low < 2 / 3 < found["NAME"].share.high


def test_addresses_of_mail_without_a_name_are_one_thing_each() -> None:
    assert composite.parts(Look([email() for _ in range(20)])) == ()
    assert not composite.are_mailboxes(Look([email() for _ in range(20)]))
    assert not composite.are_mailboxes(Look([None]))
