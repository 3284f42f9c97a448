"""What the columns beside one say about it: a name among birth dates is a person's, one among prices a product's."""

from collections.abc import Iterator, Sequence

from catalog.model.evidence import Evidence, EvidenceKind, Finding, Form
from scanners.combine import FOUND

#: Types that only tables about persons hold.
_OF_PERSONS = frozenset({
    "SSN", "DOB", "AGE", "SEX", "RACE", "MARITAL_STATUS", "STUDENT_ID", "DRIVER_LICENSE", "NATIONALITY", "DEATH_DATE",
    "SSN_LAST4", "JUSTICE_ID", "BENEFIT_ID", "IMMIGRATION_ID", "HEALTH_ID", "EMPLOYEE_ID",
    "OCCUPATION", "EMPLOYER_INFO",
})  # fmt: skip
_OF_PLACES = frozenset({"ADDR_HOME", "ADDR_WORK", "POSTAL_CODE", "LOCALITY"})


def beside(evidence: Sequence[Sequence[Evidence]], findings: Sequence[Sequence[Finding]]) -> list[tuple[Evidence, ...]]:
    """Evidence for each column from what was found in the others."""
    found = [{item.type_code for item in column if item.strength >= FOUND} for column in findings]
    result: list[tuple[Evidence, ...]] = []
    for position, own in enumerate(evidence):
        others: set[str] = set().union(*found[:position], *found[position + 1 :])
        near = set().union(*found[max(0, position - 1) : position], *found[position + 1 : position + 2])
        result.append(tuple(_for_column(own, found[position], others, near)))
    return result


def _for_column(own: Sequence[Evidence], here: set[str], others: set[str], near: set[str]) -> Iterator[Evidence]:
    codes = {item.type_code for item in own if item.weight > 0}
    clues = {(item.type_code, item.clue) for item in own if item.weight > 0}
    if "NAME" in codes and _OF_PERSONS & others:
        yield _neighbour("NAME", "other details of persons", 0.3)
    if ("NAME", "family names") in clues and "NAME" in near:
        yield _neighbour("NAME", "another part of the name", 0.4)
    for code in ("POSTAL_CODE", "LOCALITY"):
        if code in codes and (_OF_PLACES - {code}) & others:
            yield _neighbour(code, "other parts of an address", 0.3)
    if ("PROVIDER_ID", "professional license") in clues and "DRIVER_LICENSE" in others:
        yield from _as_driver_license()
    if ("PAYMENT_CARD", "expiration") in clues and "PAYMENT_CARD" in others:
        yield _neighbour("PAYMENT_CARD", "a payment card", 0.3)
    for code in ("SSN", "HEIGHT", "WEIGHT", "LICENSE_PLATE"):
        if code in codes and code not in here and ({"NAME"} | _OF_PERSONS - {code}) & others:
            yield _neighbour(code, "details of persons", 0.25)


def _as_driver_license() -> Iterator[Evidence]:
    yield Evidence("DRIVER_LICENSE", EvidenceKind.NAME, "license", 0.45)
    yield _neighbour("DRIVER_LICENSE", "other driver's licenses", 0.5)


def _neighbour(code: str, clue: str, weight: float) -> Evidence:
    return Evidence(code, EvidenceKind.NEIGHBOUR, clue, weight, form=Form.FULL)
