"""Values that are less than their names say are told in the form they have, and never lead to anybody alone."""

import random
import uuid
from collections.abc import Callable, Sequence

import pytest

from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form
from catalog.model.identifiers import Grade
from catalog.taxonomy.loader import load
from scanners import concealed
from scanners.grading import grade
from scanners.looks import Look
from tests.support.judging import findings_in

TAXONOMY = load()
RANDOM = random.Random(11)
GIVEN = ["Maria", "James", "Aisha", "Robert", "Linda", "Carlos", "Susan", "Kevin", "Nadia", "Helen"]
FAMILY = ["Johnson", "Rivera", "Chen", "Smith", "Lopez", "Walker", "Murphy", "Diaz", "Brooks", "Young"]


def judged(name: str, values: Sequence[str]) -> tuple[Finding, ...]:
    return findings_in({name: values})[name]


def number(low: int, high: int) -> int:
    return RANDOM.randint(low, high)


def hexadecimal(length: int) -> str:
    return f"{RANDOM.getrandbits(4 * length):0{length}x}"


def initial(words: list[str]) -> str:
    return RANDOM.choice(words)[0]


WAYS: list[tuple[str, Callable[[], str], str, Form]] = [
    ("ssn", lambda: f"***-**-{number(0, 9999):04d}", "SSN_LAST4", Form.PARTIAL),
    ("ssn", lambda: f"XXXX{number(0, 9999):04d}", "SSN_LAST4", Form.PARTIAL),
    ("ssn", lambda: f"{number(0, 9999):04d}", "SSN_LAST4", Form.PARTIAL),
    ("home_phone", lambda: f"(XXX) XXX-{number(0, 9999):04d}", "PHONE", Form.PARTIAL),
    ("email", lambda: f"{initial(GIVEN).lower()}***@example.org", "EMAIL", Form.PARTIAL),
    ("card_number", lambda: f"4***********{number(0, 9999):04d}", "PAYMENT_CARD", Form.PARTIAL),
    ("card_number", lambda: f"{number(0, 999):04d}", "PAYMENT_CARD", Form.PARTIAL),
    ("bank_account", lambda: f"...{number(0, 9999):04d}", "FIN_ACCOUNT", Form.PARTIAL),
    ("name", lambda: f"{initial(GIVEN)}**** {initial(FAMILY)}*****", "NAME", Form.PARTIAL),
    ("client_name", lambda: f"{initial(GIVEN)}.{initial(FAMILY)}.", "NAME", Form.PARTIAL),
    ("client_name", lambda: f"{initial(GIVEN)} {initial(GIVEN)} {initial(FAMILY)}", "NAME", Form.PARTIAL),
    ("client_name", lambda: "".join(RANDOM.choices("GHILNOUEX", k=2)), "NAME", Form.PARTIAL),
    ("case_id", lambda: f"****{number(0, 9999):04d}", "CASE_ID", Form.PARTIAL),
    ("dob", lambda: str(number(1930, 2015)), "DOB", Form.PARTIAL),
    ("date_of_birth", lambda: f"{number(1930, 2015)}-{number(1, 12):02d}", "DOB", Form.PARTIAL),
    ("dob", lambda: f"{number(1, 12):02d}/{number(1930, 2015)}", "DOB", Form.PARTIAL),
    ("dob", lambda: f"{RANDOM.choice(['Jan', 'May', 'Sept.'])} {number(1930, 2015)}", "DOB", Form.PARTIAL),
    ("dob", lambda: f"{number(1, 12):02d}/{number(1, 28):02d}", "DOB", Form.PARTIAL),
    ("zip", lambda: f"1{number(0, 19):02d}", "POSTAL_CODE", Form.PARTIAL),
    ("zip_code", lambda: f"1{number(0, 19):02d}**", "POSTAL_CODE", Form.PARTIAL),
    ("zip_code", lambda: f"1{number(0, 19):02d}XX", "POSTAL_CODE", Form.PARTIAL),
    ("home_address", lambda: f"{number(1, 90)}XX Alder Street", "ADDR_HOME", Form.PARTIAL),
    ("home_address", lambda: f"{number(1, 90)}00 BLOCK OF ALDER ST", "ADDR_HOME", Form.PARTIAL),
    ("ssn", lambda: str(uuid.UUID(int=RANDOM.getrandbits(128))), "SSN", Form.TOKENISED),
    ("ssn", lambda: f"tok_{hexadecimal(16)}", "SSN", Form.TOKENISED),
    ("card_number", lambda: f"vault:{hexadecimal(20)}", "PAYMENT_CARD", Form.TOKENISED),
    ("ssn", lambda: hexadecimal(64), "SSN", Form.HASHED),
    ("email", lambda: hexadecimal(16), "EMAIL", Form.HASHED),
    ("client_name", lambda: hexadecimal(12), "NAME", Form.HASHED),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "code", "form"), WAYS)
def test_less_than_the_whole_is_told_as_such(name: str, value: Callable[[], str], code: str, form: Form) -> None:
    findings = judged(name, [value() for _ in range(120)])
    assert (findings[0].type_code, findings[0].form) == (code, form)
    assert findings[0].strength >= 0.5
    assert grade(findings, TAXONOMY) is Grade.QUASI
    assert any(item.kind is EvidenceKind.SHAPE and item.weight > 0 for item in findings[0].evidence)
    assert findings[0].without_name < 0.5 or code in {"EMAIL", "SSN_LAST4", "ADDR_HOME"}, "a form alone proves no type"


