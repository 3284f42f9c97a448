"""Lists of the law's records to export: flows, protocols, gaps, declared-only systems, events."""

from collections.abc import Iterable, Mapping

from catalog.model.agreements import UNSCANNABLE_TEXT
from catalog.model.events import EXIGENT_TEXT, VIOLATION_TEXT
from catalog.model.law_views import (
    DeclaredLine,
    EventsPage,
    FlowLine,
    GapLine,
    ProgrammeLine,
    ProtocolLine,
)
from catalog.model.parties import PARTY_TEXT
from catalog.model.reconciliation import FORCE_TEXT
from catalog.model.register import CLASSIFICATION_TEXT, GROUND_TEXT, PROTOCOL_TEXT
from web import law_wording
from web.exports import Cell, Listing

_FLOW = ("activity_id", "reference", "title", "verb", "agency", "from", "from_kind", "to", "to_kind", "types")
_FLOW_REST = ("purpose", "classification", "approval", "ground", "authorities", "agreements", "agreements_expire")
_FLOW_LAST = ("datasets", "program", "about", "frequency", "volume", "retention", "warnings", "undecided")
_PROTOCOL = ("protocol_id", "title", "class", "type", "issuer", "edition", "citation", "state", "effective_on")
_PROTOCOL_REST = ("review_due_on", "expires_on", "activities", "datasets", "types")
_GAP = ("dataset_id", "title", "name", "agency", "type", "type_label", "tier", "standing", "columns", "why")
_DECLARED = ("system", "agency", "why_not_scanned", "held_by", "contract", "contract_ends", "types", "about")
_EVENT = ("record", "agency", "title", "state", "verb", "party", "types", "people", "occurred_on", "cpo_told_on")


def flows(name: str, lines: Iterable[FlowLine], names: Mapping[int, str]) -> Listing:
    """Collections and disclosures, with the names of the datasets the visitor sees."""
    return Listing(name, _FLOW + _FLOW_REST + _FLOW_LAST, [_flow(line, names) for line in lines])


def _flow(line: FlowLine, names: Mapping[int, str]) -> tuple[Cell, ...]:
    view, activity = line.view, line.view.activity
    sender, receiver = line.sender, line.receiver
    ends = [paper.expires_on.isoformat() for paper in line.agreements if paper.expires_on]
    return (
        activity.id,
        activity.reference,
        activity.title,
        activity.verb.value,
        view.agency.acronym,
        sender.name,
        PARTY_TEXT[sender.kind] if sender.kind else None,
        receiver.name,
        PARTY_TEXT[receiver.kind] if receiver.kind else None,
        " ".join(kind.code for kind in view.types),
        activity.purpose,
        CLASSIFICATION_TEXT[activity.classification],
        law_wording.APPROVAL_TEXT[view.approval],
        GROUND_TEXT[activity.ground] if activity.ground else None,
        "; ".join(paper.title for paper in view.authorities),
        "; ".join(paper.title for paper in line.agreements),
        "; ".join(ends),
        "; ".join(names[key] for key in line.datasets if key in names),
        view.programme.code if view.programme else None,
        ", ".join(activity.subject_categories),
        activity.frequency,
        activity.volume,
        activity.retention,
        " ".join(law_wording.concern(one, activity.verb) for one in line.doubts),
        " ".join(law_wording.concern(one, activity.verb) for one in line.suspicions),
    )


def programmes(lines: Iterable[ProgrammeLine]) -> Listing:
    """Programs with how much of each the visitor sees."""
    headings = ("code", "title", "known_as", "lead_agency", "members", "flows", "datasets", "types", "with_warnings")
    return Listing(
        "programs",
        headings,
        [
            (
                line.programme.code,
                line.programme.title,
                "; ".join(line.programme.known_as),
                line.lead.acronym,
                line.members,
                line.flows,
                line.datasets,
                line.types,
                line.doubtful,
            )
            for line in lines
        ],
    )


def protocols(lines: Iterable[ProtocolLine]) -> Listing:
    """Protocols with how much stands under each."""
    return Listing("protocols", _PROTOCOL + _PROTOCOL_REST, [_protocol(line) for line in lines])


def _protocol(line: ProtocolLine) -> tuple[Cell, ...]:
    one = line.protocol
    return (
        one.id,
        one.title,
        one.type.protocol_class.value,
        PROTOCOL_TEXT[one.type],
        one.issuer,
        one.edition,
        one.citation,
        FORCE_TEXT[line.force],
        one.effective_on.isoformat(),
        one.review_due_on.isoformat() if one.review_due_on else None,
        one.expires_on.isoformat() if one.expires_on else None,
        line.activities,
        line.datasets,
        " ".join(kind.code for kind in line.types),
    )


def gaps(lines: Iterable[GapLine]) -> Listing:
    """One row per dataset and type held without an authority in force."""
    rows: list[tuple[Cell, ...]] = [
        (
            each.line.dataset.id,
            each.line.title,
            each.line.dataset.name,
            each.line.agency.acronym,
            gap.type.code,
            gap.type.label,
            gap.type.tier.label,
            gap.standing.value,
            gap.columns,
            "approval lapsed" if gap.lapsed else "no approval in force" if gap.declared else "not declared",
        )
        for each in lines
        for gap in each.gaps
    ]
    return Listing("gaps", _GAP, rows)


def declared(lines: Iterable[DeclaredLine]) -> Listing:
    """Systems that cannot be scanned, as people declared them."""
    rows: list[tuple[Cell, ...]] = [
        (
            line.system.name,
            line.agency.acronym,
            UNSCANNABLE_TEXT[line.system.unscannable],
            line.contractor.name if line.contractor else line.system.owner_unit,
            line.contract.number if line.contract else None,
            line.contract.ends_on.isoformat() if line.contract and line.contract.ends_on else None,
            " ".join(kind.code for kind in line.types),
            ", ".join(line.system.subject_categories),
            line.system.retention,
            line.system.declared_on.isoformat(),
        )
        for line in lines
    ]
    return Listing("declared-systems", (*_DECLARED, "retention", "declared_on"), rows)


def events(page: EventsPage) -> Listing:
    """Exigent events and violations in one list."""
    rows: list[tuple[Cell, ...]] = [
        (
            "exigent event",
            line.agency.acronym,
            line.event.title,
            EXIGENT_TEXT[line.event.state],
            line.event.verb.value,
            line.party.name if line.party else None,
            " ".join(kind.code for kind in line.types),
            line.event.people,
            line.event.occurred_on.isoformat(),
            line.event.cpo_notified_on.isoformat() if line.event.cpo_notified_on else None,
            line.event.explanation,
        )
        for line in page.exigent
    ]
    rows += [
        (
            "violation",
            line.agency.acronym,
            line.violation.title,
            VIOLATION_TEXT[line.violation.state],
            "disclosure",
            line.party.name if line.party else None,
            " ".join(kind.code for kind in line.types),
            line.violation.people,
            line.violation.occurred_on.isoformat(),
            line.violation.cpo_notified_on.isoformat() if line.violation.cpo_notified_on else None,
            line.violation.cause,
        )
        for line in page.violations
    ]
    return Listing("exigent-events-and-violations", (*_EVENT, "explanation"), rows)
