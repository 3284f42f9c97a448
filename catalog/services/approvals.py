"""Approvals of collections and disclosures: drafted, moved from hand to hand, or recorded from paper (§23-1202)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from catalog.errors import Conflict, NotAllowed, RequestError
from catalog.model import designation_machine as machine
from catalog.model.actors import Actor
from catalog.model.designation_guards import Facts, Signer
from catalog.model.designation_machine import APPROVABLE, DRAFTED, PINNING
from catalog.model.designations import (
    HOLDING,
    AgreementException,
    Designation,
    DesignationEvent,
    DesignationState,
    Signature,
)
from catalog.model.procedure import Outcome, ask, given
from catalog.model.register import Activity, Classification
from catalog.services import access, approval_facts, approval_steps, paper_approvals, reconciling, rules
from catalog.services.access import Action
from catalog.services.approval_steps import Move
from catalog.services.catalog import Catalog, Change
from catalog.store import audit, designations, law
from catalog.store.engine import Connection

E, S = DesignationEvent, DesignationState


def draft(
    actor: Actor,
    catalog: Catalog,
    activity_id: int,
    *,
    answers: Mapping[str, str],
    review_due_on: date | None,
    expires_on: date | None,
    single_use: bool = False,
    agreement_exception: AgreementException | None = None,
    exception_reason: str = "",
    submit: bool = False,
    reason: str = "",
) -> Designation:
    """Draft the approval of an activity, of the class and ground that the decision procedure leads to; or fill in
    anew the one that is drafted, was returned or was declined.

    Parameters:
        answers: those of the procedure, question to answer.
        submit: whether it goes to the privacy officer at once.

    Raises:
        Conflict: when an approval of the activity waits for signatures, or is in force.
        NotFound: when there is no such activity for which the actor may propose.
        RequestError: when the answers lead nowhere yet, or where nothing is approved; when a day is not to come; when
            it is submitted and something is missing.
    """
    access.require(actor, Action.PROPOSE)
    with catalog.changing(actor, "draft_designation", f"activity:{activity_id}", "submit" if submit else "") as change:
        activity = _proposed(change, actor, activity_id)
        open_one = _open(change.connection, activity)
        filled = replace(
            replace(open_one, state=_drafted_again(open_one)) if open_one else _blank(activity_id),
            review_due_on=review_due_on,
            expires_on=expires_on,
            single_use=single_use,
            agreement_exception=agreement_exception,
            exception_reason=exception_reason.strip(),
        )
        drafted = _classified(change, activity, filled, answers)
        _to_come(activity, drafted, change.at.date())
        stored = _store_draft(change, actor, activity, open_one, drafted, reason)
        if submit:
            facts = approval_facts.of(change.connection, stored, change.at)
            signer = replace(approval_facts.signer(actor, facts), reason=reason)
            _allowed(facts, E.SUBMIT, signer)
            stored = approval_steps.make(change, Move(facts, E.SUBMIT, actor, signer))
        reconciling.touch(change, catalog, activity_ids=[activity_id])
        change.compare(open_one, stored)
        change.concerns(activity.agency_id)
        change.index("activity", activity_id)
    return stored


def move(
    actor: Actor,
    catalog: Catalog,
    designation_id: int,
    event: DesignationEvent,
    *,
    reason: str = "",
    statement: str = "",
    seen: str,
    review_due_on: date | None = None,
) -> Designation:
    """Move an approval: submit, return, approve, sign for the other side, refer, deny, review, suspend, revoke.

    Parameters:
        statement: the mission statement of §23-1201, or the CPO's written determination, where the move needs one.
        seen: the hash of the content that the actor looked at.
        review_due_on: the day of the next review, where it is reaffirmed.

    Raises:
        Conflict: when there is no such move from where it stands by now, another content was looked at, somebody else
            moved it meanwhile, or another approval holds its place.
        NotAllowed: when the move is not the actor's to make.
        NotFound: when there is no such approval that the actor may see.
        RequestError: when something is missing for it.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.changing(actor, "move_designation", f"designation:{designation_id}", event.value) as change:
        _held(change, designation_id)
        facts = approval_facts.visible(change.connection, actor, designation_id, change.at)
        signer = replace(
            approval_facts.signer(actor, facts), reason=reason, statement=statement, review_due_on=review_due_on
        )
        if seen != facts.designation.content_hash:
            cause = "it is not what you looked at any more"
            raise Conflict(_thing(facts.activity), cause, "Read what it says now, and act again.")
        _allowed(facts, event, signer)
        moved = approval_steps.make(change, Move(facts, event, actor, signer))
        reconciling.touch(change, catalog, activity_ids=[moved.activity_id])
        change.compare(facts.designation, moved)
        change.concerns(facts.activity.agency_id)
    return moved


