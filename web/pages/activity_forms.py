"""Recording collections and disclosures, changing and withdrawing them, and recording our side of what others disclose.

What the law regulates is the activity, not the dataset (§23-1202).
"""

from dataclasses import replace
from typing import TypedDict

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.holdings import Agency
from catalog.model.register import (
    VOLUMES,
    Activity,
    Classification,
    CollectionMethod,
    Ground,
    Protocol,
    RetentionBasis,
    Verb,
)
from catalog.model.register_views import ActivityForm, Choices
from catalog.model.revisions import RecordKind
from catalog.services import access, register, register_pages
from catalog.services import mirrors as other_sides
from catalog.services.access import Action
from web import exports, register_lists
from web.context import actor, catalog
from web.forms import LONGEST_REASON, Form, Frame, kept
from web.routing import Routes

routes = Routes("activity_forms")

#: Datasets listed in the form beside those chosen; a large agency has thousands.
_LISTED = 20


_HELD = (
    "An approval of it is in force. If you change what was approved, that approval is up for review, and says so to "
    "whoever signed it."
)
_WAITING = (
    "An approval of it waits for a signature, and what is signed may not move. Have it returned or withdrawn first."
)


@routes.get("/flows/new", Action.KEEP_REGISTER)
def new() -> ResponseReturnValue:
    """A form to record one for an agency; which, is asked first where there are several."""
    asked = Form.asked("agency", "verb", "party", "title", "type")
    choices = register_pages.choices(actor(), catalog(), asked.value("agency") or None)
    if not asked.value("agency") and len(choices.agencies) > 1:
        return render_template("pages/flow_agency.html", choices=choices, form=asked)
    agency_id = asked.value("agency") or choices.agencies[0].id
    return _new(Form({**asked.given, "agency": [agency_id], "classification": [Classification.UNCLASSIFIED.value]}))


@routes.post("/flows/new", Action.KEEP_REGISTER)
def add() -> ResponseReturnValue:
    """Record one."""

    def keep(form: Form) -> str:
        choices = register_pages.choices(actor(), catalog(), form.value("agency"))
        activity, joined = _read(form, _blank(form.value("agency")), choices), _joined(form)
        form.check()
        stored = register.add_activity(actor(), catalog(), activity, **joined)
        return url_for("flows.show", activity_id=stored.id)

    return kept(keep, _new)


@routes.get("/flows/<int:activity_id>/edit", Action.KEEP_REGISTER)
def edit(activity_id: int) -> ResponseReturnValue:
    """A form to change one."""
    return _edit(activity_id)


@routes.post("/flows/<int:activity_id>/edit", Action.KEEP_REGISTER)
def revise(activity_id: int) -> ResponseReturnValue:
    """Change one."""

    def keep(form: Form) -> str:
        now = register_pages.activity_form(actor(), catalog(), activity_id).activity
        reason, expected = form.why()
        activity, joined = _read(form, now, register_pages.choices(actor(), catalog(), now.agency_id)), _joined(form)
        form.check()
        register.revise_activity(actor(), catalog(), activity, **joined, reason=reason, expected=expected)
        return url_for("flows.show", activity_id=activity_id)

    return kept(keep, lambda form: _edit(activity_id, form))


@routes.get("/flows/<int:activity_id>/withdraw", Action.KEEP_REGISTER)
def ask_withdrawal(activity_id: int) -> ResponseReturnValue:
    """What withdrawing one means, and why it is done."""
    return _withdrawal(activity_id, Form.of())


@routes.post("/flows/<int:activity_id>/withdraw", Action.KEEP_REGISTER)
def withdraw(activity_id: int) -> ResponseReturnValue:
    """Withdraw what was recorded by mistake."""

    def keep(form: Form) -> str:
        reason = form.line("reason", needed=True, longest=LONGEST_REASON)
        form.check()
        register.withdraw_activity(actor(), catalog(), activity_id, reason)
        return url_for("history.show", kind=RecordKind.ACTIVITY.value, record_id=activity_id)

    return kept(keep, lambda form: _withdrawal(activity_id, form))


@routes.get("/flows/mirrors", Action.KEEP_REGISTER)
def mirrors() -> ResponseReturnValue:
    """What others disclose to the actor's agencies and those do not record as collected."""
    if exports.asked_for():
        return exports.answer(register_lists.mirrors(other_sides.to_record(actor(), catalog())))
    return _other_sides(Form.of())


@routes.post("/flows/<int:activity_id>/mirror", Action.KEEP_REGISTER)
def record_mirror(activity_id: int) -> ResponseReturnValue:
    """Record our side of a disclosure by another agency."""

    def keep(_: Form) -> str:
        stored = other_sides.record(actor(), catalog(), activity_id)
        return f"{url_for('flows.show', activity_id=stored.id)}?done=mirror"

    return kept(keep, _other_sides)


class _Joined(TypedDict):
    type_codes: tuple[str, ...]
    dataset_ids: tuple[int, ...]
    protocol_ids: tuple[int, ...]


def _joined(form: Form) -> _Joined:
    return {
        "type_codes": form.many("type"),
        "dataset_ids": form.numbers("dataset"),
        "protocol_ids": form.numbers("protocol"),
    }


def _blank(agency_id: str) -> Activity:
    verb, unclear = Verb.COLLECTION, Classification.UNCLASSIFIED
    return Activity(0, agency_id, verb, "", "", unclear, None, "", None, (), None, None, None)


