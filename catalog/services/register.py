"""Keeping the law's records: protocols and agreements, collections and disclosures."""

from collections.abc import Collection
from dataclasses import replace

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.agreements import Agreement, AgreementParty, Contract
from catalog.model.parties import Party
from catalog.model.reconciliation import AGREEMENTS
from catalog.model.register import Activity, Protocol
from catalog.model.register_views import Superseded
from catalog.model.revisions import Joined, RecordKind
from catalog.services import access, activity_edits, contents, history, lawful, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law, register
from catalog.store.engine import Connection


def add_protocol(actor: Actor, catalog: Catalog, protocol: Protocol) -> Protocol:
    """Record a protocol: a written authority or a handling rule. One that no agency issued is the CPO's to record.

    Raises:
        NotFound: when it takes the place of one that is not there.
        RequestError: when its dates are not in order, or it cannot take the place of that one.
    """
    access.require_register(actor, protocol.issuer_agency_id)
    with catalog.changing(actor, "add_protocol", "protocol") as change:
        change.alone()
        lawful.protocol(actor, change.connection, protocol)
        stored = register.add_protocol(change.connection, protocol)
        change.names(f"protocol:{stored.id}")
        change.compare(None, stored)
        change.concerns(stored.issuer_agency_id)
        _keep_protocol(change, actor, stored)
    return stored


def add_agreement(actor: Actor, catalog: Catalog, agreement: Agreement, party_ids: Collection[int]) -> Agreement:
    """Record the terms of a protocol that is an agreement, and who is bound by it.

    Raises:
        NotFound: when the protocol or a party is not recorded.
        RequestError: when the protocol is no agreement, has terms already, or binds fewer than two.
    """
    protocol = _own_protocol(actor, catalog, agreement.protocol_id)
    with catalog.changing(actor, "add_agreement", f"protocol:{agreement.protocol_id}") as change:
        said = contents.content_of_protocol(change.connection, protocol)
        seen = history.latest(change.connection, RecordKind.PROTOCOL, protocol.id)
        history.open_record(change, RecordKind.PROTOCOL, protocol.id, protocol.issuer_agency_id, said, seen)
        if law.one(change.connection, Agreement, protocol.id) is not None:
            thing = f"Agreement {protocol.title}"
            raise RequestError(thing, "its terms are recorded already", "Record a new edition of the protocol.")
        _put_terms(change.connection, protocol, agreement, party_ids)
        change.compare(None, agreement, (None, Joined(party_ids=tuple(sorted(set(party_ids))))))
        change.concerns(protocol.issuer_agency_id)
        _keep_protocol(change, actor, protocol)
    return agreement


def revise_protocol(
    actor: Actor,
    catalog: Catalog,
    protocol: Protocol,
    *,
    agreement: Agreement | None = None,
    party_ids: Collection[int] = (),
    reason: str = "",
    expected: int,
) -> Protocol:
    """Correct what is recorded of a protocol: its words, its days, what it takes the place of.

    Parameters:
        agreement: its terms, where it is one; None leaves them, and whom it binds, as they are.
        expected: the number of the revision that was seen.

    Raises:
        Conflict: when it was changed since.
        NotFound: when there is no such protocol that the actor keeps, or a record it names is missing.
        RequestError: when it is what it cannot be; see :func:`add_protocol` and :func:`add_agreement`.
    """
    before = _own_protocol(actor, catalog, protocol.id)
    after = replace(protocol, issuer_agency_id=before.issuer_agency_id)
    with catalog.changing(actor, "revise_protocol", f"protocol:{protocol.id}") as change:
        before = rules.existing(change.connection, Protocol, protocol.id, "Protocol")
        said = contents.content_of_protocol(change.connection, before)
        history.open_record(change, RecordKind.PROTOCOL, before.id, before.issuer_agency_id, said, expected)
        lawful.protocol(actor, change.connection, after)
        _keeps_its_type(change.connection, before, after)
        law.put(change.connection, after)
        terms = law.one(change.connection, Agreement, after.id)
        if agreement is not None:
            _put_terms(change.connection, after, replace(agreement, protocol_id=after.id), party_ids)
        bound = Joined(party_ids=tuple(contents.ids(said, "parties")))
        now = bound if agreement is None else Joined(party_ids=tuple(sorted(set(party_ids))))
        change.compare(before, after, (terms, agreement or terms), (bound, now))
        change.concerns(after.issuer_agency_id)
        _keep_protocol(change, actor, after, reason)
        activity_edits.moved(change, catalog, register.activities_under(change.connection, after.id))
    return after


