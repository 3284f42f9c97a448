"""What our records say, under plain names, for mappings of other conventions to choose from."""

import re
from collections.abc import Mapping
from typing import Any

from catalog.model.conventions import Facts
from catalog.model.identifiers import IdentifierType
from catalog.model.parties import PARTY_TEXT, Party, PartyKind
from catalog.model.published import PublishedDataset
from catalog.model.purposes import Purpose
from catalog.model.register import CLASSIFICATION_TEXT, GROUND_TEXT, RETENTION_TEXT, VERB_TEXT, Verb
from catalog.model.views import ActivityView

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NEAR = "~"
_CONCEPT = re.compile(r"(?:(?:dpv|sector-publicservices):)?[A-Z][A-Za-z]*")
_GOVERNMENTAL = frozenset(
    {
        PartyKind.CITY_AGENCY,
        PartyKind.DEPARTMENT_OF_EDUCATION,
        PartyKind.LOCAL_AUTHORITY,
        PartyKind.STATE_AGENCY,
        PartyKind.FEDERAL_AGENCY,
        PartyKind.OTHER_LOCAL_GOVERNMENT,
        PartyKind.COURT,
        PartyKind.LAW_ENFORCEMENT_NONLOCAL,
    }
)


def of_dataset(dataset: PublishedDataset) -> Facts:
    """What is published of a dataset, and nothing else; of what only exists, that it does."""
    content = dataset.content
    types = content.types if content else ()
    subjects = content.subjects if content else ()
    programmes = content.programmes if content else ()
    authorities = content.authorities if content else ()
    email = _EMAIL.search(dataset.contact) or _EMAIL.search(dataset.agency.contact)
    return {
        "address": dataset.address,
        "title": dataset.title,
        "text": dataset.text,
        "agency": dataset.agency.name,
        "agency_id": dataset.agency.id,
        "told": dataset.disclosure.value,
        "contacts": [{"name": dataset.agency.name, "email": email[0]}] if email else [],
        "keywords": sorted({*subjects, *(one.title for one in programmes), *(kind.label for kind in types)}),
        "types": [{"code": kind.code, "label": kind.label, "notations": [kind.code]} for kind in types],
        "authorities": [", ".join(filter(None, (one.title, one.citation))) for one in authorities],
        "retention": content.retention if content else "",
        "subjects": list(subjects),
    }


def of_activity(view: ActivityView, purpose: Purpose | None, officers: tuple[str, ...]) -> Facts:
    """What the register says of an activity, its datasets' names not among it."""
    activity, party = view.activity, view.party
    discloses = activity.verb is Verb.DISCLOSURE
    return {
        "id": activity.id,
        "title": activity.title,
        "reference": activity.reference,
        "agency": view.agency.name,
        "agency_id": view.agency.id,
        "agency_contact": view.agency.contact,
        "controllers": [{"id": view.agency.id, "name": view.agency.name, "contact": view.agency.contact}],
        "officers": list(officers),
        "verb": activity.verb.value,
        "verb_text": VERB_TEXT[activity.verb],
        "classification_text": CLASSIFICATION_TEXT[activity.classification],
        "purpose": activity.purpose,
        "purposes": [{"classes": _purpose_classes(purpose), "text": activity.purpose}],
        "ground": activity.ground.value if activity.ground else "",
        "ground_text": GROUND_TEXT[activity.ground] if activity.ground else "",
        "subjects": list(activity.subject_categories),
        "subject_records": [{"name": name} for name in activity.subject_categories],
        "types": [_type(kind) for kind in view.types],
        "type_labels": [kind.label for kind in view.types],
        "recipients": [_party(party)] if party and discloses else [],
        "origins": [_party(party)] if party and not discloses else [],
        "retention": activity.retention,
        "retention_basis_text": RETENTION_TEXT[activity.retention_basis] if activity.retention_basis else "",
        "keeping": [{"text": activity.retention}] if activity.retention else [],
        "authorities": [paper.title for paper in view.authorities],
        "handling": [paper.title for paper in view.handling],
        "measures": [{"name": paper.title} for paper in view.handling],
    }


def _type(kind: IdentifierType) -> Mapping[str, Any]:
    """A type; what the Data Privacy Vocabulary has only something near to is told apart from what it has."""
    exact = [concept for concept in kind.dpv if not concept.startswith(_NEAR)]
    near = [concept.removeprefix(_NEAR) for concept in kind.dpv if concept.startswith(_NEAR)]
    classes = exact or ["dpv:PersonalData"]
    return {"code": kind.code, "label": kind.label, "classes": classes, "near": [{"id": concept} for concept in near]}


def _party(party: Party) -> Mapping[str, Any]:
    governmental = ["dpv:GovernmentalOrganisation"] if party.kind in _GOVERNMENTAL else []
    third = ["dpv:ThirdParty"] if party.is_third_party else []
    return {
        "name": party.name,
        "kind_text": PARTY_TEXT[party.kind],
        "classes": ["dpv:Recipient", *third, *governmental],
    }


def _purpose_classes(purpose: Purpose | None) -> list[str]:
    """The concept people gave it, where it looks like one of the vocabulary; else that it is a purpose."""
    concept = purpose.dpv if purpose else ""
    if not _CONCEPT.fullmatch(concept):
        return ["dpv:Purpose"]
    return [concept if ":" in concept else f"dpv:{concept}"]
