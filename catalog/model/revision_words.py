"""What the fields of the register's records are called where people read what changed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from catalog.model.actors import ROLE_TITLES
from catalog.model.agreements import ONWARD_TEXT, SERVICE_TEXT, UNSCANNABLE_TEXT
from catalog.model.events import EXIGENT_TEXT, NOTICE_EXEMPTION_TEXT, VIOLATION_TEXT
from catalog.model.measures import MEASURE_TEXT
from catalog.model.parties import PARTY_TEXT
from catalog.model.policy_rules import RULE_TEXT
from catalog.model.register import (
    CLASSIFICATION_TEXT,
    GROUND_TEXT,
    METHOD_TEXT,
    PROTOCOL_TEXT,
    RETENTION_TEXT,
    VERB_TEXT,
)
from catalog.model.requests import REQUEST_KIND_TEXT, REQUEST_TEXT
from catalog.model.revisions import RecordKind

E = TypeVar("E", bound=StrEnum)

#: By the field's name, in the order in which they are read.
LABELS: Mapping[str, str] = {
    "code": "Code",
    "reference": "Number",
    "number": "Number",
    "title": "Title",
    "name": "Name",
    "verb": "Collection or disclosure",
    "purpose": "Purpose",
    "text": "Words",
    "description": "Description",
    "known_as": "Also known as",
    "type": "Type of protocol",
    "classification": "How it may take place",
    "ground": "Ground",
    "types": "Types of information",
    "type_codes": "Types of information",
    "subject_categories": "About whom",
    "party_id": "Party",
    "kind": "Kind",
    "agency_id": "Agency",
    "lead_agency_id": "Leads it",
    "issuer": "Issued by",
    "issuer_agency_id": "Agency that issued it",
    "mirror_of_id": "Other side of the disclosure",
    "datasets": "Datasets",
    "activities": "Collections and disclosures",
    "protocols": "Protocols",
    "programme_id": "Program",
    "members": "Who takes part",
    "parties": "Whom it binds",
    "unit": "Unit",
    "owner_unit": "Unit",
    "divisions": "Divisions",
    "employees": "Employees",
    "method": "How it comes in",
    "frequency": "How often",
    "volume": "About how many people",
    "retention": "How long it is kept",
    "retention_basis": "Why it is kept",
    "purpose_id": "Purpose taken from",
    "template_id": "Made from",
    "unscannable": "Why it cannot be scanned",
    "contract_id": "Contract",
    "service_class": "What the contract is for",
    "rider_id": "Rider",
    "edition": "Edition",
    "citation": "Citation",
    "document": "Where it is filed",
    "supersedes_id": "Takes the place of",
    "permitted_uses": "Permitted uses",
    "onward_disclosure": "Handing it on",
    "security": "Security",
    "destruction": "Destruction",
    "effective_on": "In effect from",
    "review_due_on": "Review due on",
    "expires_on": "Ends on",
    "starts_on": "Begins on",
    "ends_on": "Ends on",
    "started_on": "Began on",
    "ended_on": "Ended on",
    "declared_on": "Declared on",
    "withdrawn_on": "Withdrawn on",
    "dpv": "Concept in the Data Privacy Vocabulary",
    "version": "Version",
    "explanation": "Explanation",
    "category": "Kind of reason",
    "cause": "Cause",
    "remedy": "What was done about it",
    "people": "How many people",
    "breach": "Breach of private information",
    "state": "State",
    "occurred_on": "Happened on",
    "reported_on": "Reported on",
    "cpo_notified_on": "CPO told on",
    "individuals_notified_on": "Individuals told on",
    "notice_reason": "Why the individuals are not told",
    "breach_told_on": "Offices of the city told on",
    "many_residents": "5,000 residents or more",
    "bureaus_told_on": "Consumer reporting agencies told on",
    "no_harm_on": "Found to do no harm on",
    "no_harm_reason": "Why it does no harm",
    "exemption": "Why the CPO need not be told",
    "reviewed_on": "Reviewed on",
    "review": "What the CPO found",
    "violation_id": "Found to be a violation",
    "activity_id": "Collection or disclosure",
    "reason": "Reason",
    "received_on": "Received on",
    "passed_on": "With the officer since",
    "decided_on": "Decided on",
    "decision": "Decision",
    "before": "What it was before",
    "after": "What it is since",
    "party_kinds": "Kinds of party",
    "second_reviewer": "Second reviewer",
    "from_on": "From",
    "to_on": "Until",
}


def _plain(texts: Mapping[E, str]) -> Mapping[str, str]:
    return {one.value: words for one, words in texts.items()}


_EVERYWHERE: Mapping[str, Mapping[str, str]] = {
    "verb": _plain(VERB_TEXT),
    "classification": _plain(CLASSIFICATION_TEXT),
    "ground": _plain(GROUND_TEXT),
    "method": _plain(METHOD_TEXT),
    "retention_basis": _plain(RETENTION_TEXT),
    "type": _plain(PROTOCOL_TEXT),
    "unscannable": _plain(UNSCANNABLE_TEXT),
    "service_class": _plain(SERVICE_TEXT),
    "onward_disclosure": _plain(ONWARD_TEXT),
    "party_kinds": _plain(PARTY_TEXT),
    "exemption": _plain(NOTICE_EXEMPTION_TEXT),
    "second_reviewer": _plain(ROLE_TITLES),
}
_OF_KIND: Mapping[tuple[RecordKind, str], Mapping[str, str]] = {
    (RecordKind.PARTY, "kind"): _plain(PARTY_TEXT),
    (RecordKind.REQUEST, "kind"): _plain(REQUEST_KIND_TEXT),
    (RecordKind.POLICY_RULE, "kind"): _plain(RULE_TEXT),
    (RecordKind.REQUEST, "state"): _plain(REQUEST_TEXT),
    (RecordKind.EXIGENT_EVENT, "state"): _plain(EXIGENT_TEXT),
    (RecordKind.VIOLATION, "state"): _plain(VIOLATION_TEXT),
    (RecordKind.MEASURE, "state"): _plain(MEASURE_TEXT),
}


def words(kind: RecordKind, name: str) -> Mapping[str, str]:
    """The words for what stands in a field of records of a kind, where it is one of ours."""
    return _OF_KIND.get((kind, name), _EVERYWHERE.get(name, {}))
