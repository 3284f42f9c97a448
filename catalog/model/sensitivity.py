"""How harmful a dataset's disclosure would be: the highest tier it holds, raised where types meet.

Source: NIST SP 800-122 factors with Administrative Code §10-501 as a floor; each escalator in docs/decisions/0012.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from catalog.model.evidence import Form
from catalog.model.holdings import Magnitude
from catalog.model.identifiers import BreachFlag, Grade, IdentifierType, Tier

#: Subjects whose exposure does more harm: one tier up, at most Restricted.
VULNERABLE_SUBJECTS = frozenset({"child", "survivor", "person in custody", "undocumented person"})

#: The forms in which a number can be used as it is.
WHOLE = frozenset({Form.FULL, Form.FREE_TEXT})
_QUASI_KEY = (frozenset({"DOB"}), frozenset({"POSTAL_CODE", "ADDR_HOME"}), frozenset({"SEX", "GENDER_IDENTITY"}))
_MOVEMENT = frozenset({"GPS_LOCATION", "LICENSE_PLATE", "APPOINTMENT", "COURT_APPEARANCE"})
_PLATE_AND_PLACE = (frozenset({"LICENSE_PLATE"}), frozenset({"GEO_POINT", "GPS_LOCATION"}))
_PERSON = frozenset({
    "NAME", "SSN", "CASE_ID", "BENEFIT_ID", "STUDENT_ID", "EMPLOYEE_ID", "HEALTH_ID", "JUSTICE_ID", "IMMIGRATION_ID",
    "MUNICIPAL_ID", "DRIVER_LICENSE", "PASSPORT_NO", "TAXPAYER_ID", "DEVICE_ID",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A type in effect in a column of a dataset, and the form it is held in there."""

    type: IdentifierType
    form: Form = Form.FULL


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A dataset's tier, what beyond its single types speaks for it, and whether its loss must be notified (§10-502).

    ``is_large`` is NIST's second factor, the number of people: it raises no tier, but the harm of a loss.
    """

    tier: Tier
    reasons: tuple[str, ...]
    breach_notifiable: bool
    is_large: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """A dataset's sensitivity and number of people as kept beside its findings, so that filters are plain SQL."""

    dataset_id: int
    tier: Tier
    breach_notifiable: bool
    people: Magnitude


def sensitivity(
    held: Iterable[Held],
    subjects: Collection[str] = (),
    *,
    was_scanned: bool = False,
    people: Magnitude = Magnitude.NOT_KNOWN,
) -> Sensitivity:
    """Judge a dataset by the identifier types it holds.

    Parameters:
        held: the types in effect in its columns.
        subjects: whom it is about (``Description.subject_categories``).
        was_scanned: True gives Nothing found rather than Unknown when no type is known: somebody has looked.
        people: how many it is about.
    """
    every = frozenset(held)
    if not every:
        return Sensitivity(Tier.NOTHING_FOUND if was_scanned else Tier.UNKNOWN, (), breach_notifiable=False)
    floors = tuple(_floors(every))
    tier = max([one.type.tier for one in every] + [floor for floor, _ in floors])
    reasons = [reason for _, reason in floors if reason]
    if VULNERABLE_SUBJECTS & set(subjects):
        if tier < Tier.RESTRICTED:
            reasons.append("it is about people who need special protection")
        tier = Tier(min(tier + 1, Tier.RESTRICTED))
    is_large = people is Magnitude.FROM_10000
    if is_large:
        reasons.append("it is about 10,000 people or more")
    return Sensitivity(tier, tuple(reasons), _is_notifiable(every), is_large)


def _floors(held: Collection[Held]) -> Iterable[tuple[Tier, str]]:
    whole = {one.type.code for one in held if one.form in WHOLE}
    direct = {one.type.code for one in held if one.form in WHOLE and one.type.grade is Grade.DIRECT}
    sensitive = {one.type.code for one in held if one.type.tier >= Tier.SENSITIVE}
    if direct and sensitive and len(direct | sensitive) > 1:
        yield Tier.SENSITIVE, "a direct identifier stands beside sensitive information"
    if all(whole & group for group in _QUASI_KEY):
        # Where somebody is named anyway, saying so would tell nothing new.
        yield Tier.IDENTIFYING, "" if direct else "birth date, place and sex together can identify a person"
    # A digest or a token follows one person as the number itself does; a part of it does not.
    followed = {one.type.code for one in held if one.form is not Form.PARTIAL}
    if (whole & _MOVEMENT and followed & _PERSON) or all(whole & group for group in _PLATE_AND_PLACE):
        yield Tier.SENSITIVE, "it shows where one person is or will be"


def _is_notifiable(held: Iterable[Held]) -> bool:
    """What is cut, hashed or replaced by a token is no "private information": nobody can use it without more."""
    whole = {one.type.code: one.type.breach for one in held if one.form in WHOLE}
    opened = {code for code, breach in whole.items() if breach is BreachFlag.IN_COMBINATION} - {"CREDENTIAL"}
    return BreachFlag.YES in whole.values() or ("CREDENTIAL" in whole and bool(opened))