def _read(form: Form, now: Activity, choices: Choices) -> Activity:
    """The activity as the form has it; what the form has no field for stays."""
    return replace(
        now,
        verb=form.choice("verb", Verb),
        title=form.line("title", needed=True),
        reference=form.line("reference", longest=40),
        purpose_id=form.number_if_any("purpose_id"),
        purpose=purpose_of(form, choices),
        classification=form.choice("classification", Classification),
        ground=form.choice_if_any("ground", Ground),
        party_id=form.number_if_any("party"),
        mirror_of_id=form.number_if_any("mirror"),
        subject_categories=form.parts("subjects"),
        programme_id=form.number_if_any("programme"),
        unit=form.line("unit"),
        divisions=form.parts("divisions"),
        employees=form.parts("employees"),
        method=form.choice_if_any("method", CollectionMethod),
        frequency=form.line("frequency"),
        volume=form.one_of("volume", VOLUMES, now.volume),
        retention=form.line("retention"),
        retention_basis=form.choice_if_any("retention_basis", RetentionBasis),
        started_on=form.day_if_any("started_on"),
        ended_on=form.day_if_any("ended_on"),
    )


def purpose_of(form: Form, choices: Choices) -> str:
    """The words of the purpose; those of the library where none are given."""
    library = {str(one.id): one.text for one in choices.purposes}
    return form.text("purpose") or library.get(form.value("purpose_id"), "")


def _filled(page: ActivityForm) -> Form:
    now = page.activity
    return Form.of(
        verb=now.verb,
        title=now.title,
        reference=now.reference,
        purpose_id=now.purpose_id,
        purpose=now.purpose,
        classification=now.classification,
        ground=now.ground,
        party=now.party_id,
        mirror=now.mirror_of_id,
        subjects=", ".join(now.subject_categories),
        programme=now.programme_id,
        unit=now.unit,
        divisions=", ".join(now.divisions),
        employees=", ".join(now.employees),
        method=now.method,
        frequency=now.frequency,
        volume=now.volume,
        retention=now.retention,
        retention_basis=now.retention_basis,
        started_on=now.started_on,
        ended_on=now.ended_on,
        type=page.type_codes,
        dataset=page.dataset_ids,
        protocol=page.protocol_ids,
    )


def _agency(choices: Choices, agency_id: str) -> Agency:
    """The agency, where the actor keeps its register.

    Raises:
        NotFound: when there is none that they do.
    """
    for agency in choices.agencies:
        if agency.id == agency_id:
            return agency
    raise access.nothing_here()


def _new(form: Form) -> str:
    agency_id = form.value("agency")
    frame = Frame(
        "Record a collection or disclosure", _crumbs(), url_for("flows.index", agency=agency_id), RecordKind.ACTIVITY
    )
    return _page(form, frame, agency_id)


def _edit(activity_id: int, form: Form | None = None) -> str:
    page = register_pages.activity_form(actor(), catalog(), activity_id)
    frame = Frame(
        title=f"Change “{page.activity.title}”",
        crumbs=_crumbs(),
        back=url_for("flows.show", activity_id=activity_id),
        kind=RecordKind.ACTIVITY,
        id=activity_id,
        expected=page.expected,
        warning=_WAITING if page.waits else _HELD if page.holds else "",
        is_closed=page.waits is not None,
        wants_reason=page.holds is not None,
    )
    return _page(form or _filled(page), frame, page.activity.agency_id)


def _crumbs() -> list[tuple[str, str]]:
    return [("Collections and disclosures", url_for("flows.index"))]


def _page(form: Form, frame: Frame, agency_id: str) -> str:
    choices = register_pages.choices(actor(), catalog(), agency_id)
    agency = _agency(choices, agency_id)
    found, total = _datasets(form, choices, agency)
    ours, theirs = papers(form, choices, agency.id)
    return render_template(
        "forms/activity.html",
        form=form,
        frame=frame,
        choices=choices,
        agency=agency,
        found=found,
        total=total,
        ours=ours,
        theirs=theirs,
        mirrors=_mirror_options(form, agency),
        volumes=[(one, one) for one in VOLUMES],
    )


def _datasets(form: Form, choices: Choices, agency: Agency) -> tuple[list[tuple[int, str]], int]:
    """The datasets chosen and the first whose names have the words asked for; and how many those are."""
    words = form.value("words").casefold().split()
    every = choices.datasets.get(agency.id, ())
    fitting = [pair for pair in every if all(word in pair[1].casefold() for word in words)]
    chosen = [pair for pair in every if str(pair[0]) in form.values("dataset")]
    return chosen + [pair for pair in fitting if pair not in chosen][:_LISTED], len(fitting)


def papers(form: Form, choices: Choices, agency_id: str | None) -> tuple[list[Protocol], list[Protocol]]:
    """The protocols of an agency and of the city with those chosen, and beside them those of others."""
    chosen = set(form.values("protocol"))
    ours = [one for one in choices.protocols if one.issuer_agency_id in {None, agency_id} or str(one.id) in chosen]
    return ours, [one for one in choices.protocols if one not in ours]


def _mirror_options(form: Form, agency: Agency) -> list[tuple[str, str]]:
    """The disclosures to the agency that none of its collections is the other side of; and the one chosen now."""
    missing = other_sides.to_record(actor(), catalog())
    found = [
        (str(one.disclosure.activity.id), f"{one.disclosure.activity.title} ({one.disclosure.agency.name})")
        for one in missing
        if one.to.id == agency.id
    ]
    now = form.value("mirror")
    return found if now in {"", *(key for key, _ in found)} else [(now, "As it is recorded now"), *found]


def _withdrawal(activity_id: int, form: Form) -> str:
    page = register_pages.activity_form(actor(), catalog(), activity_id)
    return render_template("pages/withdraw.html", page=page, form=form)


def _other_sides(form: Form) -> str:
    found = other_sides.to_record(actor(), catalog())
    return render_template("pages/mirrors.html", found=found, form=form)
