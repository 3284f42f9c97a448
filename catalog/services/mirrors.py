"""The other side of a flow: what another agency discloses to one of ours, recorded as our collection.

No agency records for another. A disclosure to an agency that none of its collections is the other side of is the
proposal; that agency's officer records it, as what it is told of, and decides how it may take place here.
"""

from collections.abc import Mapping

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Agency
from catalog.model.parties import Party
from catalog.model.reconciliation import AGREEMENTS, is_mirrored, lives
from catalog.model.register import Activity, Classification, CollectionMethod, Ground, Verb
from catalog.model.register_views import MirrorProposal
from catalog.services import access, history, reconciliation, records, register
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records


def to_record(actor: Actor, catalog: Catalog) -> tuple[MirrorProposal, ...]:
    """The disclosures to agencies whose register the actor keeps that those record nothing of, in the order of numbers.

    One that does not go on today, that happens without an approval, or that hands on nothing identifying has no other
    side to record.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
    parties, found = _parties(known), []
    for one in sorted(known.activities.values(), key=records.reference_order):
        to = _reached(actor, known, one)
        if to is not None and _waits(known, one):
            found.append(_proposal(known, parties, one, to))
    return tuple(found)


def waiting(actor: Actor, known: Records) -> int:
    """How many of these records' disclosures wait for the actor to record their other side."""
    return sum(_reached(actor, known, one) is not None and _waits(known, one) for one in known.activities.values())


def proposed(actor: Actor, catalog: Catalog, disclosure_id: int) -> MirrorProposal:
    """What would be recorded as the other side of a disclosure.

    Raises:
        Conflict: when it is recorded already.
        NotFound: when nothing of this number is disclosed to an agency of the actor's.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
    found = known.activities.get(disclosure_id)
    to = None if found is None else _reached(actor, known, found)
    if found is None or to is None:
        raise access.nothing_here()
    if known.mirrors.get(found.id):
        raise Conflict(f"Disclosure {found.title}", "its other side is recorded already", "Nothing was changed.")
    return _proposal(known, _parties(known), found, to)


def record(actor: Actor, catalog: Catalog, disclosure_id: int) -> Activity:
    """Record our side of a disclosure to us, as it is proposed.

    Raises:
        Conflict: when it is recorded already.
        NotFound: when nothing of this number is disclosed to an agency of the actor's.
        RequestError: when the agency that discloses is no party yet.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.together() as joined:
        history.hold_all(joined)
        proposal = proposed(actor, joined, disclosure_id)
        if proposal.collection.party_id is None:
            cause = f"{proposal.disclosure.agency.name} is not recorded as a party"
            raise RequestError("The other side of this flow", cause, "Ask the privacy office to record it as one.")
        return register.add_activity(
            actor,
            joined,
            proposal.collection,
            type_codes=[kind.code for kind in proposal.types],
            protocol_ids=[one.id for one in proposal.protocols],
        )


def _waits(known: Records, one: Activity) -> bool:
    """Whether it has another side that nobody records."""
    flows = is_mirrored(one.classification) and bool(known.types.get(one.id))
    return lives(one, known.today) and flows and not known.mirrors.get(one.id)


def _reached(actor: Actor, known: Records, one: Activity) -> Agency | None:
    """The agency of the actor's that something is disclosed to."""
    to = reconciliation.partner(known, one) if one.verb is Verb.DISCLOSURE else None
    return to if to is not None and access.may(actor, Action.KEEP_REGISTER, to.id) else None


def _parties(known: Records) -> Mapping[str, Party]:
    return {party.agency_id: party for party in known.parties.values() if party.agency_id is not None}


def _proposal(known: Records, parties: Mapping[str, Party], one: Activity, to: Agency) -> MirrorProposal:
    sender = parties.get(one.agency_id)
    together = one.classification is Classification.ROUTINE_INTERAGENCY
    collection = Activity(
        id=0,
        agency_id=to.id,
        verb=Verb.COLLECTION,
        title=one.title,
        purpose=one.purpose,
        # What both officers agree on holds here too; anything else is for this agency's officer to say.
        classification=one.classification if together else Classification.UNCLASSIFIED,
        ground=Ground.FURTHERS_PURPOSE if together else None,
        unit="",
        party_id=sender.id if sender else None,
        subject_categories=one.subject_categories,
        programme_id=one.programme_id,
        started_on=one.started_on,
        ended_on=one.ended_on,
        # Each sender numbers by itself: its name keeps the numbers of what comes in apart.
        reference=f"{one.reference}-{one.agency_id}" if one.reference else "",
        frequency=one.frequency,
        volume=one.volume,
        mirror_of_id=one.id,
        method=CollectionMethod.OTHER_AGENCY,
    )
    view = known.view(one.id)
    shared = tuple(paper for paper in known.papers.get(one.id, ()) if paper.type in AGREEMENTS)
    return MirrorProposal(view, to, collection, view.types, shared)