def supersede(
    actor: Actor, catalog: Catalog, protocol_id: int, successor: Protocol, *, move: bool, reason: str = ""
) -> Superseded:
    """Record a protocol that takes the place of another, and with ``move`` let what stands on the old one stand on it:
    the activities that the actor keeps; those of other agencies are theirs to move.

    Raises:
        Conflict: when an activity cannot be moved, because its approval waits; then nothing is recorded.
        NotFound: when there is no such protocol that the actor keeps.
    """
    old = _own_protocol(actor, catalog, protocol_id)
    with catalog.together() as joined:
        history.hold_all(joined)
        new = add_protocol(actor, joined, replace(successor, supersedes_id=old.id))
        with joined.reading() as connection:
            standing = register.activities_under(connection, old.id)
        own = [one for one in standing if move and access.may(actor, Action.KEEP_REGISTER, one.agency_id)]
        for one in own:
            _move(actor, joined, one, old.id, new.id, reason)
    return Superseded(new, len(own), len(standing) - len(own))


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
            see :func:`catalog.services.lawful.activity`.
        NotFound: when there is no such dataset of the agency, or a record it names is missing.
    """
    access.require(actor, Action.KEEP_REGISTER, activity.agency_id)
    _checked(catalog, activity, type_codes)
    joined = _joined(type_codes, dataset_ids, protocol_ids)
    with catalog.changing(actor, "add_activity", f"agency:{activity.agency_id}", activity.verb.value) as change:
        change.alone()
        lawful.activity(actor, change.connection, activity)
        lawful.joined(actor, change.connection, activity.agency_id, joined)
        stored = register.add_activity(change.connection, replace(activity, withdrawn_on=None), joined)
        change.compare(None, stored, (None, joined))
        change.concerns(stored.agency_id)
        activity_edits.keep(change, actor, catalog, stored, dataset_ids)
    return stored


def revise_activity(
    actor: Actor,
    catalog: Catalog,
    activity: Activity,
    *,
    type_codes: Collection[str],
    dataset_ids: Collection[int],
    protocol_ids: Collection[int],
    reason: str = "",
    expected: int,
    exactly: bool = False,
) -> Activity:
    """Correct what is recorded of a collection or disclosure. It stays one of its agency, and of its verb.

    Datasets that are gone from their source stay joined with it: nobody sees them to say otherwise.

    Parameters:
        exactly: whether those that are gone stay only where they are named.
        reason: why; needed where an approval holds, which is then up for review.
        expected: the number of the revision that was seen.

    Raises:
        Conflict: when it was changed since, is withdrawn, waits for an approval, would leave another agency's record
            without its other side, or the class or ground that an approval in force was given for.
        NotFound: when there is no such activity of the actor's, or a record it names is missing.
        RequestError: as :func:`add_activity`, or when no reason is given where one is needed.
    """
    _require_own(actor, catalog, activity.id)
    _checked(catalog, activity, type_codes)
    with catalog.changing(actor, "revise_activity", f"activity:{activity.id}", activity.verb.value) as change:
        before = activity_edits.begin(change, activity.id, reason, expected)
        after = replace(activity, template_id=before.template_id, withdrawn_on=None)
        activity_edits.same_flow(change.connection, before, after)
        activity_edits.same_class(change.connection, before, after)
        activity_edits.own_place(change.connection, before, after)
        lawful.activity(actor, change.connection, after, before)
        was = register.joined_of(change.connection, before.id)
        wanted = _joined(type_codes, dataset_ids, protocol_ids)
        lawful.joined(actor, change.connection, before.agency_id, wanted, was)
        joined = wanted if exactly else activity_edits.with_the_gone(change.connection, before.id, wanted)
        law.put(change.connection, after)
        register.join_activity(change.connection, after.id, joined)
        change.compare(before, after, (was, joined))
        change.concerns(after.agency_id)
        activity_edits.keep(change, actor, catalog, after, {*was.dataset_ids, *joined.dataset_ids}, reason)
    return after


def withdraw_activity(actor: Actor, catalog: Catalog, activity_id: int, reason: str) -> None:
    """Withdraw an activity that was recorded by mistake: from here on it is in its history alone.

    Raises:
        Conflict: when an approval of it holds or waits, it is withdrawn, or another agency records the other side.
        NotFound: when there is no such activity of the actor's.
        RequestError: when no reason is given.
    """
    _require_own(actor, catalog, activity_id)
    if not reason.strip():
        raise RequestError("This activity", "no reason for withdrawing it is given", "Say why.")
    with catalog.changing(actor, "withdraw_activity", f"activity:{activity_id}") as change:
        datasets = register.own_datasets(change.connection, activity_id)
        before, after = activity_edits.withdraw(change, activity_id, reason)
        change.compare(before, after)
        change.concerns(after.agency_id)
        activity_edits.keep(change, actor, catalog, after, datasets, reason)


def _joined(type_codes: Collection[str], dataset_ids: Collection[int], protocol_ids: Collection[int]) -> Joined:
    return Joined(
        type_codes=tuple(sorted(set(type_codes))),
        dataset_ids=tuple(sorted(set(dataset_ids))),
        protocol_ids=tuple(sorted(set(protocol_ids))),
    )


def _checked(catalog: Catalog, activity: Activity, type_codes: Collection[str]) -> None:
    rules.types_exist(catalog, type_codes)
    thing = f"Activity {activity.title}"
    rules.in_order(thing, ("the day it began", activity.started_on), ("the day it ended", activity.ended_on))


def _require_own(actor: Actor, catalog: Catalog, activity_id: int) -> None:
    """Refuse an activity that is not there, or not the actor's to keep; which of the two, is not told."""
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Activity, activity_id)
    if found is None or not access.may(actor, Action.KEEP_REGISTER, found.agency_id):
        raise NotFound(f"Activity {activity_id}", "there is no such activity of yours", "Look for it among the flows.")


