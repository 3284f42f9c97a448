"""Keeping the law's records: protocols, agreements, activities and people's words about datasets."""

from collections.abc import Collection
from dataclasses import asdict

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Scope
from catalog.model.agreements import Agreement, AgreementParty
from catalog.model.holdings import Dataset, Description, Disclosure, Words
from catalog.model.parties import Party, PartyKind
from catalog.model.programmes import Programme
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, Verb
from catalog.services import access, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, law, register
from catalog.store.engine import Connection

#: The types of protocol that are agreements between parties.
AGREEMENTS = frozenset(
    {
        ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT,
        ProtocolType.DATA_SHARING_AGREEMENT,
        ProtocolType.CONTRACT_RIDER,
        ProtocolType.RESEARCH_AGREEMENT,
    }
)


def add_protocol(actor: Actor, catalog: Catalog, protocol: Protocol) -> Protocol:
    """Record a protocol: a written authority or a handling rule. One that no agency issued is the CPO's to record.

    Raises:
        RequestError: when its dates are not in order.
    """
    access.require_register(actor, protocol.issuer_agency_id)
    begins = ("the day it takes effect", protocol.effective_on)
    rules.in_order(f"Protocol {protocol.title}", begins, ("the day of review", protocol.review_due_on))
    rules.in_order(f"Protocol {protocol.title}", begins, ("the day it expires", protocol.expires_on))
    with catalog.changing(actor, "add_protocol", "protocol") as change:
        stored = register.add_protocol(change.connection, protocol)
        change.names(f"protocol:{stored.id}")
        change.compare(None, stored)
        change.concerns(stored.issuer_agency_id)
        change.index("protocol", stored.id)
    return stored


def add_agreement(actor: Actor, catalog: Catalog, agreement: Agreement, party_ids: Collection[int]) -> Agreement:
    """Record the terms of a protocol that is an agreement, and who is bound by it.

    Raises:
        NotFound: when the protocol or a party is not recorded.
        RequestError: when the protocol is no agreement, has terms already, or binds fewer than two.
    """
    with catalog.reading() as connection:
        protocol = rules.existing(connection, Protocol, agreement.protocol_id, "Protocol")
        recorded = law.one(connection, Agreement, agreement.protocol_id)
    access.require_register(actor, protocol.issuer_agency_id)
    thing = f"Agreement {protocol.title}"
    if protocol.type not in AGREEMENTS:
        raise RequestError(thing, "a protocol of this type is no agreement", "Choose a protocol that is one.")
    if recorded is not None:
        raise RequestError(thing, "its terms are recorded already", "Record a new edition of the protocol.")
    if len(set(party_ids)) < 2:
        raise RequestError(thing, "an agreement binds two parties or more", "Name them all.")
    with catalog.changing(actor, "add_agreement", f"protocol:{agreement.protocol_id}") as change:
        for party_id in party_ids:
            rules.existing(change.connection, Party, party_id, "Party")
        law.add(change.connection, agreement)
        change.compare(None, agreement)
        change.concerns(protocol.issuer_agency_id)
        law.add_all(change.connection, [AgreementParty(agreement.protocol_id, i) for i in sorted(set(party_ids))])
        change.index("protocol", agreement.protocol_id)
    return agreement


def add_activity(
    actor: Actor,
    catalog: Catalog,
    activity: Activity,
    *,
    type_codes: Collection[str] = (),
    dataset_ids: Collection[int] = (),
    protocol_ids: Collection[int] = (),
) -> Activity:
    """Record a collection or disclosure with what it involves, draws from and stands on.

    Raises:
        RequestError: when a type code is not of the taxonomy, dates are not in order, or the law knows no such thing:
            see :func:`_lawful`.
        NotFound: when there is no such dataset of the agency, or a record it names is missing.
    """
    access.require(actor, Action.KEEP_REGISTER, activity.agency_id)
    rules.types_exist(catalog, type_codes)
    thing = f"Activity {activity.title}"
    rules.in_order(thing, ("the day it began", activity.started_on), ("the day it ended", activity.ended_on))
    with catalog.changing(actor, "add_activity", f"agency:{activity.agency_id}", activity.verb.value) as change:
        _lawful(change.connection, activity)
        # Only the agency's own, whoever records it: the other side of a flow has its data in its own activity.
        own = holdings.datasets_by_id(change.connection, Scope(frozenset({activity.agency_id})), dataset_ids)
        if set(dataset_ids) - set(own):
            raise NotFound("A dataset of this activity", "its agency has no such dataset", "Search for it.")
        for protocol_id in protocol_ids:
            rules.existing(change.connection, Protocol, protocol_id, "Protocol")
        stored = register.add_activity(
            change.connection, activity, type_codes=type_codes, dataset_ids=dataset_ids, protocol_ids=protocol_ids
        )
        change.compare(None, stored)
        change.concerns(stored.agency_id)
        change.index("activity", stored.id)
        for dataset_id in dataset_ids:
            change.index("dataset", dataset_id)
    return stored


