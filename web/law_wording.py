"""How the law's records read on a page: states, warnings and the sections of law they rest on."""

from collections.abc import Iterable

from catalog.model.agreements import ONWARD_TEXT, SERVICE_TEXT, UNSCANNABLE_TEXT
from catalog.model.cycle_words import CYCLE_TEXT
from catalog.model.designations import DESIGNATION_TEXT
from catalog.model.events import EXIGENT_TEXT, VIOLATION_TEXT
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import PARTY_TEXT
from catalog.model.reconciliation import DOUBT_TEXT, FORCE_TEXT, Approval, Concern, Doubt, Presence
from catalog.model.register import CLASSIFICATION_TEXT, GROUND_TEXT, PROTOCOL_TEXT, VERB_TEXT, ProtocolClass, Verb

APPROVAL_TEXT: dict[Approval, str] = {
    Approval.IN_FORCE: "In force",
    Approval.LAPSED: "Lapsed",
    Approval.NONE: "None in force",
    Approval.NOT_NEEDED: "Not needed",
}
PRESENCE_TEXT: dict[Presence, str] = {
    Presence.CONFIRMED: "Found, confirmed",
    Presence.SUGGESTED: "Found, suggested",
    Presence.NOT_FOUND: "Not found",
    Presence.MAY_BE_MISSED: "Not found; scans may miss it",
    Presence.NOT_LOOKED_EVERYWHERE: "Not looked at everywhere",
}
CLASS_TEXT: dict[ProtocolClass, str] = {
    ProtocolClass.AUTHORITY: "Authority",
    ProtocolClass.HANDLING: "Handling rule",
}

_LISTED = 12


def concern(one: Concern, verb: Verb) -> str:
    """What does not add up, as one plain sentence or two."""
    kinds, others = _listed(one.types), _listed(one.others)
    other = one.agency.name if one.agency else "the other agency"
    if one.doubt is Doubt.TYPES_DIFFER:
        parts = [f"only here: {kinds}"] if kinds else []
        parts += [f"only there: {others}"] if others else []
        return f"{other} records other types for its side of this flow; {'; '.join(parts)}."
    if one.doubt is Doubt.NOT_MIRRORED:
        missing = "collection" if verb is Verb.DISCLOSURE else "disclosure"
        where = "goes to" if verb is Verb.DISCLOSURE else "comes from"
        return f"This {where} {other}, which records no {missing} that would be the other side of it."
    if one.doubt is Doubt.LAPSED:
        ended = f" ended on {one.on:%b} {one.on.day}, {one.on.year}" if one.on else " has ended"
        return f"The approval{ended}. Nothing in force permits this {verb.value}."
    return {
        Doubt.NO_APPROVAL: f"No approval in force is recorded for this {verb.value}.",
        Doubt.NO_AGREEMENT: f"It goes to a third party and {_why_agreement(one)} an agreement on what the information "
        "may be used for. None in force is recorded.",
        Doubt.UNDECLARED: f"Confirmed in its datasets, but declared by no activity on them: {kinds}.",
        Doubt.SUSPECTED: f"Suggested by scans of its datasets, but declared by no activity on them: {kinds}.",
        Doubt.NOT_FOUND: f"Declared, but found in none of its datasets, all of which were scanned: {kinds}.",
        Doubt.MAY_BE_MISSED: f"Declared, and not found in its datasets; scans are not known to find these: {kinds}.",
        Doubt.NOT_LOOKED: f"Declared, and not found so far. Not everything it works with was looked at: {kinds}.",
    }[one.doubt]


def _why_agreement(one: Concern) -> str:
    rules = "; ".join(one.citations)
    return f"is routine, but the policies ({rules}) ask for" if rules else "is not routine, so it needs"


def section(one: Concern, verb: Verb) -> str:
    """The section of the law behind a warning."""
    part = "b" if verb is Verb.COLLECTION else "c"
    return {
        Doubt.LAPSED: f"§23-1202({part})(1)",
        Doubt.NO_APPROVAL: f"§23-1202({part})(1)",
        Doubt.NO_AGREEMENT: "§23-1203(4)" if one.citations else "§23-1203(3)",
        Doubt.NOT_MIRRORED: "§23-1205(a)(1)(b)",
        Doubt.TYPES_DIFFER: "§23-1205(a)(1)(a)",
    }.get(one.doubt, "§23-1205(a)(1)(a)")


def some(kinds: Iterable[IdentifierType], most: int = 4) -> str:
    """The first labels, and how many more there are."""
    labels = [kind.label for kind in kinds]
    rest = f" and {len(labels) - most} more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + rest


def _listed(kinds: tuple[IdentifierType, ...]) -> str:
    return some(kinds, _LISTED)


FILTERS = {function.__name__: function for function in (concern, section, some)}
WORDS = {
    "VERB_TEXT": VERB_TEXT,
    "APPROVAL_TEXT": APPROVAL_TEXT,
    "PRESENCE_TEXT": PRESENCE_TEXT,
    "CLASS_TEXT": CLASS_TEXT,
    "UNSCANNABLE_TEXT": UNSCANNABLE_TEXT,
    "ONWARD_TEXT": ONWARD_TEXT,
    "SERVICE_TEXT": SERVICE_TEXT,
    "EXIGENT_TEXT": EXIGENT_TEXT,
    "VIOLATION_TEXT": VIOLATION_TEXT,
    "CYCLE_TEXT": CYCLE_TEXT,
    "DESIGNATION_TEXT": DESIGNATION_TEXT,
    "PARTY_TEXT": PARTY_TEXT,
    "PROTOCOL_TEXT": PROTOCOL_TEXT,
    "DOUBT_TEXT": DOUBT_TEXT,
    "FORCE_TEXT": FORCE_TEXT,
    "CLASSIFICATION_TEXT": CLASSIFICATION_TEXT,
    "GROUND_TEXT": GROUND_TEXT,
}
