"""What the columns beside one say about it: a name among birth dates is a person's, one among prices a product's."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from catalog.model.evidence import Evidence, EvidenceKind, Finding
from scanners.combine import FOUND
from scanners.values import CHILDREN, INITIALS

#: Types that only tables about persons hold.
_OF_PERSONS = frozenset({
    "SSN", "DOB", "AGE", "SEX", "RACE", "MARITAL_STATUS", "STUDENT_ID", "DRIVER_LICENSE", "NATIONALITY", "DEATH_DATE",
    "SSN_LAST4", "JUSTICE_ID", "BENEFIT_ID", "IMMIGRATION_ID", "HEALTH_ID", "EMPLOYEE_ID",
    "OCCUPATION", "EMPLOYER_INFO",
})  # fmt: skip
#: Types of which a weak sign is enough where persons are described.
_RAISED = frozenset({"SSN", "HEIGHT", "WEIGHT", "LICENSE_PLATE"})
#: Columns to either side that belong together, as street, city, state and postal code do.
_CLOSE = 3
#: Signs of a column of given names: beside it, and not beside full names, stands a column of family names.
_GIVEN = frozenset({"given names", "given name"})
#: What a neighbour may confirm: known names among the values, or a column called just "name".
_HINTS_OF_NAMES = frozenset(("NAME", clue) for clue in ("given and family names", "given names", "name"))
_OF_PLACES = frozenset({"ADDR_HOME", "ADDR_WORK", "POSTAL_CODE", "LOCALITY"})
#: Latitude and longitude lie on different sides of zero wherever English forms are filled in; decimals of one sign
#: side by side are measurements.
_COORDINATES = frozenset({"coordinate range", "negative coordinate range"})
#: Types whose columns, when their names say so, show that a table describes persons.
_SAID_OF_PERSONS = _OF_PERSONS | {"NAME", "ADDR_HOME", "EMAIL", "PHONE", "LANGUAGE", "FAMILY", "GENDER_IDENTITY"}
_OF_ANYBODY = _OF_PERSONS - {"DOB"} | {"NAME"}
#: Names that mean a part of an address or of the tax map only among other parts of one.
_BESIDE_BUILDINGS = frozenset({"ADDR_HOME", "ADDR_WORK", "POSTAL_CODE", "PROPERTY_ID"})
_OF_BUILDINGS = frozenset({("ADDR_HOME", "a unit"), ("PROPERTY_ID", "block or lot")})


@dataclass(frozen=True, slots=True)
class _Place:
    """One column among the others: what speaks for something in it, what was found in it and around it."""

    clues: frozenset[tuple[str, str]]
    codes: frozenset[str]
    named: frozenset[str]
    read: frozenset[str]
    here: frozenset[str]
    next_to: frozenset[str]
    close: frozenset[str]
    others: frozenset[str]
    said: frozenset[str]
    is_unnamed: bool


@dataclass(frozen=True, slots=True)
class _Wait:
    """A clue that decides only beside columns of other types, whose own names say so where ``said``."""

    code: str
    clue: str
    about: frozenset[str]
    say: str
    weight: float
    said: bool


def beside(
    evidence: Sequence[Sequence[Evidence]], findings: Sequence[Sequence[Finding]], unnamed: Sequence[bool]
) -> list[tuple[Evidence, ...]]:
    """Evidence for each column from what was found in the others; ``unnamed`` ones are helped more."""
    found = [frozenset(item.type_code for item in column if item.strength >= FOUND) for column in findings]
    hinted = [frozenset(item.clue for item in column if item.weight > 0) for column in evidence]
    said = [codes & _said(column) for codes, column in zip(found, evidence, strict=True)]
    result: list[tuple[Evidence, ...]] = []
    for position, own in enumerate(evidence):
        if not any(item.weight > 0 for item in own):  # neighbours only change what something speaks for
            result.append(())
            continue
        place = _place(position, own, found, said, is_unnamed=unnamed[position])
        hints = _around(1, position, hinted)
        result.append(
            (
                *_of_names(place, hints),
                *_of_places(place, hints),
                *_of_papers(place),
                *_of_kin(place),
                *_of_offices(place),
            )
        )
    return result


def _said(evidence: Sequence[Evidence]) -> frozenset[str]:
    return frozenset(item.type_code for item in evidence if item.kind is EvidenceKind.NAME and item.weight > 0)


def _place(
    position: int,
    own: Sequence[Evidence],
    found: Sequence[frozenset[str]],
    said: Sequence[frozenset[str]],
    *,
    is_unnamed: bool,
) -> _Place:
    speaking = [item for item in own if item.weight > 0]
    return _Place(
        clues=frozenset((item.type_code, item.clue) for item in speaking),
        codes=frozenset(item.type_code for item in speaking),
        named=_said(own),
        read=frozenset(item.type_code for item in speaking if item.kind is EvidenceKind.TEXT),
        here=found[position],
        next_to=_around(1, position, found),
        close=_around(_CLOSE, position, found),
        others=_around(len(found), position, found),
        said=_around(len(found), position, said),
        is_unnamed=is_unnamed,
    )


def _around(steps: int, position: int, sets: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*sets[max(0, position - steps) : position], *sets[position + 1 : position + steps + 1])


def _of_names(place: _Place, hints: frozenset[str]) -> Iterator[Evidence]:
    hinted = "NAME" in place.read or not _HINTS_OF_NAMES.isdisjoint(place.clues)
    if hinted and _OF_PERSONS & place.others:
        yield _neighbour("NAME", "other details of persons", 0.35)
    if ("NAME", "family names") in place.clues and "NAME" in place.next_to and not _GIVEN.isdisjoint(hints):
        yield _neighbour("NAME", "another part of the name", 0.4)
    if place.is_unnamed and ("SSN", "social security number rules") in place.clues and "NAME" in place.close:
        yield _neighbour("SSN", "names close by", 0.5)
    for code in sorted(_RAISED & place.codes - place.here):
        if ({"NAME"} | _OF_PERSONS - {code}) & place.others:
            yield _neighbour(code, "details of persons", 0.25)


def _of_places(place: _Place, hints: frozenset[str]) -> Iterator[Evidence]:
    for code in ("POSTAL_CODE", "LOCALITY"):
        if code in place.named and (_OF_PLACES - {code}) & place.others:
            yield _neighbour(code, "other parts of an address", 0.3)
    is_postal = place.is_unnamed and ("POSTAL_CODE", "postal code form") in place.clues
    if is_postal and ((_OF_PLACES - {"POSTAL_CODE"}) & place.close or "codes of states" in hints):
        yield _neighbour("POSTAL_CODE", "parts of an address close by", 0.55)
    own = {clue for code, clue in place.clues if code == "GEO_POINT"} & _COORDINATES
    if own and (_COORDINATES - own) & hints:
        yield _neighbour("GEO_POINT", "the other coordinate", 0.35)
    yield from _of_buildings(place, hints)


def _of_buildings(place: _Place, hints: frozenset[str]) -> Iterator[Evidence]:
    """Short names that mean a part of a place only among other parts of one: ``unit``, ``lot``, ``x``."""
    for code, clue in sorted(_OF_BUILDINGS & place.clues):
        if _BESIDE_BUILDINGS & place.close or clue in hints:
            yield _neighbour(code, "other parts of an address", 0.3)
    if ("GEO_POINT", "an axis") in place.clues and "an axis" in hints and _OF_PLACES & place.others:
        yield _neighbour("GEO_POINT", "the other axis, and places", 0.4)


def _of_papers(place: _Place) -> Iterator[Evidence]:
    if ("PAYMENT_CARD", "expiration") in place.clues and "PAYMENT_CARD" in place.others:
        yield _neighbour("PAYMENT_CARD", "a payment card", 0.3)
    if ("FIN_ACCOUNT", "an account") in place.clues and "FIN_ACCOUNT" in place.others:
        yield _neighbour("FIN_ACCOUNT", "other numbers of bank accounts", 0.5)
    is_license = ("PROVIDER_ID", "professional license") in place.clues
    if is_license and (
        "DRIVER_LICENSE" in place.others or ("DRIVER_LICENSE", "a letter and twelve digits") in place.clues
    ):
        yield Evidence("DRIVER_LICENSE", EvidenceKind.NAME, "license", 0.45)
        yield _neighbour("DRIVER_LICENSE", "other driver's licenses", 0.5)


def _of_kin(place: _Place) -> Iterator[Evidence]:
    """Forms and words that prove little, where other columns tell what the table is about."""
    for wait in _waits():
        around = place.said if wait.said else place.others
        if (wait.code, wait.clue) in place.clues and wait.about & around:
            yield _neighbour(wait.code, wait.say, wait.weight)
    for need in _needs():
        if (need.code, need.clue) in place.clues and not need.about & place.others:
            yield _neighbour(need.code, need.say, need.weight)
    if place.is_unnamed:
        yield from _of_unnamed(place)


@lru_cache(maxsize=1)
def _waits() -> tuple[_Wait, ...]:
    return _entries("wait")


@lru_cache(maxsize=1)
def _needs() -> tuple[_Wait, ...]:
    return _entries("need")


def _entries(table: str) -> tuple[_Wait, ...]:
    data = tomllib.loads(files("scanners").joinpath("data", "beside.toml").read_text(encoding="utf-8"))
    return tuple(
        _Wait(
            code=entry["code"],
            clue=entry["clue"],
            about=frozenset(data["about"][entry["about"]].split()),
            say=entry["say"],
            weight=entry["weight"],
            said=entry.get("said", True),
        )
        for entry in data[table]
    )


def _of_unnamed(place: _Place) -> Iterator[Evidence]:
    if ("DOB", CHILDREN) in place.clues and _OF_ANYBODY & place.others:
        yield _neighbour("DOB", "details of persons", 0.35)
    if ("NAME", INITIALS) in place.clues and "NAME" in place.next_to:
        yield _neighbour("NAME", "another part of the name", 0.4)


def _of_offices(place: _Place) -> Iterator[Evidence]:
    """A work address in a table without persons is an office's."""
    if ("ADDR_WORK", "address of an office") in place.clues and not _SAID_OF_PERSONS - {
        "ADDR_HOME",
        "PHONE",
    } & place.others:
        for code in ("ADDR_WORK", "ADDR_HOME"):
            yield _neighbour(code, "no persons in the table", -0.6)


def _neighbour(code: str, clue: str, weight: float) -> Evidence:
    return Evidence(code, EvidenceKind.NEIGHBOUR, clue, weight)
