"""How harmful a dataset's disclosure would be: the highest tier it holds, raised where types meet.

Source: NIST SP 800-122 factors with Administrative Code §10-501 as a floor; escalators in docs/decisions.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog.model.identifiers import BreachFlag, Grade, IdentifierType, Tier

#: Subjects whose exposure does more harm: one tier up, at most Restricted.
VULNERABLE_SUBJECTS = frozenset({"child", "survivor", "person in custody", "undocumented person"})

_QUASI_KEY = (frozenset({"DOB"}), frozenset({"POSTAL_CODE", "ADDR_HOME"}), frozenset({"SEX", "GENDER_IDENTITY"}))
_MOVEMENT = frozenset({"GPS_LOCATION", "LICENSE_PLATE", "APPOINTMENT"})
_PERSON = frozenset({"NAME", "SSN", "CASE_ID", "BENEFIT_ID", "STUDENT_ID", "EMPLOYEE_ID", "HEALTH_ID", "JUSTICE_ID"})


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A dataset's tier, what beyond its single types speaks for it, and whether its loss must be notified (§10-502)."""

    tier: Tier
    reasons: tuple[str, ...]
    breach_notifiable: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """A dataset's sensitivity as kept beside its findings, so that filters are plain SQL."""

    dataset_id: int
    tier: Tier
    breach_notifiable: bool


def sensitivity(
    types: Iterable[IdentifierType], subjects: Collection[str] = (), *, was_scanned: bool = False
) -> Sensitivity:
    """Judge a dataset by the identifier types it holds.

    Parameters:
        types: the types in effect in its columns.
        subjects: whom it is about (``Description.subject_categories``).
        was_scanned: True gives Nothing found rather than Unknown when no type is known: somebody has looked.
    """
    held = {kind.code: kind for kind in types}
    if not held:
        return Sensitivity(Tier.NOTHING_FOUND if was_scanned else Tier.UNKNOWN, (), False)
    floors = tuple(_floors(held))
    tier = max([kind.tier for kind in held.values()] + [floor for floor, _ in floors])
    reasons = [reason for _, reason in floors if reason]
    if VULNERABLE_SUBJECTS & set(subjects) and tier < Tier.RESTRICTED:
        tier = Tier(tier + 1)
        reasons.append("it is about people who need special protection")
    return Sensitivity(tier, tuple(reasons), _is_notifiable(held))


def _floors(held: dict[str, IdentifierType]) -> Iterable[tuple[Tier, str]]:
    codes = held.keys()
    direct = {code for code, kind in held.items() if kind.grade is Grade.DIRECT}
    sensitive = {code for code, kind in held.items() if kind.tier >= Tier.SENSITIVE}
    if direct and sensitive and len(direct | sensitive) > 1:
        yield Tier.SENSITIVE, "a direct identifier stands beside sensitive information"
    if all(codes & group for group in _QUASI_KEY):
        # Where somebody is named anyway, saying so would tell nothing new.
        yield Tier.IDENTIFYING, "" if direct else "birth date, place and sex together can identify a person"
    if codes & _MOVEMENT and codes & _PERSON:
        yield Tier.SENSITIVE, "it shows where one person is or will be"


def _is_notifiable(held: dict[str, IdentifierType]) -> bool:
    alone = any(kind.breach is BreachFlag.YES for kind in held.values())
    opened = {code for code, kind in held.items() if kind.breach is BreachFlag.IN_COMBINATION} - {"CREDENTIAL"}
    return alone or ("CREDENTIAL" in held and bool(opened))