WHOLE: list[tuple[str, Callable[[], str], str]] = [
    ("ssn", lambda: f"{number(100, 600)}-{number(10, 99)}-{number(1000, 9999)}", "SSN"),
    ("client_name", lambda: f"{RANDOM.choice(GIVEN)} {initial(FAMILY)}.", "NAME"),
    ("client_name", lambda: f"{initial(GIVEN)}. {RANDOM.choice(FAMILY)}", "NAME"),
    ("client_name", lambda: RANDOM.choice(["Ng Li", "Wu Bo", "Ali Xu", "Kim Do", "Ida Ek", "Bo Ax"]), "NAME"),
    ("dob", lambda: f"{number(1, 12):02d}/{number(1, 28):02d}/{number(1930, 2015)}", "DOB"),
    ("zip", lambda: f"1{number(0, 4999):04d}", "POSTAL_CODE"),
    ("home_address", lambda: f"{number(1, 900)} Alder Street", "ADDR_HOME"),
    ("iban_account", lambda: f"DE{number(10, 99)}{number(10**11, 10**12 - 1)}", "FIN_ACCOUNT"),
    ("driver_license_no", lambda: f"A{number(10**11, 10**12 - 1)}", "DRIVER_LICENSE"),
    ("mac_address", lambda: hexadecimal(12), "DEVICE_ID"),
    ("student_id", lambda: f"stu_{number(10**10, 10**11 - 1)}", "STUDENT_ID"),
    ("student_id", lambda: f"{number(10**5, 10**6 - 1)}b{number(10**4, 10**5 - 1)}", "STUDENT_ID"),
    ("email", lambda: RANDOM.choice(["m{}***", "maria{}"]).format(number(1, 999)) + "@example.org", "EMAIL"),
    ("password_hash", lambda: hexadecimal(64), "CREDENTIAL"),
    ("case_id", lambda: str(uuid.UUID(int=RANDOM.getrandbits(128))), "CASE_ID"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "code"), WHOLE)
def test_the_whole_stays_whole(name: str, value: Callable[[], str], code: str) -> None:
    findings = judged(name, [value() for _ in range(120)])
    assert (findings[0].type_code, findings[0].form) == (code, Form.FULL)


@pytest.mark.parametrize("name", ["row_hash", "token", "x", "batch"])
@pytest.mark.parametrize("make", [lambda: hexadecimal(64), lambda: f"tok_{hexadecimal(16)}", lambda: hexadecimal(12)])
def test_a_form_without_a_name_that_says_something_is_nothing(name: str, make: Callable[[], str]) -> None:
    assert grade(judged(name, [make() for _ in range(120)]), TAXONOMY) is Grade.NONE


def test_years_are_no_last_digits_of_a_card() -> None:
    findings = judged("card_number", [str(number(1990, 2025)) for _ in range(120)])
    assert not any(finding.form is Form.PARTIAL for finding in findings if finding.type_code == "PAYMENT_CARD")


def test_whole_numbers_among_masked_ones_are_not_hidden() -> None:
    masked = [f"***-**-{number(0, 9999):04d}" for _ in range(180)]
    whole = [f"{number(100, 600)}-{number(10, 99)}-{number(1000, 9999)}" for _ in range(20)]
    findings = judged("ssn", [*masked, *whole])
    found = {(finding.type_code, finding.form): finding for finding in findings}
    assert found["SSN_LAST4", Form.PARTIAL].strength >= 0.8
    assert found["SSN", Form.FULL].strength >= 0.8
    assert found["SSN", Form.FULL].share.high < 0.2
    assert grade(findings, TAXONOMY) is Grade.DIRECT
    assert sum(item.kind is EvidenceKind.SHAPE for item in found["SSN_LAST4", Form.PARTIAL].evidence) == 1


def test_what_is_hidden_altogether_is_no_part() -> None:
    assert not any(finding.form is Form.PARTIAL for finding in judged("ssn", ["*" * n for n in range(5, 12)] * 20))


def test_whole_cards_among_last_digits_are_not_hidden() -> None:
    whole = ["4111111111111111", "5500005555555559", "378282246310005", "6011000990139424"]
    findings = judged("card_number", [*(f"{n:04d}" for n in range(100)), *whole])
    assert (findings[0].type_code, findings[0].form) == ("PAYMENT_CARD", Form.FULL)
    assert grade(findings, TAXONOMY) is Grade.DIRECT


def test_what_speaks_against_a_type_keeps_its_form() -> None:
    against = Evidence("NAME", EvidenceKind.NAME, "name of something else", -0.5)
    names = [against, Evidence("NAME", EvidenceKind.NAME, "name of a person", 0.9)]
    told = concealed.told(names, Look(["M**** J****", "A**** S****"]))
    assert told[0] == against
    assert [(item.kind, item.form) for item in told[1:]] == [
        (EvidenceKind.NAME, Form.PARTIAL),
        (EvidenceKind.SHAPE, Form.PARTIAL),
    ]


def test_an_empty_column_has_no_form() -> None:
    said = (Evidence("SSN", EvidenceKind.NAME, "x", 0.9),)
    assert concealed.told(said, Look([None, ""])) == said
