"""Tables of attributes and values: what each attribute names is told of the column of values."""

import random
from collections.abc import Callable, Mapping

import pytest

from catalog.model.coverage import SampleMethod
from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form, sentence
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from scanners import pairs
from scanners.combine import FOUND
from scanners.judge import judge
from scanners.naming import NameGuard
from tests.support.judging import findings_in

GUARD = NameGuard(bytes(32))
RANDOM = random.Random(13)
GIVEN = ["Maria", "James", "Aisha", "Robert", "Linda", "Carlos", "Susan", "Kevin", "Nadia", "Helen", "Omar", "Grace"]
FAMILY = ["Johnson", "Rivera", "Chen", "Smith", "Lopez", "Walker", "Murphy", "Diaz", "Brooks", "Young"]

Make = Callable[[], str]


def given() -> str:
    return RANDOM.choice(GIVEN)


def ssn() -> str:
    return f"{RANDOM.randint(100, 600)}-{RANDOM.randint(10, 99)}-{RANDOM.randint(1000, 9999)}"


def birth() -> str:
    return f"{RANDOM.randint(1, 12):02d}/{RANDOM.randint(1, 28):02d}/{RANDOM.randint(1930, 2010)}"


def phone() -> str:
    return f"(718) {RANDOM.randint(200, 999)}-{RANDOM.randint(0, 9999):04d}"


def word() -> str:
    return RANDOM.choice(["Open", "Closed", "Pending", "Heat", "Noise"])


PERSON: Mapping[str, Make] = {"first_name": given, "SSN": ssn, "dob": birth, "Home Phone": phone, "Status": word}


def turned(of: Mapping[str, Make], times: int = 40) -> tuple[list[str], list[str]]:
    """A table turned on its side: its attributes and their values, row after row."""
    rows = [(name, make()) for _ in range(times) for name, make in of.items()]
    return [name for name, _ in rows], [value for _, value in rows]


def judged(columns: Mapping[str, list[str] | list[str | None]]) -> dict[str, tuple[Finding, ...]]:
    return findings_in(columns)


def told(findings: tuple[Finding, ...]) -> dict[str, Evidence]:
    """What attributes say, by type."""
    return {
        item.type_code: item for finding in findings for item in finding.evidence if item.kind is EvidenceKind.ATTRIBUTE
    }


