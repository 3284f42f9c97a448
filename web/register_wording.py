"""How keeping the register reads on a page: what each field is called, and how an enum's members are offered."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import groupby
from typing import Any
from typing import Protocol as Shape

from flask import url_for

from catalog.model.holdings import Agency
from catalog.model.identifiers import IdentifierType
from catalog.model.measures import MEASURE_TEXT
from catalog.model.parties import PARTY_TEXT, Party
from catalog.model.register import METHOD_TEXT, PROTOCOL_TEXT, RETENTION_TEXT, VOLUMES, Protocol, ProtocolType
from catalog.model.requests import REQUEST_KIND_TEXT, REQUEST_TEXT, RequestState
from catalog.model.revisions import RECORD_TEXT, RecordKind

#: What a field is called where its page says what is wrong with it; others are called after their names.
FIELD_TEXT: dict[str, str] = {
    "activity": "Covered by",
    "citation": "Where it is written",
    "cpo_notified_on": "The Chief Privacy Officer was told on",
    "cpo_signed_on": "Signed on, by the Chief Privacy Officer",
    "dataset": "Datasets",
    "dpv": "Concept of the Data Privacy Vocabulary",
    "document": "Where its text is filed",
    "done_on": "Day it was done",
    "duty": "What was done",
    "effective_on": "Takes effect on",
    "employees": "Categories of employees",
    "ended_on": "Ended on",
    "expires_on": "Expires on",
    "issuer": "Issued by",
    "kind": "Kind",
    "mirror": "The disclosure it is the other side of",
    "move": "Move what stands on the earlier one to this one",
    "on": "Day it was taken",
    "other_signed_on": "Signed on, for the other agency",
    "own_signed_on": "Signed on, for the agency",
    "programme": "Program",
    "protocol": "Protocols",
    "reason": "Why it is changed",
    "second_reviewer": "Whose further approval is needed",
    "party": "From or to whom",
    "received_on": "Received on",
    "review_due_on": "Review due on",
    "started_on": "Since",
    "subjects": "Whom it is about",
    "to": "Which step was taken",
    "type": "Identifier types",
}

#: The parts of the register, whose pages show the ways between them; and these ways, with who has them.
REGISTER_PARTS = (
    "register_hub",
    "flows",
    "activity_forms",
    "approvals",
    "guide",
    "paper_approvals",
    "policy_rules",
    "reconciliation",
    "memberships",
    "interchange",
    "requests",
    "events",
    "exigent",
    "violations",
    "quarterly",
    "declared",
    "systems",
    "flow_templates",
    "purposes",
    "parties",
    "contracts",
    "measures",
    "history",
)
REGISTER_LINKS = (
    ("register_hub.index", "Overview", "read_flows"),
    ("flows.index", "Collections and disclosures", "read_flows"),
    ("approvals.index", "Approvals", "read_flows"),
    ("reconciliation.index", "Paper against data", "read_evidence"),
    ("requests.index", "Requests", "read_flows"),
    ("events.index", "Events", "read_events"),
    ("declared.index", "Systems nobody can scan", "read_flows"),
)


def options(words: Mapping[StrEnum, str]) -> list[tuple[str, str]]:
    """The members of an enum as pairs of value and words, to choose from."""
    return [(one.value, text) for one, text in words.items()]


class _Titled(Shape):
    """What has a number and a title."""

    @property
    def id(self) -> int: ...

    @property
    def title(self) -> str: ...


def titled(found: Iterable[_Titled]) -> list[tuple[str, str]]:
    """Numbered things by their titles, to choose from."""
    return [(str(one.id), one.title) for one in found]


def agencies(found: Iterable[Agency]) -> list[tuple[str, str]]:
    """Agencies, to choose from."""
    return [(one.id, one.name) for one in found]


def party_kind(one: Party) -> str:
    """What a party is to the city, and whether it is a third party (§23-1201)."""
    return PARTY_TEXT[one.kind] + (", third party" if one.is_third_party else "")


def parties(found: Iterable[Party]) -> list[tuple[str, str]]:
    """Parties with their kinds, to choose from."""
    return [(str(one.id), f"{one.name} ({party_kind(one)})") for one in found]


def protocols(found: Iterable[Protocol]) -> list[tuple[str, str]]:
    """Protocols with their types, to choose from."""
    return [(str(one.id), f"{one.title} ({PROTOCOL_TEXT[one.type]}, {one.issuer})") for one in found]


def riders(found: Iterable[Protocol]) -> list[tuple[str, str]]:
    """Those that may be attached to a contract, to choose from."""
    return titled(one for one in found if one.type is ProtocolType.CONTRACT_RIDER)


def by_group(kinds: Iterable[IdentifierType]) -> list[tuple[str, list[IdentifierType]]]:
    """Types in the groups of the agency report (§23-1205(a)(1)(a))."""
    ordered = sorted(kinds, key=lambda kind: (kind.report_group, kind.label))
    return [(group, list(some)) for group, some in groupby(ordered, lambda kind: kind.report_group)]


#: What moves a request on.
REQUEST_MOVE_TEXT: dict[RequestState, str] = {
    RequestState.WITH_OFFICER: "Pass it to the privacy officer",
    RequestState.APPROVED: "Approve it",
    RequestState.DENIED: "Deny it",
    RequestState.WITHDRAWN: "It was withdrawn",
    RequestState.RECEIVED: "It was received again",
}
#: The page of a record, by its kind, as an endpoint and the name of its number there; of some it is their list.
_PAGES: dict[RecordKind, tuple[str, str]] = {
    RecordKind.ACTIVITY: ("flows.show", "activity_id"),
    RecordKind.PROTOCOL: ("protocols.show", "protocol_id"),
    RecordKind.TEMPLATE: ("flow_templates.show", "template_id"),
    RecordKind.REQUEST: ("requests.show", "request_id"),
    RecordKind.EXIGENT_EVENT: ("exigent.show", "event_id"),
    RecordKind.VIOLATION: ("violations.show", "violation_id"),
    RecordKind.POLICY_RULE: ("policy_rules.show", "rule_id"),
    RecordKind.PROGRAMME: ("programmes.index", ""),
    RecordKind.PARTY: ("parties.index", ""),
    RecordKind.PURPOSE: ("purposes.index", ""),
    RecordKind.DECLARED_SYSTEM: ("declared.index", ""),
    RecordKind.MEASURE: ("measures.index", ""),
}


def record_address(kind: RecordKind, record_id: int) -> str:
    """Where a record is shown; empty where not everybody who sees its history sees such a page."""
    if kind not in _PAGES:
        return ""
    endpoint, name = _PAGES[kind]
    values: dict[str, Any] = {name: record_id} if name else {}  # Flask's own keywords are of other types
    return url_for(endpoint, **values)


FILTERS = {
    function.__name__: function
    for function in (options, titled, agencies, party_kind, parties, protocols, riders, by_group)
}
WORDS = {
    "REGISTER_PARTS": REGISTER_PARTS,
    "REGISTER_LINKS": REGISTER_LINKS,
    "FIELD_TEXT": FIELD_TEXT,
    "METHODS_TEXT": METHOD_TEXT,
    "RETENTION_TEXT": RETENTION_TEXT,
    "VOLUMES": VOLUMES,
    "REQUEST_KIND_TEXT": REQUEST_KIND_TEXT,
    "REQUEST_TEXT": REQUEST_TEXT,
    "RECORD_TEXT": RECORD_TEXT,
    "MEASURE_TEXT": MEASURE_TEXT,
    "REQUEST_MOVE_TEXT": REQUEST_MOVE_TEXT,
}
