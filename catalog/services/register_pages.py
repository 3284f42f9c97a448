"""What the forms of the register start from and choose from, cut to who fills them in."""

from collections.abc import Callable, Iterable

from catalog.errors import NotFound
from catalog.model.actors import Actor, Scope
from catalog.model.agreements import ActivityDeclaredSystem, Agreement, AgreementParty, Contract, DeclaredSystem
from catalog.model.holdings import Agency
from catalog.model.parties import Party
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Protocol
from catalog.model.register_views import (
    ActivityForm,
    Choices,
    ContractForm,
    PartyForm,
    ProgrammeForm,
    ProtocolForm,
    SystemForm,
)
from catalog.model.revisions import RecordKind
from catalog.services import access, activity_edits, history, records
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import facets, holdings, law, register, revisions
from catalog.store.engine import Connection


def choices(
    actor: Actor, catalog: Catalog, agency_id: str | None = None, *, action: Action = Action.KEEP_REGISTER
) -> Choices:
    """What there is to choose from.

    Parameters:
        agency_id: the agency whose datasets are offered; without one, those of the only agency the actor keeps, if
            it is only one: a city has more than a form can list.
        action: what the form is for; the agencies are those in which the actor may do it.
    """
    access.require(actor, action, agency_id)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        kept = _by_name(one for one in known.agencies.values() if access.may(actor, action, one.id))
        asked = [one.id for one in kept if one.id == agency_id or len(kept) == 1]
        datasets = {key: _datasets(connection, key) for key in asked}
        purposes = law.every(connection, Purpose)
        contracts = law.every(connection, Contract)
    ours = {one.id for one in kept}
    return Choices(
        agencies=kept,
        city=access.may(actor, Action.KEEP_CITY_REGISTER),
        everyone=_by_name(known.agencies.values()),
        parties=tuple(sorted(known.parties.values(), key=lambda one: one.name.casefold())),
        programmes=tuple(sorted(known.programmes.values(), key=lambda one: one.title.casefold())),
        protocols=tuple(sorted(known.protocols.values(), key=lambda one: one.title.casefold())),
        purposes=tuple(one for one in purposes if one.agency_id is None or one.agency_id in ours),
        types=tuple(sorted(known.kinds.values(), key=lambda kind: kind.label)),
        subjects=_used(known, lambda one: one.subject_categories),
        units=_used(known, lambda one: (one.unit,)),
        divisions=_used(known, lambda one: one.divisions),
        employees=_used(known, lambda one: one.employees),
        datasets=datasets,
        contracts=tuple(one for one in contracts if one.agency_id in ours),
        activities=tuple(sorted(known.activities.values(), key=records.reference_order)),
    )


def activity_form(actor: Actor, catalog: Catalog, activity_id: int) -> ActivityForm:
    """An activity of the actor's to be edited.

    Raises:
        NotFound: when there is none, it is another agency's, or it is withdrawn.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Activity, activity_id)
        if found is None or found.withdrawn_on or not access.may(actor, Action.KEEP_REGISTER, found.agency_id):
            raise NotFound(
                f"Activity {activity_id}", "there is no such activity of yours", "Look for it among the flows."
            )
        joined = register.joined_of(connection, activity_id)
        live = [key for key, is_live in register.own_datasets(connection, activity_id).items() if is_live]
        return ActivityForm(
            activity=found,
            type_codes=joined.type_codes,
            dataset_ids=tuple(sorted(live)),
            protocol_ids=joined.protocol_ids,
            expected=history.latest(connection, RecordKind.ACTIVITY, activity_id),
            holds=activity_edits.holds(connection, activity_id),
            waits=activity_edits.waits(connection, activity_id),
        )


def protocol_form(actor: Actor, catalog: Catalog, protocol_id: int) -> ProtocolForm:
    """A protocol of the actor's to be edited.

    Raises:
        NotAllowed: when it is the city's and the actor keeps an agency's register alone.
        NotFound: when there is none, or it is another agency's.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Protocol, protocol_id)
        if found is None:
            raise access.nothing_here()
        access.require_register(actor, found.issuer_agency_id)
        known = records.visible(connection, catalog, actor)
        bound = law.where(connection, AgreementParty, protocol_id=protocol_id)
        return ProtocolForm(
            protocol=found,
            agreement=law.one(connection, Agreement, protocol_id),
            party_ids=tuple(link.party_id for link in bound),
            activities=tuple(known.view(key) for key in known.under.get(protocol_id, ())),
            expected=history.latest(connection, RecordKind.PROTOCOL, protocol_id),
        )