@pytest.mark.parametrize("names", [("attribute", "value"), ("field_code", "answer"), ("question", "c2"), ("k", "v")])
def test_values_are_what_their_attributes_say(names: tuple[str, str]) -> None:
    attributes, values = turned(PERSON)
    ids = [str(1000 + number // 5) for number in range(len(values))]
    found = judged({"entry": ids, names[0]: attributes, names[1]: values, "changed": ["2024-05-01"] * len(values)})
    held = {f.type_code: f for f in found[names[1]] if f.strength >= FOUND}
    assert held.keys() >= {"NAME", "SSN", "DOB", "PHONE"}
    for code, evidence in told(found[names[1]]).items():
        assert (evidence.form, evidence.looked_at) == (Form.FULL, 200), code
        assert 30 <= evidence.agreed <= 40, "a fifth of the rows, as one attribute of five"
        assert held[code].share.mid == pytest.approx(0.2, abs=0.05)
    for other in found.keys() - {names[1]}:
        assert not told(found[other]), other


def test_attributes_of_one_type_count_together() -> None:
    attributes, values = turned({"first_name": given, "last_name": lambda: RANDOM.choice(FAMILY), "SSN": ssn})
    evidence = told(judged({"item": attributes, "value": values})["value"])
    assert evidence["NAME"].agreed >= 70
    assert evidence["SSN"].agreed == 40


def test_the_reason_is_in_our_words_and_names_no_word_of_the_source() -> None:
    attributes, values = turned({"SSN of Jane Doe": ssn, "DOB of Jane Doe": birth})
    evidence = told(judged({"item": attributes, "value": values})["value"])
    text = sentence(evidence["SSN"])
    assert text == "40 of 80 values stand where the attribute beside them says “social security number”"
    assert "jane" not in repr(evidence).lower()


def test_the_values_may_stand_in_front_and_some_may_be_missing() -> None:
    attributes, values = turned(PERSON)
    gaps = [value if number % 7 else None for number, value in enumerate(values)]
    assert told(judged({"value": gaps, "item": attributes})["value"]).keys() >= {"SSN", "PHONE"}


def test_a_masked_number_behind_an_attribute_is_a_part() -> None:
    hidden = {"SSN": lambda: f"***-**-{RANDOM.randint(0, 9999):04d}", "Home Phone": phone}
    evidence = told(judged(dict(zip(("item", "value"), turned(hidden), strict=True)))["value"])
    assert evidence["SSN_LAST4"].form is Form.PARTIAL
    assert "SSN" not in evidence


ORDINARY: list[tuple[str, Mapping[str, Make]]] = [
    ("a status and a reason", {"Open": word, "Closed": word, "Pending": word}),
    ("ways of contact and reasons", {"Phone": word, "Email": word, "Mail": word}),
    ("measures", {"Age": lambda: str(RANDOM.randint(1, 99)), "Income": lambda: str(RANDOM.randint(1, 900))}),
    ("sorts of address and districts", {"Home Address": word, "Work Address": word}),
    ("one attribute that says something", {"SSN": ssn, "Color": word, "Size": word, "Weight class": word}),
]  # fmt: skip


@pytest.mark.parametrize(("label", "of"), ORDINARY)
def test_ordinary_columns_side_by_side_are_no_attributes(label: str, of: Mapping[str, Make]) -> None:
    attributes, values = turned(of)
    found = judged({"kind": attributes, "detail": values})
    assert not told(found["detail"]), label
    assert not told(found["kind"]), label


def test_attributes_whose_values_are_something_else_say_nothing() -> None:
    swapped = {"Phone": lambda: f"{given().lower()}{RANDOM.randint(1, 999)}@example.org", "Email": phone}
    assert not told(judged(dict(zip(("item", "value"), turned(swapped), strict=True)))["value"])


def test_values_of_several_sorts_stand_in_several_columns() -> None:
    attributes, values = turned(PERSON)
    dates = [value if name == "dob" else None for name, value in zip(attributes, values, strict=True)]
    texts = [None if name == "dob" else value for name, value in zip(attributes, values, strict=True)]
    found = judged({"item": attributes, "value_text": texts, "value_2": dates, "by": ["x"] * len(values)})
    assert told(found["value_text"]).keys() >= {"NAME", "SSN", "PHONE"}


def test_so_many_words_are_no_attributes() -> None:
    many = {f"SSN {number}": ssn for number in range(61)}
    assert not told(judged(dict(zip(("item", "value"), turned(many, 4), strict=True)))["value"])


def test_numbers_and_dates_are_not_asked_for_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(pairs, "_names_something", lambda text: bool(asked.append(text)))
    judged({"item": ["1", "2", "2024-05-01", "4.5"] * 40, "value": ["7"] * 160})
    assert not asked


def test_words_that_hardly_come_back_are_no_attributes() -> None:
    names = [f"{part} {kind}" for part in ("Home", "Work", "Cell") for kind in ("Phone", "Email", "SSN", "DOB")]
    assert not told(judged({"kind": names * 2, "detail": [ssn() for _ in names * 2]})["detail"])


def test_a_column_whose_own_name_says_what_it_holds_is_no_column_of_values() -> None:
    attributes, values = turned(PERSON)
    assert not told(judged({"item": attributes, "ssn": values})["ssn"])


def test_lists_of_other_lengths_are_no_columns_beside_it() -> None:
    attributes, values = turned(PERSON)
    schemas = [ColumnSchema("item", 0), ColumnSchema("value", 1)]
    results = judge(Sample(schemas, [attributes, values[:-1]], method=SampleMethod.ALL_ROWS, rows=200), GUARD)
    assert not told(results[1].findings)
