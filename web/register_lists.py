"""Lists of the register's records to export: parties, contracts, purposes, measures, templates, requests, histories."""

from collections.abc import Iterable, Mapping

from catalog.model.agreements import SERVICE_TEXT, Contract
from catalog.model.measures import MEASURE_TEXT
from catalog.model.parties import PARTY_TEXT
from catalog.model.register import VERB_TEXT
from catalog.model.register_views import MirrorProposal, PartyForm, PurposeLine, TemplateLine
from catalog.model.request_views import RequestLine
from catalog.model.requests import REQUEST_KIND_TEXT, REQUEST_TEXT
from catalog.model.revisions import HistoryPage
from catalog.services.measures import MeasureLine
from web.exports import Cell, Listing

_REQUEST = ("request_id", "agency", "kind", "title", "party", "party_kind", "third_party", "types", "received_on")
_REQUEST_REST = ("state", "days_to_officer", "days_open", "decided_on", "decision", "activity_id")


def parties(lines: Iterable[PartyForm]) -> Listing:
    """Parties with what they are to the city."""
    headings = ("party_id", "name", "kind", "third_party", "agency", "flows")
    parties = [(line.party, len(line.activities)) for line in lines]
    rows = [(one.id, one.name, PARTY_TEXT[one.kind], one.is_third_party, one.agency_id, n) for one, n in parties]
    return Listing("parties", headings, rows)


def contracts(found: Iterable[Contract], names: Mapping[int, str]) -> Listing:
    """Contracts with the names of their contractors."""
    headings = ("contract_id", "agency", "number", "title", "contractor", "service", "begins_on", "ends_on")
    rows: list[tuple[Cell, ...]] = [
        (
            one.id,
            one.agency_id,
            one.number,
            one.title,
            names.get(one.party_id),
            SERVICE_TEXT[one.service_class],
            one.starts_on.isoformat(),
            one.ends_on.isoformat() if one.ends_on else None,
        )
        for one in found
    ]
    return Listing("contracts", headings, rows)


def purposes(lines: Iterable[PurposeLine]) -> Listing:
    """The library of purposes, with how often each is used."""
    headings = ("purpose_id", "title", "purpose", "agency", "vocabulary", "used_by")
    rows: list[tuple[Cell, ...]] = [
        (
            line.purpose.id,
            line.purpose.title,
            line.purpose.text,
            line.agency.acronym if line.agency else None,
            line.purpose.dpv,
            line.used_by,
        )
        for line in lines
    ]
    return Listing("purposes", headings, rows)


def measures(lines: Iterable[MeasureLine]) -> Listing:
    """What agencies considered or did to collect, keep or disclose less."""
    headings = ("measure_id", "agency", "title", "what", "state", "decided_on", "before", "after", "activity_id")
    rows: list[tuple[Cell, ...]] = [
        (
            line.measure.id,
            line.agency.acronym,
            line.measure.title,
            line.measure.text,
            MEASURE_TEXT[line.measure.state],
            line.measure.decided_on.isoformat() if line.measure.decided_on else None,
            line.measure.before,
            line.measure.after,
            line.measure.activity_id,
        )
        for line in lines
    ]
    return Listing("measures-to-keep-less", headings, rows)


def templates(lines: Iterable[TemplateLine]) -> Listing:
    """Templates, with how many flows were made from each."""
    headings = ("code", "title", "version", "verb", "kept_by", "party", "program", "flows", "flows_behind")
    rows: list[tuple[Cell, ...]] = [
        (
            line.template.code,
            line.template.title,
            line.template.version,
            line.template.verb.value,
            line.agency.acronym if line.agency else None,
            line.party.name if line.party else None,
            line.programme.code if line.programme else None,
            line.flows,
            line.behind,
        )
        for line in lines
    ]
    return Listing("templates", headings, rows)


def mirrors(found: Iterable[MirrorProposal]) -> Listing:
    """Disclosures to an agency that no collection of its is the other side of."""
    headings = ("disclosure_id", "reference", "title", "verb", "from", "to", "types", "purpose")
    rows: list[tuple[Cell, ...]] = [
        (
            one.disclosure.activity.id,
            one.disclosure.activity.reference,
            one.disclosure.activity.title,
            VERB_TEXT[one.disclosure.activity.verb],
            one.disclosure.agency.acronym,
            one.to.acronym,
            " ".join(kind.code for kind in one.types),
            one.disclosure.activity.purpose,
        )
        for one in found
    ]
    return Listing("disclosures-not-recorded-here", headings, rows)


def requests(lines: Iterable[RequestLine]) -> Listing:
    """Requests and proposals with their clocks."""
    rows: list[tuple[Cell, ...]] = [
        (
            line.request.id,
            line.agency.acronym,
            REQUEST_KIND_TEXT[line.request.kind],
            line.request.title,
            line.party.name,
            PARTY_TEXT[line.party.kind],
            line.party.is_third_party,
            " ".join(kind.code for kind in line.types),
            line.request.received_on.isoformat(),
            REQUEST_TEXT[line.request.state],
            line.days_to_officer,
            line.days_open,
            line.request.decided_on.isoformat() if line.request.decided_on else None,
            line.request.decision,
            line.request.activity_id,
        )
        for line in lines
    ]
    return Listing("requests-and-proposals", _REQUEST + _REQUEST_REST, rows)


def history(page: HistoryPage) -> Listing:
    """What each change of a record did, field by field."""
    headings = ("revision", "at", "by", "reason", "field", "before", "after")
    rows: list[tuple[Cell, ...]] = [
        (
            line.revision.number,
            line.revision.at.isoformat(),
            line.revision.person,
            line.revision.reason,
            change.name,
            change.before,
            change.after,
        )
        for line in page.revisions
        for change in line.changes
    ]
    return Listing(f"history-of-{page.kind.value}-{page.record_id}", headings, rows)
