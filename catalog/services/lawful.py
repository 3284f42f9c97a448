"""What a collection, a disclosure or a protocol has to be for the law to know of it, and what it may be joined with."""

from catalog.errors import NotFound, RequestError
from catalog.model.actors import Actor, Scope
from catalog.model.parties import Party, PartyKind
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType, Verb
from catalog.model.revisions import Joined
from catalog.services import access, rules
from catalog.services.access import Action
from catalog.store import holdings, law, register
from catalog.store.engine import Connection

#: What the privacy officer of an agency does by it, and what the Chief Privacy Officer does (§§23-1201 to 23-1203).
_OFFICERS_ACTS = frozenset(
    {
        ProtocolType.APO_ROUTINE_DESIGNATION,
        ProtocolType.INTERAGENCY_ROUTINE_AGREEMENT,
        ProtocolType.APO_CASE_APPROVAL,
        ProtocolType.EXEMPTION_RECORD,
    }
)
_CPOS_ACTS = frozenset({ProtocolType.CPO_BEST_INTEREST, ProtocolType.CPO_POLICY})


def activity(actor: Actor, connection: Connection, one: Activity, before: Activity | None = None) -> None:
    """Refuse what §§23-1201 and 23-1202 know no case of: flows to oneself, grounds that do not fit, false mirrors.

    Parameters:
        before: what it was, where it is revised: what it names already, it may go on naming.

    Raises:
        NotFound: when a record it names is missing, or one that the actor may not know of.
        RequestError: when the law knows no such thing.
    """
    thing = f"Activity {one.title}"
    if one.programme_id is not None and (before is None or before.programme_id != one.programme_id):
        known_programme(actor, connection, one.programme_id)
    if one.purpose_id is not None and (before is None or before.purpose_id != one.purpose_id):
        _offered(connection, one.purpose_id, one.agency_id)
    party = None if one.party_id is None else rules.existing(connection, Party, one.party_id, "Party")
    if party is not None and party.agency_id == one.agency_id:
        raise RequestError(thing, "its party is the agency itself", "Name from or to whom the information goes.")
    disclosed = one.verb is Verb.DISCLOSURE
    if one.ground is Ground.INDIVIDUAL_AUTHORIZATION and not disclosed:
        raise RequestError(thing, "an individual's authorization is a ground of disclosures alone", "Choose another.")
    best_interest = one.classification is Classification.CPO_BEST_INTEREST
    if best_interest and disclosed and (party is None or party.kind is not PartyKind.CITY_AGENCY):
        cause = "the CPO's finding permits disclosures to city agencies alone"
        raise RequestError(thing, cause, "Choose another classification.")
    if one.mirror_of_id is not None:
        _mirrors(connection, one, one.mirror_of_id)


def joined(actor: Actor, connection: Connection, agency_id: str, wanted: Joined, was: Joined | None = None) -> None:
    """Refuse to join an activity with datasets of others, or with protocols that its keeper may not know of.

    Parameters:
        was: what it is joined with already, which may have gone from its source since.

    Raises:
        NotFound: naming the first.
    """
    before = was or Joined()
    new = set(wanted.dataset_ids) - set(before.dataset_ids)
    # Only the agency's own, whoever records it: the other side of a flow has its data in its own activity.
    if new - set(holdings.datasets_by_id(connection, Scope(frozenset({agency_id})), new)):
        raise NotFound("A dataset of this activity", "its agency has no such dataset", "Search for it.")
    for protocol_id in sorted(set(wanted.protocol_ids) - set(before.protocol_ids)):
        known_protocol(actor, connection, protocol_id)


def known_protocol(actor: Actor, connection: Connection, protocol_id: int) -> Protocol:
    """A protocol that the actor may know of.

    Raises:
        NotFound: when there is none, or it is one of agencies they answer for nothing in.
    """
    found = rules.existing(connection, Protocol, protocol_id, "Protocol")
    if found.issuer_agency_id is None or access.concerns(actor, register.reach_of_protocol(connection, protocol_id)):
        return found
    raise rules.no_such("Protocol", protocol_id)


def known_programme(actor: Actor, connection: Connection, programme_id: int) -> None:
    """Refuse a programme that is not there, or that no agency of the actor leads, is a member of or has a flow in.

    Raises:
        NotFound: in the same words for both.
    """
    if not access.concerns(actor, register.reach_of_programme(connection, programme_id)):
        raise rules.no_such("Program", programme_id)


def protocol(actor: Actor, connection: Connection, one: Protocol) -> None:
    """Refuse a protocol that takes the place of one it cannot, or is an act of an office that does not record it.

    Raises:
        NotAllowed: when it is an act of the agency's privacy officer or of the Chief Privacy Officer, and neither that
            officer nor the privacy office records it.
        NotFound: when the one it supersedes is not there, or the actor may not know of it.
        RequestError: when that is of another class, dates are not in order, or it would supersede itself in the end.
    """
    thing = f"Protocol {one.title}"
    if one.type in _CPOS_ACTS or (one.type in _OFFICERS_ACTS and not _designates(actor, one.issuer_agency_id)):
        access.require(actor, Action.KEEP_CITY_REGISTER)
    begins = ("the day it takes effect", one.effective_on)
    rules.in_order(thing, begins, ("the day of review", one.review_due_on))
    rules.in_order(thing, begins, ("the day it expires", one.expires_on))
    if one.supersedes_id is None:
        return
    old = known_protocol(actor, connection, one.supersedes_id)
    if old.type.protocol_class is not one.type.protocol_class:
        cause = "what permits takes the place of what permits, and what binds of what binds"
        raise RequestError(thing, cause, "Choose a protocol of the same class.")
    before: Protocol | None = old
    while before is not None:
        if before.id == one.id:
            raise RequestError(thing, "it would take the place of itself in the end", "Choose another protocol.")
        before = law.one(connection, Protocol, before.supersedes_id) if before.supersedes_id else None


def _designates(actor: Actor, agency_id: str | None) -> bool:
    return agency_id is not None and access.may(actor, Action.DESIGNATE, agency_id)


def _offered(connection: Connection, key: int, agency_id: str) -> None:
    """Refuse an entry of the library of purposes that is neither the city's nor this agency's."""
    if rules.existing(connection, Purpose, key, "Purpose").agency_id not in (None, agency_id):
        raise rules.no_such("Purpose", key)


def _mirrors(connection: Connection, one: Activity, disclosure_id: int) -> None:
    """Refuse a mirror that is no collection, or of anything but a disclosure to this agency; which, is not told."""
    disclosure = law.one(connection, Activity, disclosure_id)
    to = disclosure and disclosure.party_id and law.one(connection, Party, disclosure.party_id)
    lives = disclosure is not None and disclosure.verb is Verb.DISCLOSURE and disclosure.withdrawn_on is None
    if not lives or not to or to.agency_id != one.agency_id:
        raise NotFound(f"Disclosure {disclosure_id}", "this agency was disclosed nothing by it", "Look for another.")
    if one.verb is not Verb.COLLECTION:
        raise RequestError(f"Activity {one.title}", "only a collection mirrors a disclosure", "Record it as one.")