def describe(actor: Actor, catalog: Catalog, dataset_id: int, words: Words) -> None:
    """Say in people's words what a dataset is and whom it is about. What researchers are told of it stays.

    Raises:
        NotAllowed: when researchers read the words, and the actor may not publish.
        NotFound: when there is no such dataset that the actor may see.
        RequestError: when it would be published without a title.
    """
    agency_id = _agency_of(actor, catalog, dataset_id, Action.DESCRIBE)
    with catalog.changing(actor, "describe", f"dataset:{dataset_id}", agency_id=agency_id) as change:
        _, level = _told_now(change.connection, dataset_id)
        if level is not Disclosure.HIDDEN and not access.may(actor, Action.PUBLISH, agency_id):
            cause = "researchers read these words, so only who may publish changes them"
            raise NotAllowed("This dataset", cause, "Ask the privacy officer of its agency.")
        _titled(words.title, level)
        said = Description(dataset_id=dataset_id, **asdict(words), disclosure=level)
        change.compare(register.descriptions_by_id(change.connection, [dataset_id]).get(dataset_id), said)
        register.put_description(change.connection, said)
        judgements.refresh_summary(change.connection, dataset_id, catalog.taxonomy.types)
        change.index("dataset", dataset_id)


def publish(actor: Actor, catalog: Catalog, dataset_id: int, level: Disclosure, reason: str = "") -> None:
    """Set what researchers are told of a dataset; nothing happens where that is so already.

    Parameters:
        reason: why, which the audit log keeps; needed where they are told more than before.

    Raises:
        NotFound: when there is no such dataset that the actor may see.
        RequestError: when more is told without a reason, or of a dataset that has no title.
    """
    agency_id = _agency_of(actor, catalog, dataset_id, Action.PUBLISH)
    with catalog.reading() as connection:
        if _told_now(connection, dataset_id)[1] is level:
            return
    thing = f"dataset:{dataset_id}"
    with catalog.changing(actor, "publish", thing, reason.strip(), agency_id=agency_id) as change:
        title, before = _told_now(change.connection, dataset_id)
        if level.tells_more_than(before) and not reason.strip():
            raise RequestError("What researchers are told", "it becomes more, and no reason is given", "Say why.")
        _titled(title, level)
        register.set_disclosure(change.connection, dataset_id, level)
        change.tell(before.value, level.value)
        change.index("dataset", dataset_id)


def datasets(actor: Actor, catalog: Catalog, source_id: int) -> tuple[Dataset, ...]:
    """The datasets known of a source, by name."""
    access.require(actor, Action.READ_HOLDINGS)
    with catalog.reading() as connection:
        seen = holdings.datasets_of_source(connection, access.scope(actor), source_id)
    return tuple(sorted(seen, key=lambda dataset: dataset.name))


def _agency_of(actor: Actor, catalog: Catalog, dataset_id: int, action: Action) -> str:
    """The agency of a dataset in which the actor may do this; which of the others there are is not told."""
    access.require(actor, action)
    with catalog.reading() as connection:
        agency_id = register.agency_of_dataset(connection, dataset_id)
    if agency_id is None or not access.may(actor, action, agency_id):
        raise NotFound("This dataset", "there is no such dataset", "Search for it.")
    return agency_id


def _told_now(connection: Connection, dataset_id: int) -> tuple[str, Disclosure]:
    """A dataset's title, and what researchers are told of it."""
    words = register.descriptions_by_id(connection, [dataset_id]).get(dataset_id)
    return (words.title, words.disclosure) if words else ("", Disclosure.HIDDEN)


def _titled(title: str, level: Disclosure) -> None:
    """Refuse to publish what would have no name: what its source calls it is not told to researchers."""
    if level is not Disclosure.HIDDEN and not title.strip():
        raise RequestError("This dataset", "it has no title that researchers could know it by", "Describe it first.")


def _lawful(connection: Connection, activity: Activity) -> None:
    """Refuse what §§23-1201 and 23-1202 know no case of: flows to oneself, grounds that do not fit, false mirrors."""
    thing = f"Activity {activity.title}"
    if activity.programme_id is not None:
        rules.existing(connection, Programme, activity.programme_id, "Program")
    party = None if activity.party_id is None else rules.existing(connection, Party, activity.party_id, "Party")
    if party is not None and party.agency_id == activity.agency_id:
        raise RequestError(thing, "its party is the agency itself", "Name from or to whom the information goes.")
    disclosed = activity.verb is Verb.DISCLOSURE
    if activity.ground is Ground.INDIVIDUAL_AUTHORIZATION and not disclosed:
        raise RequestError(thing, "an individual's authorization is a ground of disclosures alone", "Choose another.")
    best_interest = activity.classification is Classification.CPO_BEST_INTEREST
    if best_interest and disclosed and (party is None or party.kind is not PartyKind.CITY_AGENCY):
        cause = "the CPO's finding permits disclosures to city agencies alone"
        raise RequestError(thing, cause, "Choose another classification.")
    if activity.mirror_of_id is not None:
        _mirrors(connection, activity, activity.mirror_of_id)


def _mirrors(connection: Connection, activity: Activity, disclosure_id: int) -> None:
    """Refuse a mirror that is no collection, or of anything but a disclosure to this agency; which, is not told."""
    disclosure = law.one(connection, Activity, disclosure_id)
    to = disclosure and disclosure.party_id and law.one(connection, Party, disclosure.party_id)
    if disclosure is None or disclosure.verb is not Verb.DISCLOSURE or not to or to.agency_id != activity.agency_id:
        raise NotFound(f"Disclosure {disclosure_id}", "this agency was disclosed nothing by it", "Look for another.")
    if activity.verb is not Verb.COLLECTION:
        raise RequestError(f"Activity {activity.title}", "only a collection mirrors a disclosure", "Record it as one.")
