"""Writing an approval's steps: state, step, signature and what follows from them, in the caller's transaction."""

from dataclasses import dataclass, replace
from datetime import date

from catalog.model import designation_machine as machine
from catalog.model.actors import ROLE_TITLES, Actor, Role
from catalog.model.designation_guards import Facts, Signer
from catalog.model.designations import (
    HOLDING,
    Designation,
    DesignationEvent,
    DesignationState,
    DesignationStep,
    Signature,
    covers,
)
from catalog.model.reconciliation import in_force
from catalog.model.register import Activity, Classification, Ground, Protocol, ProtocolType
from catalog.model.revisions import RecordKind
from catalog.services import access, approval_contents, contents, history
from catalog.services.catalog import Change
from catalog.store import designations, law
from catalog.store.engine import Connection

E, S = DesignationEvent, DesignationState
_CATALOG_NAME = "Privacy Catalog"
_APPROVING = frozenset({E.APPROVE, E.COUNTERSIGN, E.SECOND, E.DETERMINE})


@dataclass(frozen=True)
class Move:
    """One move of one approval: by whom, in what office, with what they say."""

    facts: Facts
    event: DesignationEvent
    actor: Actor
    said: Signer

    @property
    def for_agency(self) -> str | None:
        """For which agency it is made; None for the city."""
        facts, said = self.facts, self.said
        found = facts.designation.classification is Classification.CPO_BEST_INTEREST
        if self.event in {E.COUNTERSIGN, E.DECLINE}:
            return facts.other_agency
        if self.event is E.DETERMINE or (self.event is E.REAFFIRM and found):
            return None
        if self._reviews and facts.designation.second_reviewer is not Role.AGENCY_HEAD:
            return None
        if said.is_counterpart and not (said.is_officer or said.is_chief):
            return facts.other_agency
        return access.acts_for(self.actor, facts.activity.agency_id)

    @property
    def _reviews(self) -> bool:
        """Whether it is the further review, or that review once more."""
        return self.event is E.SECOND or (
            self.event is E.REAFFIRM and self.facts.designation.second_reviewer is not None
        )

    @property
    def office(self) -> str:
        """In what office somebody signs."""
        if self.for_agency is None:
            return ROLE_TITLES[Role.CPO if self.said.is_chief else Role.CPO_STAFF]
        if self._reviews:
            return ROLE_TITLES[Role.AGENCY_HEAD]
        is_officer = self.said.is_officer or self.event is E.COUNTERSIGN
        return ROLE_TITLES[Role.OFFICER if is_officer else Role.FOIL_OFFICER]


def make(change: Change, move: Move) -> Designation:
    """Make a move that was found to be allowed, with everything that follows from it.

    Raises:
        Conflict: when the approval was moved meanwhile, or another holds its place.
    """
    before, after = move.facts.designation, _moved(change, move)
    comes_into_force = after.state is S.ACTIVE and move.event in _APPROVING
    amended = law.one(change.connection, Designation, before.supersedes_id) if before.supersedes_id else None
    if comes_into_force and amended is not None and amended.state in HOLDING:
        by_itself(change, amended, E.SUPERSEDE, S.SUPERSEDED, f"Approval {before.id} takes its place")
    designations.put(change.connection, before, after)
    note(change, move, before.state, after)
    if move.event in machine.SIGNING:
        law.add(change.connection, _signature(change, move, after))
    if comes_into_force:
        _classify(change, move, after)
    if after.state in {S.DENIED, S.WITHDRAWN} and amended is not None and amended.state is S.AMENDING:
        by_itself(change, amended, E.REVIEW, S.REVIEW_DUE, f"Its amendment, approval {before.id}, came to nothing")
    if move.event is E.AMEND:
        _draft_amendment(change, move, after)
    change.index("activity", after.activity_id)
    return after


def note(change: Change, move: Move, before: DesignationState | None, after: Designation) -> None:
    """Add the step of a move: who, when, why, from where to where, over which content."""
    actor, reason = move.actor, move.said.reason.strip()
    step = DesignationStep(
        0, after.id, move.event, before, after.state, actor.person_id, actor.name, move.for_agency, change.at, reason,
        after.content_hash,
    )  # fmt: skip
    law.add(change.connection, step)