def _own_protocol(actor: Actor, catalog: Catalog, protocol_id: int) -> Protocol:
    """The protocol, if the actor keeps it; that there is one they may not know of, is not told."""
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Protocol, protocol_id)
    if found is None:
        raise access.nothing_here()
    access.require_register(actor, found.issuer_agency_id)
    return found


def _keeps_its_type(connection: Connection, before: Protocol, after: Protocol) -> None:
    """Refuse a type that does not fit what goes with a protocol: its terms, or contracts that it is the rider of."""
    thing = f"Protocol {after.title}"
    if after.type not in AGREEMENTS and law.one(connection, Agreement, after.id) is not None:
        raise RequestError(thing, "its terms are recorded, and this type is no agreement", "Choose another type.")
    if after.type is not before.type and law.where(connection, Contract, rider_id=after.id):
        raise RequestError(thing, "it is the rider of a contract", "Leave its type, or attach another rider first.")


def _put_terms(connection: Connection, protocol: Protocol, terms: Agreement, party_ids: Collection[int]) -> None:
    thing = f"Agreement {protocol.title}"
    if protocol.type not in AGREEMENTS:
        raise RequestError(thing, "a protocol of this type is no agreement", "Choose a protocol that is one.")
    if len(set(party_ids)) < 2:
        raise RequestError(thing, "an agreement binds two parties or more", "Name them all.")
    for party_id in party_ids:
        rules.existing(connection, Party, party_id, "Party")
    law.put(connection, terms)
    bound = [AgreementParty(terms.protocol_id, party_id) for party_id in sorted(set(party_ids))]
    law.relink(connection, AgreementParty, bound, protocol_id=terms.protocol_id)


def _keep_protocol(change: Change, actor: Actor, protocol: Protocol, reason: str = "") -> None:
    said = contents.content_of_protocol(change.connection, protocol)
    history.keep(change, actor, RecordKind.PROTOCOL, protocol.id, protocol.issuer_agency_id, said, reason)
    change.index("protocol", protocol.id)


def _move(actor: Actor, catalog: Catalog, activity: Activity, old_id: int, new_id: int, reason: str) -> None:
    """Let an activity stand on a protocol in place of another."""
    with catalog.reading() as connection:
        joined = register.joined_of(connection, activity.id)
        expected = history.latest(connection, RecordKind.ACTIVITY, activity.id)
    revise_activity(
        actor,
        catalog,
        activity,
        type_codes=joined.type_codes,
        dataset_ids=joined.dataset_ids,
        protocol_ids={new_id if one == old_id else one for one in joined.protocol_ids},
        reason=reason,
        expected=expected,
    )
