"""Approvals as pages show them: the guide, one approval with the moves there are, and the queue of what waits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from catalog.model import designation_machine as machine
from catalog.model.actors import Actor
from catalog.model.approval_views import Answered, ApprovalPage, GuidePage, PossibleMove
from catalog.model.designation_guards import Facts, Signer
from catalog.model.designation_machine import DRAFTED, PINNING
from catalog.model.designations import HOLDING, Designation, DesignationEvent, DesignationState, DesignationStep
from catalog.model.procedure import QUESTIONS, Outcome, ProcedureFacts, ask, given
from catalog.model.register import Classification
from catalog.services import access, approval_contents, approval_facts, records
from catalog.services.access import Action
from catalog.services.approval_queue import FACETS, queue
from catalog.services.catalog import Catalog
from catalog.store import designations, law

__all__ = ["FACETS", "guide", "page", "queue"]


def guide(actor: Actor, catalog: Catalog, activity_id: int, answers: Mapping[str, str]) -> GuidePage:
    """Where these answers lead in the decision procedure: to the next question, or to an outcome.

    Raises:
        NotFound: when there is no such activity for which the actor may propose an approval.
    """
    access.require(actor, Action.PROPOSE)
    now = catalog.clock.now()
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        activity = known.activities.get(activity_id)
        if activity is None or not access.may(actor, Action.PROPOSE, activity.agency_id):
            raise access.nothing_here()
        blank = Designation(
            0, activity_id, Classification.UNCLASSIFIED, DesignationState.DRAFT, "", "", None, None, None
        )
        facts = approval_facts.of_activity(connection, blank, activity, now)
        open_ones = designations.of_activity(connection, activity_id, DRAFTED | PINNING | HOLDING)
        agreements = approval_facts.agreements(connection, activity_id, now)
    end = ask(answers, facts.procedure)
    question = None if isinstance(end, Outcome) else end
    return GuidePage(
        view=known.view(activity_id),
        answered=_answered(answers, facts.procedure),
        question=question,
        asked=QUESTIONS[question] if question else None,
        outcome=end if isinstance(end, Outcome) else None,
        rules=facts.rules,
        agreements=agreements,
        open=open_ones[-1] if open_ones else None,
    )


def page(actor: Actor, catalog: Catalog, designation_id: int) -> ApprovalPage:
    """One approval: what it is over, who signed it, what happened, and which moves there are.

    Raises:
        NotFound: when there is none that the actor may see.
    """
    access.require(actor, Action.READ_FLOWS)
    now = catalog.clock.now()
    with catalog.reading() as connection:
        facts = approval_facts.visible(connection, actor, designation_id, now)
        known = records.visible(connection, catalog, actor)
        designation, activity = facts.designation, facts.activity
        if activity.id not in known.activities:
            raise access.nothing_here()
        today = approval_contents.content(connection, designation, activity)
        drafted = designation.state in DRAFTED - {DesignationState.DECLINED}
        said = today if drafted else approval_contents.read(designation)
        named = {**said, "agency_id": known.agencies[activity.agency_id].name} if said else said
        steps = law.where(connection, DesignationStep, designation_id=designation_id)
        amended_by = law.where(connection, Designation, supersedes_id=designation_id)
        return ApprovalPage(
            designation=designation,
            view=known.view(activity.id),
            signatures=tuple((one, known.agencies.get(one.agency_id or "")) for one in facts.signatures),
            steps=_steps(actor, facts, steps),
            possible=_possible(actor, facts),
            content=approval_contents.in_words(named, catalog.taxonomy.types),
            differs=approval_contents.changes(said, today, catalog.taxonomy.types) if said else (),
            agreements=approval_facts.agreements(connection, activity.id, now),
            answered=_answered(designation.answers, facts.procedure),
            supersedes=designation.supersedes_id,
            amended_by=max((one.id for one in amended_by), default=None),
            is_paper=any(step.event is DesignationEvent.RECORD for step in steps),
        )


def _answered(answers: Mapping[str, str], facts: ProcedureFacts) -> tuple[Answered, ...]:
    """The answers that count, in the order the questions are asked in."""
    return tuple(
        Answered(question, QUESTIONS[question], answer, dict(QUESTIONS[question].answers)[answer])
        for question, answer in given(answers, facts).items()
    )


def _steps(actor: Actor, facts: Facts, steps: list[DesignationStep]) -> tuple[DesignationStep, ...]:
    """What happened, as far as the actor may know: the other side is told neither what its agency did with it before
    it was asked, nor its reasons, which may say what was found in its data.
    """
    if access.concerns(actor, (facts.activity.agency_id,)):
        return tuple(steps)
    shown = [step for step in steps if step.after not in approval_facts.INTERNAL]
    return tuple(step if step.agency_id == facts.other_agency else replace(step, reason="") for step in shown)


def _possible(actor: Actor, facts: Facts) -> tuple[PossibleMove, ...]:
    signer = approval_facts.signer(actor, facts)
    return tuple(_move(facts, event, signer) for event in machine.moves_from(facts))


def _move(facts: Facts, event: DesignationEvent, signer: Signer) -> PossibleMove:
    """A move with what it asks for: what is refused without it, and is not with it."""
    whole = replace(signer, reason="Said", statement="Said", review_due_on=date.max)

    def asks_for(less: Signer) -> bool:
        return not refused and bool(machine.refusal(facts, event, less))

    refused = machine.refusal(facts, event, whole)
    return PossibleMove(
        event=event,
        refused=refused,
        needs_reason=asks_for(replace(whole, reason="")),
        needs_statement=asks_for(replace(whole, statement="")),
        needs_review_day=asks_for(replace(whole, review_due_on=None)),
    )