def by_itself(
    change: Change, before: Designation, event: DesignationEvent, state: DesignationState, reason: str
) -> Designation:
    """What happens to an approval by a date, by what was found, or with the move of another: nobody's step.

    Raises:
        Conflict: when it was moved meanwhile.
    """
    after = replace(before, state=state)
    designations.put(change.connection, before, after)
    step = DesignationStep(
        0, after.id, event, before.state, state, None, _CATALOG_NAME, None, change.at, reason, after.content_hash
    )
    law.add(change.connection, step)
    change.index("activity", after.activity_id)
    return after


def sealed(connection: Connection, designation: Designation, activity: Activity) -> Designation:
    """An approval over the activity as it stands, of the policies in force."""
    content = approval_contents.content(connection, designation, activity)
    return replace(
        designation,
        content=contents.canonical(content),
        content_hash=contents.digest(content),
        flow=approval_contents.flow_of(activity),
    )


def edition(connection: Connection, on: date) -> str:
    """The edition of the Chief Privacy Officer's policies in force on a day; empty where none is recorded."""
    policies = law.where(connection, Protocol, type=ProtocolType.CPO_POLICY)
    current = [one for one in policies if in_force(one, on)]
    return max(current, key=lambda one: one.effective_on).edition if current else ""


def _moved(change: Change, move: Move) -> Designation:
    facts, event = move.facts, move.event
    moved = replace(facts.designation, state=machine.target(facts, event))
    if event is E.SUBMIT:
        moved = replace(moved, submitted_by=move.actor.person_id)
        moved = replace(moved, policy_edition=edition(change.connection, facts.today))
    if event is E.REFER:
        moved = replace(moved, classification=Classification.CPO_BEST_INTEREST, ground=Ground.CPO_FINDING)
    if event in {E.SUBMIT, E.REFER}:
        moved = sealed(change.connection, moved, facts.activity)
    if event in {E.SUBMIT, E.APPROVE, E.REFER}:
        moved = replace(moved, second_reviewer=replace(facts, designation=moved).second_reviewer)
    if event in _APPROVING and moved.state is S.ACTIVE:
        moved = replace(moved, approved_on=facts.today)
    if event is E.REAFFIRM:
        moved = replace(moved, review_due_on=move.said.review_due_on or moved.review_due_on)
    return moved


def _signature(change: Change, move: Move, signed: Designation) -> Signature:
    return Signature(
        id=0,
        designation_id=signed.id,
        agency_id=move.for_agency,
        signer=move.actor.name,
        capacity=move.office,
        statement=move.said.statement.strip(),
        signed_on=change.at.date(),
        person_id=move.actor.person_id,
        content_hash=signed.content_hash,
    )


def _classify(change: Change, move: Move, approved: Designation) -> None:
    """Set the activity's class and ground to those approved, and keep what it then says; those of the other side too,
    where nobody has classified it and the approval is of both sides.
    """
    sides = law.where(change.connection, Activity, mirror_of_id=approved.activity_id, withdrawn_on=None)
    free = [one for one in sides if one.classification is Classification.UNCLASSIFIED]
    for activity in (move.facts.activity, *(one for one in free if covers(approved, one.classification))):
        now = replace(activity, classification=approved.classification, ground=approved.ground)
        if now != activity:
            _reclassify(change, move, activity, now, f"Approval {approved.id} in force")


def _reclassify(change: Change, move: Move, activity: Activity, now: Activity, reason: str) -> None:
    kind, connection = RecordKind.ACTIVITY, change.connection
    last = history.latest(connection, kind, activity.id)
    said = contents.content_of_activity(connection, activity)
    history.open_record(change, kind, activity.id, activity.agency_id, said, last)
    law.put(connection, now)
    said = contents.content_of_activity(connection, now)
    history.keep(change, move.actor, kind, activity.id, activity.agency_id, said, reason)
    change.index("activity", activity.id)


def _draft_amendment(change: Change, move: Move, old: Designation) -> None:
    """Draft the approval that is to take the place of one that stays in force meanwhile; of its days, those to come."""
    today = move.facts.today
    due, ends = old.review_due_on, old.expires_on
    draft = replace(
        old,
        id=0,
        state=S.DRAFT,
        approved_on=None,
        review_due_on=due if due is not None and due > today else None,
        expires_on=ends if ends is not None and ends > today else None,
        supersedes_id=old.id,
        submitted_by=None,
        second_reviewer=None,
    )
    stored = designations.add(change.connection, sealed(change.connection, draft, move.facts.activity))
    note(change, replace(move, event=E.DRAFT), None, stored)
