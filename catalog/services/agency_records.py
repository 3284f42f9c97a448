"""What the law's records say of one agency: the parts of its page, each cut to what the actor may see."""

from catalog.model.actors import Actor
from catalog.model.agreements import Contract
from catalog.model.cycles import Cycle, CycleType
from catalog.model.decisions import Standing
from catalog.model.identifiers import IdentifierType
from catalog.model.law_views import ContractLine, DeclaredLine, ReportView
from catalog.model.programmes import Programme
from catalog.model.register import Activity, Verb
from catalog.model.since_report import since_report
from catalog.model.views import AgencyRow
from catalog.services import access, reconciliation
from catalog.services import flows as all_flows
from catalog.services.access import Action
from catalog.services.records import Records
from catalog.store import law
from catalog.store.engine import Connection


def own(known: Records, agency_id: str) -> list[int]:
    """Its own collections and disclosures."""
    return [key for key, activity in known.activities.items() if activity.agency_id == agency_id]


def reaching(known: Records, agency_id: str) -> list[int]:
    """What other agencies disclose to it."""

    def reaches(activity: Activity) -> bool:
        to = reconciliation.partner(known, activity)
        return activity.verb is Verb.DISCLOSURE and to is not None and to.id == agency_id

    return [key for key, activity in known.activities.items() if reaches(activity)]


def programmes(known: Records, agency_id: str) -> tuple[Programme, ...]:
    """The programmes it leads, is a member of or has a flow in."""

    def takes_part(one: Programme) -> bool:
        members = (known.parties[each.party_id].agency_id for each in known.members.get(one.id, ()))
        return agency_id in {one.lead_agency_id, *members} or any(
            activity.programme_id == one.id and activity.agency_id == agency_id
            for activity in known.activities.values()
        )

    return tuple(sorted(filter(takes_part, known.programmes.values()), key=lambda one: one.title.casefold()))


def declared(connection: Connection, known: Records, agency_id: str) -> tuple[DeclaredLine, ...]:
    """Its systems that nobody can scan."""
    ids = [key for key, system in known.declared.items() if system.agency_id == agency_id]
    return all_flows.declared_lines(connection, known, ids)


def contracts(connection: Connection, known: Records, actor: Actor, agency_id: str) -> tuple[ContractLine, ...]:
    """Its contracts with who holds information for it."""
    if not access.may(actor, Action.READ_FLOWS, agency_id):
        return ()
    found = [one for one in law.every(connection, Contract) if one.agency_id == agency_id]
    return tuple(
        ContractLine(
            one,
            known.parties[one.party_id],
            known.protocols.get(one.rider_id or 0),
            one.ends_on is not None and one.ends_on < known.today,
        )
        for one in sorted(found, key=lambda one: one.number)
    )


def report(connection: Connection, known: Records, actor: Actor, row: AgencyRow) -> ReportView | None:
    """Its last signed report with what was ticked, and what is otherwise now."""
    if not access.may(actor, Action.READ_EVIDENCE, row.agency.id):
        return None
    signed = [one for one in law.every(connection, Cycle) if one.agency_id == row.agency.id and one.signed_at]
    if not signed:
        return None
    last = max(signed, key=lambda one: one.period_to)
    ticks = {one.type_code: one for one in law.every(connection, CycleType) if one.cycle_id == last.id}
    said = {
        code for system in known.declared.values() if system.agency_id == row.agency.id for code in system.type_codes
    }
    held = {
        code: Standing.CONFIRMED if counts.confirmed else Standing.SUGGESTED
        for code, counts in row.cells.items()
        if counts.total
    }
    # What a declared-only system holds is held, though no scan can find it.
    looked = row.looks.scanned == row.looks.known > 0
    since = since_report(ticks.keys() - (said - held.keys()), held, looked_everywhere=looked)
    return ReportView(
        cycle=last,
        ticks=tuple((known.kinds[code], ticks[code]) for code in known.kinds if code in ticks),
        found_since=_named(known, since.found_since),
        suggested_since=_named(known, since.suggested_since),
        no_longer=_named(known, since.no_longer),
        not_looked=_named(known, since.not_looked),
        declared_only=_named(known, tuple(ticks.keys() & said - held.keys())),
    )


def _named(known: Records, codes: tuple[str, ...]) -> tuple[IdentifierType, ...]:
    return tuple(sorted((known.kinds[code] for code in codes), key=lambda kind: (-kind.tier, kind.label)))
