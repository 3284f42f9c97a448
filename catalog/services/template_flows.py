"""The flows made from a template: how they are made, follow it and are approved, and where they say something else."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.flow_templates import FlowTemplate, TemplateProtocol
from catalog.model.parties import Party
from catalog.model.procedure import NO, YES, Question
from catalog.model.register import Activity, Classification, Ground, Verb
from catalog.model.register_views import TemplateFlow
from catalog.model.revision_words import LABELS
from catalog.model.revisions import RecordKind
from catalog.services import access, approval_pages, approvals, history, mirrors, register
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.services.records import Records
from catalog.store import law
from catalog.store import register as stored
from catalog.store.engine import Connection

#: What a template says of the flows made from it, beside types and protocols; where it says nothing, they are free.
_SAID = (
    "purpose", "classification", "ground", "party_id", "programme_id", "subject_categories", "frequency", "volume",
    "retention",
)  # fmt: skip


def papers(connection: Connection) -> Mapping[int, tuple[int, ...]]:
    """The protocols that the flows made from each template stand on."""
    found: dict[int, tuple[int, ...]] = {}
    for link in law.every(connection, TemplateProtocol):
        found[link.template_id] = (*found.get(link.template_id, ()), link.protocol_id)
    return found


def sees(actor: Actor, known: Records, template: FlowTemplate) -> bool:
    """Whether a template is the city's, of an agency of the actor's, or that of a flow of such an agency; to be the
    other end of a flow made from it is not enough.
    """
    if template.agency_id is None or access.may(actor, Action.READ_FLOWS, template.agency_id):
        return True
    made = (flow for flow in known.activities.values() if flow.template_id == template.id)
    return any(access.may(actor, Action.READ_FLOWS, flow.agency_id) for flow in made)


def made_from(known: Records, template: FlowTemplate, protocol_ids: Collection[int]) -> tuple[TemplateFlow, ...]:
    """The flows made from a template that the actor sees, and where each says something else than it."""
    views = known.views(lambda activity: activity.template_id == template.id)
    return tuple(TemplateFlow(view, _differs(known, template, protocol_ids, view.activity)) for view in views)


def make(
    actor: Actor, catalog: Catalog, template: FlowTemplate, protocol_ids: Collection[int], agency_id: str, on: date
) -> Activity:
    """Record the flow of one agency, and its other side where that is an agency whose register the actor keeps too.

    Raises:
        Conflict: when the agency has one already.
        RequestError: when an agency is no party yet.
    """
    flow = example(template, agency_id, on)
    with catalog.reading() as connection:
        made = law.where(connection, Activity, agency_id=agency_id, template_id=template.id, withdrawn_on=None)
        party = law.one(connection, Party, template.party_id) if template.party_id else None
        own = next(iter(law.where(connection, Party, agency_id=agency_id)), None)
    if made:
        raise Conflict(template.title, f"{agency_id} has a flow made from it already", "Leave that agency out.")
    other = party.agency_id if party else None
    both = other is not None and bool(template.type_codes) and access.may(actor, Action.KEEP_REGISTER, other)
    if both and other is not None and template.verb is Verb.COLLECTION:
        flow = replace(flow, mirror_of_id=_disclosed(actor, catalog, template, flow, other, own).id)
    kept = register.add_activity(actor, catalog, flow, type_codes=template.type_codes, protocol_ids=protocol_ids)
    if both and template.verb is Verb.DISCLOSURE:
        mirrors.record(actor, catalog, kept.id)
    return kept


def bring(
    actor: Actor,
    catalog: Catalog,
    template: FlowTemplate,
    protocol_ids: Collection[int],
    activity: Activity,
    reason: str,
) -> None:
    """Let a flow say what its template says now; protocols of its own stay."""
    with catalog.reading() as connection:
        joined = stored.joined_of(connection, activity.id)
        expected = history.latest(connection, RecordKind.ACTIVITY, activity.id)
    register.revise_activity(
        actor,
        catalog,
        replace(activity, **_said(template)),
        type_codes=template.type_codes or joined.type_codes,
        dataset_ids=joined.dataset_ids,
        protocol_ids={*joined.protocol_ids, *protocol_ids},
        reason=reason,
        expected=expected,
    )


def submit(
    actor: Actor, catalog: Catalog, template: FlowTemplate, activity: Activity, review_due_on: date | None
) -> None:
    """Draft the approval of a flow and submit it to its privacy officer, in the class and on the ground that whoever
    wrote the template chose.

    Raises:
        RequestError: when the decision procedure does not lead there.
    """
    answers: dict[str, str] = {}
    page = approval_pages.guide(actor, catalog, activity.id, answers)
    while page.question is not None:
        answers[page.question.value] = _answer(page.question, template)
        page = approval_pages.guide(actor, catalog, activity.id, answers)
    if page.outcome is None or page.outcome.classification is not template.classification:
        cause = "the decision procedure does not lead to the class that the template is of"
        raise RequestError(f"Approval of {activity.title}", cause, "Go through the guide for each flow instead.")
    approvals.draft(
        actor, catalog, activity.id, answers=answers, review_due_on=review_due_on, expires_on=None, submit=True
    )


def _answer(question: Question, template: FlowTemplate) -> str:
    """What the class and ground of a template answer by themselves."""
    routine = template.classification in {Classification.ROUTINE_AGENCY, Classification.ROUTINE_INTERAGENCY}
    yes = {
        Question.IDENTIFYING: True,
        Question.CHAPTER: True,
        Question.REQUIRED: template.ground is Ground.REQUIRED_BY_LAW,
        Question.FURTHERS: template.ground is Ground.FURTHERS_PURPOSE,
        Question.AUTHORIZED: template.ground is Ground.INDIVIDUAL_AUTHORIZATION,
        Question.AS_ROUTINE: routine,
        Question.BOTH_AGREE: template.classification is Classification.ROUTINE_INTERAGENCY,
        Question.NORMAL_COURSE: template.classification is Classification.ROUTINE_AGENCY,
    }
    return YES if yes.get(question, False) else NO


def example(template: FlowTemplate, agency_id: str = "", on: date | None = None) -> Activity:
    """The flow that an agency would make from a template."""
    blank = Activity(
        0, agency_id, template.verb, template.title, "", Classification.UNCLASSIFIED, None, "", None, (), None, on, None
    )
    return replace(blank, reference=template.code, template_id=template.id, **_said(template))


def _said(template: FlowTemplate) -> dict[str, Any]:
    """The fields of a flow of which the template says something."""
    said = {name: getattr(template, name) for name in _SAID}
    nothing = ("", (), None, Classification.UNCLASSIFIED)
    return {name: value for name, value in said.items() if value not in nothing}


def _differs(
    known: Records, template: FlowTemplate, protocol_ids: Collection[int], activity: Activity
) -> tuple[str, ...]:
    """In which fields a flow says something else than its template."""
    found = [LABELS[name] for name, value in _said(template).items() if getattr(activity, name) != value]
    if template.type_codes and set(template.type_codes) != set(known.types.get(activity.id, ())):
        found.append(LABELS["types"])
    if set(protocol_ids) - {paper.id for paper in known.papers.get(activity.id, ())}:
        found.append(LABELS["protocols"])
    return tuple(found)


def _disclosed(
    actor: Actor, catalog: Catalog, template: FlowTemplate, flow: Activity, by: str, to: Party | None
) -> Activity:
    """The disclosure that a collection from an agency of the actor's is the other side of, recorded there."""
    if to is None:
        cause = f"{flow.agency_id} is not recorded as a party"
        raise RequestError(template.title, cause, "Ask the privacy office to record it as one.")
    together = template.classification is Classification.ROUTINE_INTERAGENCY
    disclosure = replace(
        flow,
        agency_id=by,
        verb=Verb.DISCLOSURE,
        party_id=to.id,
        reference=f"{template.code}-{flow.agency_id}",
        template_id=None,
        # What both officers agree on holds there too; anything else is for that agency's officer to say.
        classification=template.classification if together else Classification.UNCLASSIFIED,
        ground=template.ground if together else None,
    )
    return register.add_activity(actor, catalog, disclosure, type_codes=template.type_codes)