def record(
    actor: Actor, catalog: Catalog, designation: Designation, signatures: Sequence[Signature] = ()
) -> Designation:
    """Record an approval that was given on paper, of an activity as it stands, with who signed it.

    Parameters:
        designation: its content, hash, ground and place are worked out here, of the activity as recorded.
        signatures: their ``designation_id`` and hash are set here; nobody's account signed them.

    Raises:
        Conflict: when an approval of the activity, or of the same verb, party and purpose, is in force.
        NotAllowed: when the actor may record none, or the paper has another's signature beside their agency's.
        NotFound: when there is no such activity that the actor may designate, or no such agency.
        RequestError: when the class cannot be approved or is not the activity's, a signature the law asks for is
            missing, or dates are not in order.
    """
    if not access.may(actor, Action.KEEP_CITY_REGISTER):
        access.require(actor, Action.DESIGNATE)
    with catalog.changing(actor, "designate", f"activity:{designation.activity_id}", designation.state.value) as change:
        activity = paper_approvals.activity_of(change, actor, designation.activity_id)
        facts = paper_approvals.judged(change, actor, activity, designation, signatures)
        paper = facts.designation
        for signature in signatures:
            if signature.agency_id is not None:
                rules.agency_exists(change.connection, signature.agency_id)
        stored = designations.add(change.connection, paper)
        for one in signatures:
            signed = replace(one, designation_id=stored.id, person_id=None, content_hash=stored.content_hash)
            law.add(change.connection, signed)
        said = Signer(actor.person_id, reason="Recorded from paper")
        approval_steps.note(change, Move(replace(facts, designation=stored), E.RECORD, actor, said), None, stored)
        reconciling.touch(change, catalog, activity_ids=[activity.id])
        change.compare(None, stored)
        change.concerns(activity.agency_id)
        change.index("activity", activity.id)
    return stored


def _thing(activity: Activity) -> str:
    return f"Approval of {activity.title}"


def _allowed(facts: Facts, event: DesignationEvent, signer: Signer) -> None:
    """Refuse a move that the rules refuse, by what kind of refusal it is."""
    thing = _thing(facts.activity)
    if cause := machine.misplaced(facts, event):
        raise Conflict(thing, cause, "Look at where it stands now.")
    if cause := machine.not_theirs(facts, event, signer):
        raise NotAllowed(thing, cause, "Ask whoever it waits for.")
    if cause := machine.lacking(facts, event, signer):
        raise RequestError(thing, cause, "See what the approval needs, and act again.")


def _held(change: Change, designation_id: int) -> None:
    """Let nobody else move the approval or edit what it is about until this change ends."""
    designation = law.one(change.connection, Designation, designation_id)
    if designation is None:
        raise access.nothing_here()
    audit.alone(change.connection)


def _proposed(change: Change, actor: Actor, activity_id: int) -> Activity:
    """The activity that an approval is drafted for; nobody edits it until this change ends."""
    audit.alone(change.connection)
    activity = law.one(change.connection, Activity, activity_id)
    if activity is None or activity.withdrawn_on or not access.may(actor, Action.PROPOSE, activity.agency_id):
        raise access.nothing_here()
    return activity


def _open(connection: Connection, activity: Activity) -> Designation | None:
    """The approval of an activity that can be filled in anew.

    Raises:
        Conflict: when one waits for signatures, or is in force and not being amended.
    """
    every = designations.of_activity(connection, activity.id, DRAFTED | PINNING | HOLDING)
    if any(one.state in PINNING for one in every):
        raise Conflict(_thing(activity), "one waits for signatures already", "Return or withdraw that one first.")
    drafts = [one for one in every if one.state in DRAFTED]
    if drafts:
        return drafts[-1]
    if every:
        raise Conflict(_thing(activity), "one is in force already", "Call for its review and amend it.")
    return None


def _drafted_again(one: Designation) -> DesignationState:
    """What the other side declined is its own agency's matter again, once it is filled in anew."""
    return S.DRAFT if one.state is S.DECLINED else one.state


def _blank(activity_id: int) -> Designation:
    return Designation(0, activity_id, Classification.UNCLASSIFIED, S.DRAFT, "", "", None, None, None)


def _classified(change: Change, activity: Activity, drafted: Designation, answers: Mapping[str, str]) -> Designation:
    """The draft with the class and ground that the answers lead to."""
    facts = approval_facts.of_activity(change.connection, drafted, activity, change.at).procedure
    end = ask(answers, facts)
    thing = _thing(activity)
    if not isinstance(end, Outcome):
        raise RequestError(thing, "the guide has a question that is not answered", "Go through the guide to its end.")
    if end.classification is None:
        raise RequestError(thing, "by these answers it may not take place", " ".join(end.instead))
    if end.classification not in APPROVABLE:
        raise RequestError(thing, "by these answers it is recorded, not approved", "Set its class on the record.")
    counted = {question.value: answer for question, answer in given(answers, facts).items()}
    classed = replace(drafted, classification=end.classification, ground=end.ground, answers=counted)
    return approval_steps.sealed(change.connection, classed, activity)


def _to_come(activity: Activity, drafted: Designation, today: date) -> None:
    for words, day in (("the day of review", drafted.review_due_on), ("the day it ends", drafted.expires_on)):
        if day is not None and day <= today:
            raise RequestError(_thing(activity), f"{words} ({day}) is not to come", "Choose a later day.")


def _store_draft(
    change: Change, actor: Actor, activity: Activity, before: Designation | None, drafted: Designation, reason: str
) -> Designation:
    """Store a new draft, or what a draft was filled in with anew."""
    if before is None:
        drafted = designations.add(change.connection, drafted)
    else:
        designations.put(change.connection, before, drafted)
    facts = approval_facts.of_activity(change.connection, drafted, activity, change.at)
    said = replace(approval_facts.signer(actor, facts), reason=reason)
    approval_steps.note(change, Move(facts, E.DRAFT, actor, said), before.state if before else None, drafted)
    return drafted
