"""Templates: what many alike flows have in common, written once, and applied to many agencies at once.

A flow made from a template is an activity like any other: it is approved by itself, and its agency may let it say
something else. A template that is changed changes no flow, until somebody lets the flow follow it.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.flow_templates import FlowTemplate, TemplateProtocol
from catalog.model.holdings import Agency
from catalog.model.register import Activity, Protocol
from catalog.model.register_views import TemplateFlow, TemplateLine, TemplatePage
from catalog.model.revisions import Joined, RecordKind
from catalog.services import access, contents, history, lawful, records, rules, template_flows
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.services.records import Records
from catalog.store import law
from catalog.store.engine import Connection


def every(actor: Actor, catalog: Catalog) -> tuple[TemplateLine, ...]:
    """The templates this actor may know of, by title."""
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        seen = [one for one in law.every(connection, FlowTemplate) if template_flows.sees(actor, known, one)]
        papers = template_flows.papers(connection)
    ordered = sorted(seen, key=lambda one: one.title.casefold())
    return tuple(_line(known, one, template_flows.made_from(known, one, papers.get(one.id, ()))) for one in ordered)


def one(actor: Actor, catalog: Catalog, template_id: int) -> TemplatePage:
    """One template with the flows made from it, and the agencies the actor can still make one for.

    Raises:
        NotFound: when there is no such template that the actor may know of.
    """
    access.require(actor, Action.READ_FLOWS)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        found = law.one(connection, FlowTemplate, template_id)
        if found is None or not template_flows.sees(actor, known, found):
            raise access.nothing_here()
        papers = template_flows.papers(connection).get(template_id, ())
        protocols = [law.one(connection, Protocol, key) for key in papers]
        expected = history.latest(connection, RecordKind.TEMPLATE, template_id)
    flows = template_flows.made_from(known, found, papers)
    return TemplatePage(
        line=_line(known, found, flows),
        protocols=tuple(paper for paper in protocols if paper is not None),
        types=tuple(known.kinds[code] for code in found.type_codes),
        flows=flows,
        without=_without(actor, known, found),
        may_edit=access.keeps(actor, found.agency_id),
        expected=expected,
    )


def add(actor: Actor, catalog: Catalog, template: FlowTemplate, protocol_ids: Collection[int] = ()) -> FlowTemplate:
    """Write a template: the city's by the privacy office, an agency's by its officers.

    Raises:
        Conflict: when the code is taken.
        NotFound: when there is no such agency that the actor keeps the register of, or a record it names is missing.
        RequestError: when it says what the law knows no case of.
    """
    access.require_register(actor, template.agency_id)
    rules.types_exist(catalog, template.type_codes)
    with catalog.changing(actor, "add_template", "template") as change:
        change.alone()
        _fits(actor, change.connection, template, protocol_ids)
        stored = law.add(change.connection, replace(template, version=1))
        change.names(f"template:{stored.id}")
        joined = _join(change.connection, stored.id, protocol_ids)
        change.compare(None, stored, (None, joined))
        _keep(change, actor, stored)
    return stored


def revise(
    actor: Actor,
    catalog: Catalog,
    template: FlowTemplate,
    protocol_ids: Collection[int],
    *,
    reason: str = "",
    expected: int,
) -> FlowTemplate:
    """Change what a template says, which makes its next version; flows made from it stay as they are.

    Raises:
        Conflict: when it was changed since, or the code is taken.
        NotFound: when there is no such template of the actor's, or a record it names is missing.
        RequestError: when it says what the law knows no case of, or would be of another verb.
    """
    stored = _own(actor, catalog, template.id)
    rules.types_exist(catalog, template.type_codes)
    with catalog.changing(actor, "revise_template", f"template:{template.id}") as change:
        before = rules.existing(change.connection, FlowTemplate, template.id, "Template")
        said = contents.content_of_template(change.connection, before)
        history.open_record(change, RecordKind.TEMPLATE, before.id, before.agency_id, said, expected)
        was = Joined(protocol_ids=tuple(contents.ids(said, "protocols")))
        after = replace(template, agency_id=stored.agency_id, version=before.version + 1)
        _fits(actor, change.connection, after, protocol_ids, before, was.protocol_ids)
        law.put(change.connection, after)
        joined = _join(change.connection, after.id, protocol_ids)
        change.compare(before, after, (was, joined))
        _keep(change, actor, after, reason)
    return after


def apply(
    actor: Actor,
    catalog: Catalog,
    template_id: int,
    agency_ids: Collection[str],
    started_on: date,
    designate: bool = False,
    review_due_on: date | None = None,
) -> tuple[Activity, ...]:
    """Make a flow from a template for each of these agencies, and its other side where that is an agency whose
    register the actor keeps too; all of them or none.

    Parameters:
        designate: whether an approval of each is drafted and submitted, in the class of the template.
        review_due_on: the day of review of those approvals.

    Raises:
        Conflict: when an agency has one already.
        NotFound: when there is no such template, or an agency is not one whose register the actor keeps.
        RequestError: when no agency is named, or a flow would be what the law knows no case of.
    """
    page = one(actor, catalog, template_id)
    if not agency_ids:
        raise RequestError("This template", "no agency is named", "Choose the agencies to make a flow for.")
    template, papers = page.line.template, [paper.id for paper in page.protocols]
    with catalog.together() as joined:
        history.hold_all(joined)
        made = [
            template_flows.make(actor, joined, template, papers, agency_id, started_on)
            for agency_id in sorted(set(agency_ids))
        ]
        for flow in made if designate else ():
            template_flows.submit(actor, joined, template, flow, review_due_on)
    return tuple(made)


def follow(actor: Actor, catalog: Catalog, template_id: int, activity_ids: Collection[int], reason: str) -> None:
    """Let flows made from a template say again what it says now: all of them or none. What it does not say stays.

    Raises:
        Conflict: when an approval of one waits, or holds in another class than the template is of.
        NotFound: when one was not made from it, or is not the actor's.
    """
    page = one(actor, catalog, template_id)
    made = {flow.view.activity.id: flow.view.activity for flow in page.flows}
    if set(activity_ids) - set(made):
        raise access.nothing_here()
    papers = [paper.id for paper in page.protocols]
    with catalog.together() as joined:
        history.hold_all(joined)
        for activity_id in sorted(set(activity_ids)):
            template_flows.bring(actor, joined, page.line.template, papers, made[activity_id], reason)


def _line(known: Records, one: FlowTemplate, flows: Sequence[TemplateFlow]) -> TemplateLine:
    return TemplateLine(
        template=one,
        agency=known.agencies.get(one.agency_id or ""),
        party=known.parties[one.party_id] if one.party_id else None,
        programme=known.programmes.get(one.programme_id) if one.programme_id else None,
        flows=len(flows),
        behind=sum(bool(flow.differs) for flow in flows),
    )


def _without(actor: Actor, known: Records, one: FlowTemplate) -> tuple[Agency, ...]:
    """The agencies whose register the actor keeps that have no flow made from it, and are not its other end."""
    party = known.parties[one.party_id] if one.party_id else None
    having = {each.agency_id for each in known.activities.values() if each.template_id == one.id}
    having.update({party.agency_id} if party and party.agency_id else ())
    kept = [each for each in known.agencies.values() if access.may(actor, Action.KEEP_REGISTER, each.id)]
    return tuple(sorted((each for each in kept if each.id not in having), key=lambda each: each.name.casefold()))


def _own(actor: Actor, catalog: Catalog, template_id: int) -> FlowTemplate:
    """The template, if the actor keeps it."""
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, FlowTemplate, template_id)
    if found is None:
        raise access.nothing_here()
    access.require_register(actor, found.agency_id)
    return found


def _fits(
    actor: Actor,
    connection: Connection,
    template: FlowTemplate,
    protocol_ids: Collection[int],
    before: FlowTemplate | None = None,
    was: Collection[int] = (),
) -> None:
    """Refuse what no flow made from it could be, and records its keeper may not know of.

    Parameters:
        before: what it was, and ``was`` the protocols it names already, where it is revised.
    """
    thing = f"Template {template.title}"
    if not template.code.strip() or not template.title.strip():
        raise RequestError(thing, "it has no code, or no title", "Write both.")
    same = law.where(connection, FlowTemplate, code=template.code, agency_id=template.agency_id)
    if any(known.id != template.id for known in same):
        raise Conflict(thing, "there is one of this code already", "Choose another code.")
    if before is not None and before.verb is not template.verb:
        raise RequestError(thing, "it stays one of collections or of disclosures", "Write another template.")
    lawful.activity(
        actor, connection, template_flows.example(template), template_flows.example(before) if before else None
    )
    for protocol_id in sorted(set(protocol_ids) - set(was)):
        lawful.known_protocol(actor, connection, protocol_id)


def _join(connection: Connection, template_id: int, protocol_ids: Collection[int]) -> Joined:
    joined = Joined(protocol_ids=tuple(sorted(set(protocol_ids))))
    links = [TemplateProtocol(template_id, protocol_id) for protocol_id in joined.protocol_ids]
    law.relink(connection, TemplateProtocol, links, template_id=template_id)
    return joined


def _keep(change: Change, actor: Actor, template: FlowTemplate, reason: str = "") -> None:
    change.concerns(template.agency_id)
    said = contents.content_of_template(change.connection, template)
    history.keep(change, actor, RecordKind.TEMPLATE, template.id, template.agency_id, said, reason)
