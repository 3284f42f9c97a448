"""Recording programs of several agencies, who takes part in them and as what."""

from collections.abc import Iterator

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.register_views import Choices, ProgrammeForm
from catalog.model.revisions import RecordKind
from catalog.services import law_records, register_pages
from catalog.services.access import Action
from web.context import actor, catalog
from web.forms import Form, Frame, kept
from web.routing import Routes, number

routes = Routes("programme_forms")

#: How many new members fit into the form at once.
_NEW_ROWS = range(1, 4)
_PART = "part_"


@routes.get("/programs/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to record one."""
    return _show(Form.asked("agency"))


@routes.post("/programs/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Record one, with its members."""

    def keep(form: Form) -> str:
        programme, members = _read(form, 0)
        with catalog().together() as together:
            stored = law_records.add_programme(actor(), together, programme)
            for party_id, part in members.items():
                law_records.add_member(actor(), together, ProgrammeMember(stored.id, party_id, part))
        return url_for("programmes.show", code=stored.code)

    return kept(keep, _show)


@routes.get("/programs/<int:programme_id>/edit", Action.KEEP_REGISTER)
def edit(programme_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(programme_id)


@routes.post("/programs/<int:programme_id>/edit", Action.KEEP_REGISTER)
def revise(programme_id: int) -> ResponseReturnValue:
    """Change one, and who takes part."""

    def keep(form: Form) -> str:
        reason, expected = form.why()
        programme, members = _read(form, programme_id)
        stored = law_records.revise_programme(
            actor(), catalog(), programme, members=members, reason=reason, expected=expected
        )
        return url_for("programmes.show", code=stored.code)

    return kept(keep, lambda form: _edit(programme_id, form))


def _read(form: Form, programme_id: int) -> tuple[Programme, dict[int, str]]:
    read = Programme(
        id=programme_id,
        code=form.line("code", needed=True, longest=60),
        title=form.line("title", needed=True),
        description=form.text("description"),
        known_as=form.parts("known_as"),
        lead_agency_id=form.line("agency", needed=True),
        started_on=form.day_if_any("started_on"),
        ended_on=form.day_if_any("ended_on"),
    )
    members = dict(_members(form))
    form.check()
    return read, members


def _members(form: Form) -> Iterator[tuple[int, str]]:
    """Those who take part and as what: the members of before whose part is not emptied, and the new ones."""
    for party_id in _named(form):
        if part := form.line(f"{_PART}{party_id}"):
            yield party_id, part
    for row in _NEW_ROWS:
        chosen = form.number_if_any(f"member_{row}")
        if chosen is not None:
            yield chosen, form.line(f"as_{row}", needed=True)


def _named(form: Form) -> list[int]:
    """The members whose parts the form has fields for."""
    names = (name.removeprefix(_PART) for name in form.given if name.startswith(_PART))
    return [party_id for name in names if (party_id := number(name)) is not None]


def _show(form: Form) -> str:
    return _page(form, "Add a program", url_for("programmes.index"))


def _edit(programme_id: int, form: Form | None = None) -> str:
    page = register_pages.programme_form(actor(), catalog(), programme_id)
    back = url_for("programmes.show", code=page.programme.code)
    form = form or _filled(page)
    return _page(form, f"Change {page.programme.title}", back, page)


def _filled(page: ProgrammeForm) -> Form:
    now = page.programme
    parts = {f"{_PART}{party_id}": part for party_id, part in page.members.items()}
    return Form.of(
        code=now.code,
        title=now.title,
        description=now.description,
        known_as=", ".join(now.known_as),
        agency=now.lead_agency_id,
        started_on=now.started_on,
        ended_on=now.ended_on,
        **parts,
    )


def _page(form: Form, title: str, back: str, page: ProgrammeForm | None = None) -> str:
    programme_id, expected = (page.programme.id, page.expected) if page else (None, 0)
    crumbs = [("Programs", url_for("programmes.index"))]
    frame = Frame(title, crumbs, back, RecordKind.PROGRAMME, programme_id, expected)
    choices: Choices = register_pages.choices(actor(), catalog())
    named = set(_named(form))
    members = [party for party in choices.parties if party.id in named]
    template = "forms/programme.html"
    return render_template(template, form=form, frame=frame, choices=choices, members=members, new_rows=_NEW_ROWS)