def parties(actor: Actor, catalog: Catalog) -> tuple[PartyForm, ...]:
    """Every party by name, with the flows that the actor sees from or to it."""
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        numbers = revisions.numbers(connection, RecordKind.PARTY)
    ordered = sorted(known.parties.values(), key=lambda one: one.name.casefold())
    return tuple(_party(known, one, numbers.get(one.id, 0)) for one in ordered)


def party_form(actor: Actor, catalog: Catalog, party_id: int) -> PartyForm:
    """A party to be edited.

    Raises:
        NotFound: when there is none.
    """
    access.require_register(actor, None)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        if party_id not in known.parties:
            raise access.nothing_here()
        return _party(known, known.parties[party_id], history.latest(connection, RecordKind.PARTY, party_id))


def programme_form(actor: Actor, catalog: Catalog, programme_id: int) -> ProgrammeForm:
    """A programme of the actor's to be edited.

    Raises:
        NotFound: when there is none, or another agency keeps it.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Programme, programme_id)
        if found is None or not access.may(actor, Action.KEEP_REGISTER, found.lead_agency_id):
            raise access.nothing_here()
        members = law.where(connection, ProgrammeMember, programme_id=programme_id)
        expected = history.latest(connection, RecordKind.PROGRAMME, programme_id)
    return ProgrammeForm(found, {one.party_id: one.part for one in members}, expected)


def contract_form(actor: Actor, catalog: Catalog, contract_id: int) -> ContractForm:
    """A contract of the actor's to be edited.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Contract, contract_id)
        if found is None or not access.may(actor, Action.KEEP_REGISTER, found.agency_id):
            raise access.nothing_here()
        return ContractForm(found, history.latest(connection, RecordKind.CONTRACT, contract_id))


def system_form(actor: Actor, catalog: Catalog, system_id: int) -> SystemForm:
    """A system that nobody can scan, of the actor's, to be edited.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, DeclaredSystem, system_id)
        if found is None or not access.may(actor, Action.KEEP_REGISTER, found.agency_id):
            raise access.nothing_here()
        links = law.where(connection, ActivityDeclaredSystem, declared_system_id=system_id)
        known = records.visible(connection, catalog, actor)
        expected = history.latest(connection, RecordKind.DECLARED_SYSTEM, system_id)
    return SystemForm(
        found, tuple(link.activity_id for link in links if link.activity_id in known.activities), expected
    )


def _party(known: Records, party: Party, expected: int) -> PartyForm:
    return PartyForm(party, known.views(lambda activity: activity.party_id == party.id), expected)


def _by_name(agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    return tuple(sorted(agencies, key=lambda one: one.name.casefold()))


def _used(known: Records, words: Callable[[Activity], Iterable[str]]) -> tuple[str, ...]:
    """The words used so far, each once."""
    found = {word for activity in known.activities.values() for word in words(activity) if word}
    return tuple(sorted(found, key=str.casefold))


def _datasets(connection: Connection, agency_id: str) -> tuple[tuple[int, str], ...]:
    """The live datasets of an agency by what people call them, else by the name their source gives them."""
    scope = Scope(frozenset({agency_id}))
    ids = facets.matching(connection, scope, (), None)
    words = register.descriptions_by_id(connection, ids)
    found = holdings.datasets_by_id(connection, scope, ids)
    named = ((key, (words[key].title if key in words else "") or one.name) for key, one in found.items())
    return tuple(sorted(named, key=lambda pair: pair[1].casefold()))
