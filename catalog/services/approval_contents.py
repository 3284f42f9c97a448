"""What an approval is over, in the one form that signatures are put under, and in words."""

import hashlib
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from catalog.model.designations import EXCEPTION_TEXT, HOLDING, AgreementException, Designation
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import PARTY_TEXT, Party, PartyKind
from catalog.model.register import (
    CLASSIFICATION_TEXT,
    GROUND_TEXT,
    METHOD_TEXT,
    RETENTION_TEXT,
    Activity,
    ActivityType,
    Classification,
    CollectionMethod,
    Ground,
    RetentionBasis,
    Verb,
)
from catalog.model.revisions import FieldChange
from catalog.services import contents
from catalog.services.contents import Content
from catalog.store import law
from catalog.store.engine import Connection

#: What of an activity is not approved: its number, and where its words were taken from. Datasets are not either: the
#: law's unit is the activity, and they are its agency's alone.
_NOT_APPROVED = frozenset({"purpose_id", "template_id", "withdrawn_on"})
_VERBS = {Verb.COLLECTION: "Collection", Verb.DISCLOSURE: "Disclosure"}
_LABELS: Mapping[str, str] = {
    "agency_id": "Agency",
    "verb": "Collection or disclosure",
    "reference": "Number",
    "title": "Title",
    "purpose": "Purpose",
    "classification": "How it may take place",
    "ground": "Ground",
    "types": "Types of information",
    "subject_categories": "About whom",
    "party_id": "From or to",
    "party_kind": "What that party is",
    "mirror_of_id": "Other side of the disclosure",
    "programme_id": "Program",
    "unit": "Unit",
    "divisions": "Divisions",
    "employees": "Employees",
    "method": "How it comes in",
    "frequency": "How often",
    "volume": "About how many people",
    "retention": "How long it is kept",
    "retention_basis": "Why it is kept",
    "started_on": "Began on",
    "ended_on": "Ended on",
    "expires_on": "Approved until",
    "single_use": "For one use",
    "agreement_exception": "Why no agreement is needed",
    "exception_reason": "The reason for that",
}
_WORDS: Mapping[str, tuple[type[StrEnum], Mapping[Any, str]]] = {
    "verb": (Verb, _VERBS),
    "classification": (Classification, CLASSIFICATION_TEXT),
    "ground": (Ground, GROUND_TEXT),
    "party_kind": (PartyKind, PARTY_TEXT),
    "method": (CollectionMethod, METHOD_TEXT),
    "retention_basis": (RetentionBasis, RETENTION_TEXT),
    "agreement_exception": (AgreementException, EXCEPTION_TEXT),
}


def content(connection: Connection, designation: Designation, activity: Activity) -> Content:
    """What would be approved as the record stands: the activity with its party and types, and the approval's terms.

    Class and ground are the approval's own until it is given; from then on the record has them, and may not leave them.
    """
    told = contents.content_of(connection, activity)
    party = law.one(connection, Party, activity.party_id) if activity.party_id else None
    types = sorted(link.type_code for link in law.where(connection, ActivityType, activity_id=activity.id))
    classed = activity if designation.state in HOLDING else designation
    terms = {
        "classification": classed.classification.value,
        "ground": classed.ground.value if classed.ground else None,
        "expires_on": designation.expires_on.isoformat() if designation.expires_on else None,
        "single_use": designation.single_use,
        "agreement_exception": designation.agreement_exception.value if designation.agreement_exception else None,
        "exception_reason": designation.exception_reason,
    }
    other = {"party_kind": party.kind.value, "party_agency": party.agency_id} if party else {}
    kept = {name: value for name, value in told.items() if name not in _NOT_APPROVED}
    return kept | other | {"types": types} | terms


def flow_of(activity: Activity) -> str:
    """The verb, source, recipient and purpose of an activity as one word; see :class:`Designation`.

    One that does not say its purpose or its party shares its place with no other.
    """
    purpose = " ".join(activity.purpose.casefold().split())
    own = 0 if purpose and activity.party_id else activity.id
    parts = [activity.verb.value, activity.agency_id, activity.party_id, purpose, own]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def in_words(said: Content, types: Mapping[str, IdentifierType]) -> tuple[tuple[str, str], ...]:
    """What a content says, as (label, words); what it does not say is left out."""
    told = ((label, _words(name, said.get(name), types)) for name, label in _LABELS.items())
    return tuple((label, words) for label, words in told if words)


def changes(before: Content, after: Content, types: Mapping[str, IdentifierType]) -> tuple[FieldChange, ...]:
    """What differs between two contents, field by field."""
    return tuple(
        FieldChange(label, _words(name, before.get(name), types), _words(name, after.get(name), types))
        for name, label in _LABELS.items()
        if contents.digest({name: before.get(name)}) != contents.digest({name: after.get(name)})
    )


def labels_changed(before: Content, after: Content) -> tuple[str, ...]:
    """What the fields are called that differ between two contents."""
    return tuple(change.name for change in changes(before, after, {}))


def read(designation: Designation) -> Content:
    """What was approved; empty for approvals of releases that kept its hash alone."""
    said: Content = json.loads(designation.content) if designation.content else {}
    return said


def _words(name: str, value: Any, types: Mapping[str, IdentifierType]) -> str:
    if name in _WORDS and value:
        kind, words = _WORDS[name]
        return words[kind(value)]
    if name == "types":
        return "; ".join(types[code].label if code in types else code for code in value or ())
    return _SHAPES.get(type(value), str)(value)


_SHAPES: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "Yes" if value else "",
    list: "; ".join,
    dict: lambda value: str(value["name"]),
}
