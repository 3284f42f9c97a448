"""Templates of many alike flows: what they have in common is written once, and applied to agencies at once."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.flow_templates import FlowTemplate
from catalog.model.register import VOLUMES, Classification, Ground, Verb
from catalog.model.register_views import Choices, TemplatePage
from catalog.model.revisions import RecordKind
from catalog.services import flow_templates, register_pages
from catalog.services.access import Action
from web import exports, register_lists
from web.context import actor, catalog
from web.forms import LONGEST_REASON, Form, Frame, kept
from web.pages.activity_forms import papers, purpose_of
from web.routing import Routes

routes = Routes("flow_templates")


@routes.get("/templates", Action.READ_FLOWS)
def index() -> ResponseReturnValue:
    """All templates, with how many flows were made from each."""
    lines = flow_templates.every(actor(), catalog())
    if exports.asked_for():
        return exports.answer(register_lists.templates(lines))
    return render_template("pages/templates.html", lines=lines)


@routes.get("/templates/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to write one."""
    return _show(Form.of(classification=Classification.UNCLASSIFIED))


@routes.post("/templates/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Keep a new one."""

    def keep(form: Form) -> str:
        template, protocol_ids = _read(form, 0)
        return _to(flow_templates.add(actor(), catalog(), template, protocol_ids).id)

    return kept(keep, _show)


@routes.get("/templates/<int:template_id>", Action.READ_FLOWS)
def show(template_id: int) -> ResponseReturnValue:
    """One template, the flows made from it, and the agencies it can still be applied to."""
    return _template(template_id, Form.of(started_on=catalog().clock.now().date()))


@routes.get("/templates/<int:template_id>/edit", Action.KEEP_REGISTER)
def edit(template_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(template_id)


@routes.post("/templates/<int:template_id>/edit", Action.KEEP_REGISTER)
def revise(template_id: int) -> ResponseReturnValue:
    """Change one, which makes a new version of it."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        template, protocol_ids = _read(form, template_id)
        flow_templates.revise(actor(), catalog(), template, protocol_ids, reason=reason, expected=expected)
        return _to(template_id)

    return kept(keep, lambda form: _edit(template_id, form))


@routes.post("/templates/<int:template_id>/apply", Action.KEEP_REGISTER)
def apply(template_id: int) -> ResponseReturnValue:
    """Make a flow from it for each agency chosen; with ``look``, only say what would be made."""

    def keep(form: Form) -> str:
        agency_ids, started_on, review = form.many("agency"), form.day("started_on"), form.day_if_any("review_due_on")
        form.check()
        designate = form.ticked("designate")
        flow_templates.apply(actor(), catalog(), template_id, agency_ids, started_on, designate, review)
        return _to(template_id)

    return kept(keep, lambda form: _template(template_id, form))


@routes.post("/templates/<int:template_id>/follow", Action.KEEP_REGISTER)
def follow(template_id: int) -> ResponseReturnValue:
    """Bring flows made from it to what it says now."""

    def keep(form: Form) -> str:
        activity_ids, reason = form.numbers("activity"), form.line("reason", needed=True, longest=LONGEST_REASON)
        form.check()
        flow_templates.follow(actor(), catalog(), template_id, activity_ids, reason)
        return _to(template_id)

    return kept(keep, lambda form: _template(template_id, form))


def _to(template_id: int) -> str:
    return url_for("flow_templates.show", template_id=template_id)


def _template(template_id: int, form: Form) -> str:
    page = flow_templates.one(actor(), catalog(), template_id)
    chosen = [agency for agency in page.without if agency.id in form.values("agency")]
    return render_template("pages/template.html", page=page, form=form, chosen=chosen)


def _read(form: Form, template_id: int) -> tuple[FlowTemplate, tuple[int, ...]]:
    read = FlowTemplate(
        id=template_id,
        agency_id=form.value("agency") or None,
        code=form.line("code", needed=True, longest=60),
        title=form.line("title", needed=True),
        purpose=purpose_of(form, register_pages.choices(actor(), catalog())),
        verb=form.choice("verb", Verb),
        classification=form.choice("classification", Classification),
        ground=form.choice_if_any("ground", Ground),
        party_id=form.number_if_any("party"),
        programme_id=form.number_if_any("programme"),
        type_codes=form.many("type"),
        subject_categories=form.parts("subjects"),
        frequency=form.line("frequency"),
        volume=form.one_of("volume", VOLUMES),
        retention=form.line("retention"),
    )
    protocol_ids = form.numbers("protocol")
    form.check()
    return read, protocol_ids


def _show(form: Form) -> str:
    frame = Frame("Write a template", _crumbs(), url_for("flow_templates.index"), RecordKind.TEMPLATE)
    return _page(form, frame)


def _edit(template_id: int, form: Form | None = None) -> str:
    page = flow_templates.one(actor(), catalog(), template_id)
    title = f"Change {page.line.template.title}"
    frame = Frame(title, _crumbs(), _to(template_id), RecordKind.TEMPLATE, template_id, page.expected)
    return _page(form or _filled(page), frame)


def _filled(page: TemplatePage) -> Form:
    now = page.line.template
    return Form.of(
        agency=now.agency_id,
        code=now.code,
        title=now.title,
        purpose=now.purpose,
        verb=now.verb,
        classification=now.classification,
        ground=now.ground,
        party=now.party_id,
        programme=now.programme_id,
        type=now.type_codes,
        subjects=", ".join(now.subject_categories),
        frequency=now.frequency,
        volume=now.volume,
        retention=now.retention,
        protocol=[one.id for one in page.protocols],
    )


def _crumbs() -> list[tuple[str, str]]:
    return [("Templates", url_for("flow_templates.index"))]


def _page(form: Form, frame: Frame) -> str:
    choices: Choices = register_pages.choices(actor(), catalog())
    ours, theirs = papers(form, choices, form.value("agency") or None)
    volumes = [(one, one) for one in VOLUMES]
    return render_template(
        "forms/template.html", form=form, frame=frame, choices=choices, ours=ours, theirs=theirs, volumes=volumes
    )
