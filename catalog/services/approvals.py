"""Designations: the approvals of activities, and the signatures over what was approved."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.designations import Designation, DesignationState, Signature
from catalog.model.parties import Party
from catalog.model.register import Activity, Classification
from catalog.services import access, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import law, register
from catalog.store.engine import Connection

#: The classes an approval can give; all others are recorded, not approved (§23-1202(b)(2), (c)(2)).
APPROVABLE = frozenset(
    {
        Classification.ROUTINE_AGENCY,
        Classification.ROUTINE_INTERAGENCY,
        Classification.CASE_BY_CASE,
        Classification.CPO_BEST_INTEREST,
    }
)
_IN_FORCE = frozenset({DesignationState.ACTIVE, DesignationState.REVIEW_DUE})
_GIVEN = _IN_FORCE | {DesignationState.SUSPENDED, DesignationState.EXPIRED, DesignationState.REVOKED}


def designate(
    actor: Actor, catalog: Catalog, designation: Designation, signatures: Sequence[Signature] = ()
) -> Designation:
    """Record an approval of an activity as it stands, with who signed it.

    Parameters:
        designation: its ``content_hash`` is worked out here, of the activity as recorded.
        signatures: their ``designation_id`` is set here; all are over that one hash.

    Raises:
        Conflict: when the activity has an approval in force already.
        NotAllowed: when the actor may designate nothing, or records the Chief Privacy Officer's signature and may not
            designate for the city.
        NotFound: when there is no such activity that the actor may designate, or no such agency.
        RequestError: when the class cannot be approved or is not the activity's, a signature the law asks for is
            missing, or dates are not in order.
    """
    access.require(actor, Action.DESIGNATE)
    with catalog.reading() as connection:
        activity = law.one(connection, Activity, designation.activity_id)
    if activity is None or not access.may(actor, Action.DESIGNATE, activity.agency_id):
        thing = f"Activity {designation.activity_id}"
        raise NotFound(thing, "there is no such activity of yours", "Record it first.")
    _may_sign(actor, signatures)
    _in_order(activity, designation, signatures)
    with catalog.changing(actor, "designate", f"activity:{activity.id}", designation.state.value) as change:
        party = law.one(change.connection, Party, activity.party_id) if activity.party_id else None
        _may_be_given(change.connection, activity, designation)
        _signed(activity, party, designation, {signature.agency_id for signature in signatures})
        for signature in signatures:
            if signature.agency_id is not None:
                rules.agency_exists(change.connection, signature.agency_id)
        codes = register.types_by_activity(change.connection, [activity.id]).get(activity.id, [])
        content = activity_hash(activity, party.name if party else "", codes)
        stored = law.add(change.connection, replace(designation, content_hash=content))
        for signature in signatures:
            law.add(change.connection, replace(signature, designation_id=stored.id))
        change.compare(None, stored)
        change.concerns(activity.agency_id)
        change.index("activity", activity.id)
    return stored


def activity_hash(activity: Activity, party: str, type_codes: Iterable[str]) -> str:
    """The hash of what an approval is about: a change to any of it asks for a new one."""
    return content_hash(
        {
            "agency": activity.agency_id,
            "reference": activity.reference,
            "verb": activity.verb,
            "title": activity.title,
            "purpose": activity.purpose,
            "classification": activity.classification,
            "ground": activity.ground,
            "unit": activity.unit,
            "party": party,
            "subjects": sorted(activity.subject_categories),
            "types": sorted(type_codes),
            "frequency": activity.frequency,
            "volume": activity.volume,
            "retention": activity.retention,
        }
    )


def content_hash(content: Mapping[str, object]) -> str:
    """SHA-256 of canonical JSON: keys in order, no blanks, so that the same content always gives the same hash."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _may_sign(actor: Actor, signatures: Iterable[Signature]) -> None:
    """Refuse the Chief Privacy Officer's signature from whoever designates for single agencies."""
    of_the_city = any(signature.agency_id is None for signature in signatures)
    if of_the_city and access.scope(actor, Action.DESIGNATE).agency_ids is not None:
        cause = "it may not record the Chief Privacy Officer's signature"
        raise NotAllowed("Your account", cause, "Refer the approval to the Chief Privacy Officer.")


def _in_order(activity: Activity, designation: Designation, signatures: Iterable[Signature]) -> None:
    thing = f"Approval of {activity.title}"
    approved = ("the day of approval", designation.approved_on)
    rules.in_order(thing, approved, ("the day of review", designation.review_due_on))
    rules.in_order(thing, approved, ("the day it expires", designation.expires_on))
    for signature in signatures:
        rules.in_order(thing, (f"the signature of {signature.signer}", signature.signed_on), approved)


def _may_be_given(connection: Connection, activity: Activity, designation: Designation) -> None:
    thing = f"Approval of {activity.title}"
    if designation.classification not in APPROVABLE:
        raise RequestError(thing, "what is in this class is recorded, not approved", "Record what happened instead.")
    if designation.classification is not activity.classification:
        raise RequestError(thing, "the activity is recorded in another class", "Choose the class of the activity.")
    if designation.state in _GIVEN and designation.approved_on is None:
        raise RequestError(thing, "an approval that was given has its day", "Say when it was given.")
    known = [one for one in law.every(connection, Designation) if one.activity_id == activity.id]
    if designation.state in _IN_FORCE and any(one.state in _IN_FORCE for one in known):
        raise Conflict(thing, "one is in force already", "End that one first.")


def _signed(activity: Activity, party: Party | None, designation: Designation, signers: set[str | None]) -> None:
    """Refuse an approval without the signatures its class asks for (§§23-1201, 23-1202)."""
    if designation.state not in _GIVEN:
        return
    thing, cause = f"Approval of {activity.title}", ""
    if designation.classification is Classification.CPO_BEST_INTEREST:
        cause = "" if None in signers else "the Chief Privacy Officer has not signed it"
    elif activity.agency_id not in signers:
        cause = "the agency's own privacy officer has not signed it"
    elif designation.classification is Classification.ROUTINE_INTERAGENCY:
        other = party.agency_id if party else None
        if (other is not None and other not in signers) or len(signers - {None}) < 2:
            cause = "the other agency's privacy officer has not signed it"
    if cause:
        raise RequestError(thing, cause, "Record the missing signature with it, or leave it as submitted.")
