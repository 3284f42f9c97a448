"""Approvals of before, given on paper: what one has to say to be recorded, by the law of its day (§23-1202)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model import designation_guards as guards
from catalog.model.actors import ROLE_TITLES, Actor, Role
from catalog.model.designation_guards import Facts, Signer
from catalog.model.designation_machine import APPROVABLE, PINNING, ROUTINE
from catalog.model.designations import (
    HOLDING,
    Designation,
    DesignationEvent,
    DesignationState,
    DesignationStep,
    Signature,
)
from catalog.model.register import Activity, Classification
from catalog.services import access, approval_facts, approval_steps, rules
from catalog.services.access import Action
from catalog.services.catalog import Change
from catalog.store import audit, designations, law
from catalog.store.engine import Connection

E, S = DesignationEvent, DesignationState
#: What a paper of before can say of where its approval stands: it was given.
_GIVEN = frozenset({S.ACTIVE, S.REVIEW_DUE, S.SUSPENDED, S.EXPIRED, S.REVOKED})


def activity_of(change: Change, actor: Actor, activity_id: int) -> Activity:
    """The activity that a paper is recorded for; nobody edits it until this change ends.

    Raises:
        NotFound: when there is none whose papers the actor may record.
    """
    audit.alone(change.connection)
    activity = law.one(change.connection, Activity, activity_id)
    allowed = access.may(actor, Action.KEEP_CITY_REGISTER) or (
        activity is not None and access.may(actor, Action.DESIGNATE, activity.agency_id)
    )
    if activity is None or activity.withdrawn_on is not None or not allowed:
        raise NotFound(f"Activity {activity_id}", "there is no such activity of yours", "Record it first.")
    return activity


def judged(
    change: Change, actor: Actor, activity: Activity, said: Designation, signatures: Sequence[Signature]
) -> Facts:
    """The paper as it is to be recorded, with the facts of its day, by which it was lawful.

    Raises:
        Conflict: when one waits here, was drafted or denied here, or is in force.
        NotAllowed: when it has another's signature beside the agency's own.
        RequestError: when it says less than the law asked for, or its days are not in order.
    """
    connection, today = change.connection, change.at.date()
    _in_order(activity, said, signatures, change.at)
    over = said.state in HOLDING and said.expires_on is not None and said.expires_on < today
    paper = replace(
        said,
        state=S.EXPIRED if over else said.state,
        ground=activity.ground,
        answers={},
        submitted_by=None,
        supersedes_id=None,
        second_reviewer=None,
    )
    given_at = datetime.combine(paper.approved_on or today, time(), UTC)
    facts = approval_facts.of_activity(connection, paper, activity, given_at)
    _may_record(actor, facts, signatures)
    paper = approval_steps.sealed(connection, replace(paper, second_reviewer=facts.second_reviewer), activity)
    facts = replace(facts, designation=paper)
    _may_be_given(connection, facts)
    _not_decided_here(connection, facts)
    cause = _unsigned(facts, signatures) or guards.lawful(facts, Signer(None))
    if cause:
        raise RequestError(_thing(activity), cause, "Record what the paper says of it, or draft an approval instead.")
    return facts


def _thing(activity: Activity) -> str:
    return f"Approval of {activity.title}"


def _may_record(actor: Actor, facts: Facts, signatures: Sequence[Signature]) -> None:
    """Refuse papers with another's signature beside the agency's own from whoever is not of the privacy office."""
    others = {signature.agency_id for signature in signatures} - {facts.activity.agency_id}
    if (others or facts.second_reviewer) and not access.may(actor, Action.KEEP_CITY_REGISTER):
        cause = "it may not record the signature of anybody but its agency's own privacy officer"
        raise NotAllowed("Your account", cause, "Send the paper to the privacy office, which records it.")


def _in_order(activity: Activity, said: Designation, signatures: Sequence[Signature], now: datetime) -> None:
    thing = _thing(activity)
    approved = ("the day of approval", said.approved_on)
    rules.in_order(thing, approved, ("today", now.date()))
    rules.in_order(thing, approved, ("the day of review", said.review_due_on))
    rules.in_order(thing, approved, ("the day it expires", said.expires_on))
    for signature in signatures:
        rules.in_order(thing, (f"the signature of {signature.signer}", signature.signed_on), approved)


def _may_be_given(connection: Connection, facts: Facts) -> None:
    designation, thing = facts.designation, _thing(facts.activity)
    if designation.classification not in APPROVABLE:
        raise RequestError(thing, "what is in this class is recorded, not approved", "Record what happened instead.")
    if designation.classification is not facts.activity.classification:
        raise RequestError(thing, "the activity is recorded in another class", "Choose the class of the activity.")
    if facts.not_routine and designation.classification in ROUTINE:
        raise RequestError(thing, "the policies of its day say that it is not routine", "Record it as case by case.")
    if designation.state not in _GIVEN:
        raise RequestError(thing, "a paper records an approval that was given", "Draft one that is still to be given.")
    if designation.approved_on is None:
        raise RequestError(thing, "an approval that was given has its day", "Say when it was given.")
    held = approval_facts.holders(connection, facts.activity)
    if designation.state in HOLDING and held:
        raise Conflict(thing, "one is in force already", "End that one first.")


def _not_decided_here(connection: Connection, facts: Facts) -> None:
    """Refuse to go round what waits for its signatures here, or was decided here: that is approved here."""
    thing, activity = _thing(facts.activity), facts.activity
    if designations.of_activity(connection, activity.id, PINNING):
        raise Conflict(thing, "one waits for signatures already", "Return or withdraw that one first.")
    every = [one.id for one in law.where(connection, Designation, activity_id=activity.id)]
    steps = [step for key in every for step in law.where(connection, DesignationStep, designation_id=key)]
    days = [step.at.date() for step in steps if step.event is E.DRAFT]
    drafted = bool(days) and facts.designation.approved_on is not None and min(days) <= facts.designation.approved_on
    if drafted or (facts.designation.state in HOLDING and any(step.event is E.DENY for step in steps)):
        cause = "it was denied here" if not drafted else "one was drafted here by that day"
        raise Conflict(thing, cause, "Have it approved here: a paper is of the time before.")


def _unsigned(facts: Facts, signatures: Sequence[Signature]) -> str:
    """Which signature is missing that its class asked for on its day (§§23-1201, 23-1202, 23-1203(5))."""
    designation, own = facts.designation, facts.activity.agency_id
    officers = [one for one in signatures if one.capacity != ROLE_TITLES[Role.AGENCY_HEAD]]
    by_agency = {one.agency_id: one for one in officers}
    if designation.classification is Classification.CPO_BEST_INTEREST:
        return _undetermined(by_agency.get(None))
    if own not in by_agency:
        return "the agency's own privacy officer has not signed it"
    if designation.classification is Classification.ROUTINE_INTERAGENCY:
        return _apart(facts, [one for one in officers if one.agency_id is not None])
    return _unreviewed(designation.second_reviewer, by_agency[own], signatures)


def _undetermined(signature: Signature | None) -> str:
    if signature is None:
        return "the Chief Privacy Officer has not signed it"
    return "" if signature.statement.strip() else "the Chief Privacy Officer's written determination is missing"


def _apart(facts: Facts, signatures: Sequence[Signature]) -> str:
    """Two officers, each for their own agency, who say what it does for its mission."""
    agencies, other = {one.agency_id for one in signatures}, facts.other_agency
    if (other is not None and other not in agencies) or len(agencies) < 2:
        return "the other agency's privacy officer has not signed it"
    if len({_name(one) for one in signatures}) < len(agencies):
        return "the same person may not sign for both"
    return "" if all(one.statement.strip() for one in signatures) else "a mission statement is missing"


def _unreviewed(reviewer: Role | None, own: Signature, signatures: Sequence[Signature]) -> str:
    """The further review, by somebody else, in the capacity that the policies of the day named."""
    titles = {Role.CPO_STAFF: (Role.CPO_STAFF, Role.CPO)}.get(reviewer, (reviewer,)) if reviewer else ()
    wanted = {ROLE_TITLES[one] for one in titles if one}
    fits = [one for one in signatures if one.capacity in wanted and _name(one) != _name(own)]
    return "the second reviewer that the policies ask for has not signed it" if reviewer and not fits else ""


def _name(signature: Signature) -> str:
    return " ".join(signature.signer.casefold().split())
