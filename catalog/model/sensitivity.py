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
    """A dataset's tier with the reasons that raised it, and whether its loss must be notified (§10-502)."""

    tier: Tier
    reasons: tuple[str, ...]
    breach_notifiable: bool


def sensitivity(
    types: Iterable[IdentifierType], subjects: Collection[str] = (), *, was_scanned: bool = True
) -> Sensitivity:
    """Judge a dataset by the identifier types it holds.

    Parameters:
        types: the types in effect in its columns.
        subjects: whom it is about (``Description.subject_categories``).
        was_scanned: False gives Unknown when no type is known either: nobody has looked.
    """
    held = {kind.code: kind for kind in types}
    if not held:
        return Sensitivity(Tier.UNKNOWN if not was_scanned else Tier(0), (), False)
    tier = max(kind.tier for kind in held.values())
    reasons: list[str] = []
    for floor, reason in _floors(held):
        if tier < floor:
            tier = floor
            reasons.append(reason)
    if VULNERABLE_SUBJECTS & set(subjects) and tier < Tier.RESTRICTED:
        tier = Tier(tier + 1)
        reasons.append("it is about people who need special protection")
    return Sensitivity(tier, tuple(reasons), _is_notifiable(held))


def _floors(held: dict[str, IdentifierType]) -> Iterable[tuple[Tier, str]]:
    codes = held.keys()
    names_someone = any(kind.grade is Grade.DIRECT for kind in held.values())
    if names_someone and any(kind.tier >= Tier.SENSITIVE for kind in held.values()):
        yield Tier.SENSITIVE, "a direct identifier stands beside sensitive information"
    if not names_someone and all(codes & group for group in _QUASI_KEY):
        yield Tier.IDENTIFYING, "birth date, place and sex together can identify a person"
    if codes & _MOVEMENT and codes & _PERSON:
        yield Tier.SENSITIVE, "it shows where one person is or will be"


def _is_notifiable(held: dict[str, IdentifierType]) -> bool:
    alone = any(kind.breach is BreachFlag.YES for kind in held.values())
    login = "CREDENTIAL" in held and bool({"EMAIL", "CREDENTIAL"} & held.keys() - {"CREDENTIAL"})
    return alone or login
