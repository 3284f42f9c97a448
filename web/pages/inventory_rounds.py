"""The privacy office's side of inventory: rounds of reports, and looking through one report that was submitted."""

from dataclasses import dataclass
from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.model.cycles import CycleEvent, CycleState
from catalog.model.report_form import Task
from catalog.model.report_views import CycleLine, RoundPage
from catalog.model.round_plans import RoundPlan
from catalog.services import access, cycles, report_pages, report_reviews, report_rollup, round_plans
from catalog.services.access import Action
from web import exports, forms, round_lists
from web.addresses import page_number
from web.context import actor, catalog
from web.forms import Form
from web.round_wording import lacks
from web.routing import Routes

routes = Routes("inventory_rounds")

#: How long the words may be that the privacy office says of one answer, and of a whole report.
_LONGEST_COMMENT, _LONGEST_WORDS = 2000, 4000
_COMMENT, _SEEN = "comment:", "seen:"


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a grid is narrowed down by."""

    state: CycleState | None
    lacks: Task | None
    late: bool

    @property
    def any(self) -> bool:
        return bool(self.state or self.lacks or self.late)

    def holds(self, line: CycleLine) -> bool:
        """Whether a line is to be shown."""
        if self.state and line.cycle.state is not self.state:
            return False
        return (not self.late or line.late) and (self.lacks is None or lacks(line, self.lacks))


@routes.get("/inventory/rounds", Action.READ_CITY_REPORTS)
def index() -> ResponseReturnValue:
    """All rounds, and (the privacy office) a form to open one."""
    if exports.asked_for():
        return exports.answer(round_lists.rounds(report_pages.rounds(actor(), catalog())))
    return _rounds(_proposed())


@routes.post("/inventory/rounds", Action.KEEP_CYCLES)
def open_round() -> ResponseReturnValue:
    """Open a round, or show first what it would open."""

    def keep(form: Form) -> str:
        period_from, period_to, due_on = form.day("period_from"), form.day("period_to"), form.day("due_on")
        chosen = _agencies(form)
        form.check()
        cycles.open_round(
            actor(), catalog(), period_from=period_from, period_to=period_to, due_on=due_on, agency_ids=chosen
        )
        return _to(period_to)

    return forms.kept(keep, _rounds)


@routes.get("/inventory/rounds/<period_to>", Action.READ_CITY_REPORTS)
def show(period_to: str) -> ResponseReturnValue:
    """One round as a grid of agencies and tasks, narrowed down by what the address says."""
    if exports.asked_for():
        page = report_pages.round_page(actor(), catalog(), _day(period_to))
        return exports.answer(round_lists.grid(page, [line for line in page.cycles if _asked().holds(line)]))
    return _round(_day(period_to), Form.of())


@routes.post("/inventory/rounds/<period_to>/agencies", Action.KEEP_CYCLES)
def add(period_to: str) -> ResponseReturnValue:
    """Add agencies to a round that was opened without them."""
    ends = _day(period_to)

    def keep(form: Form) -> str:
        chosen = _agencies(form)
        form.check()
        line = report_pages.round_line(actor(), catalog(), ends)
        days = {"period_from": line.period_from, "period_to": ends, "due_on": line.due_on}
        cycles.open_round(actor(), catalog(), **days, agency_ids=chosen)
        return _to(ends)

    return forms.kept(keep, lambda form: _round(ends, form))


@routes.post("/inventory/rounds/<period_to>/days", Action.KEEP_CYCLES)
def redate(period_to: str) -> ResponseReturnValue:
    """Change the day on which the reports of a round are due, or (while nobody began) the days they are about."""
    ends = _day(period_to)

    def keep(form: Form) -> str:
        period_from, until, due_on = form.day("period_from"), form.day("period_to"), form.day("due_on")
        words = form.text("words", needed=True, longest=_LONGEST_WORDS)
        form.check()
        cycles.redate(actor(), catalog(), ends, period_from=period_from, period_to=until, due_on=due_on, words=words)
        return _to(until)

    return forms.kept(keep, lambda form: _round(ends, form))


@routes.get("/inventory/rounds/<period_to>/rollup", Action.READ_CITY_REPORTS)
def rollup(period_to: str) -> ResponseReturnValue:
    """What the city holds by the submitted reports of a round, for the committee."""
    page = report_rollup.rollup(actor(), catalog(), _day(period_to))
    if exports.asked_for():
        return exports.answer(round_lists.rollup(page))
    return render_template("pages/inventory_round_rollup.html", page=page)


@routes.get("/inventory/<int:cycle_id>/review-report", Action.KEEP_CYCLES)
def review(cycle_id: int) -> ResponseReturnValue:
    """A submitted report as it reads, with a box for a comment on each answer, and what may follow."""
    return _review(cycle_id, Form.of())


@routes.post("/inventory/<int:cycle_id>/comments", Action.KEEP_CYCLES)
def comment(cycle_id: int) -> ResponseReturnValue:
    """Keep the comments, and with them (where that is chosen) take the next step: all of it or nothing."""

    def keep(form: Form) -> str:
        said = [
            report_reviews.NewComment(
                name.removeprefix(_COMMENT), text, form.number(_SEEN + name.removeprefix(_COMMENT))
            )
            for name in form.given
            if name.startswith(_COMMENT) and (text := form.text(name, longest=_LONGEST_COMMENT))
        ]
        step = form.choice_if_any("step", CycleEvent)
        words = form.text("words", longest=_LONGEST_WORDS, needed=step in report_reviews.NEEDS_WORDS)
        state = form.choice("state", CycleState)
        form.check()
        report_reviews.review(actor(), catalog(), cycle_id, said, step=step, words=words, expected=state)
        return url_for("inventory_rounds.review", cycle_id=cycle_id)

    return forms.kept(keep, lambda form: _review(cycle_id, form))


def _day(text: str) -> date:
    """The last day of a round; anything else is the address of nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise access.nothing_here() from None


def _to(period_to: date) -> str:
    return url_for("inventory_rounds.show", period_to=period_to)


def _agencies(form: Form) -> tuple[str, ...]:
    chosen = form.many("agency")
    if not chosen:
        form.errors["agency"] = "Tick at least one agency."
    return chosen


def _proposed() -> Form:
    """The next round with every agency in it, for who may open one."""
    if not access.may(actor(), Action.KEEP_CYCLES):
        return Form.of()
    period_from, period_to, due_on = round_plans.next_round(actor(), catalog())
    every = [one.id for one in round_plans.agencies(actor(), catalog())]
    return Form.of(period_from=period_from, period_to=period_to, due_on=due_on, agency=every)


def _rounds(form: Form) -> str:
    lines = report_pages.rounds(actor(), catalog())
    keeps = access.may(actor(), Action.KEEP_CYCLES)
    agencies = round_plans.agencies(actor(), catalog()) if keeps else ()
    return render_template(
        "pages/inventory_rounds.html", rounds=lines, form=form, agencies=agencies, plan=_plan(form) if keeps else None
    )


def _plan(form: Form) -> RoundPlan | None:
    """What the form would open; None where it was not sent, or its days are wrong, which is then said beside them."""
    if request.method != "POST":
        return None
    period_from, period_to, due_on = form.day("period_from"), form.day("period_to"), form.day("due_on")
    if period_from > period_to:
        form.errors.setdefault("period_to", "It is before the first day.")
    if due_on < period_to:
        form.errors.setdefault("due_on", "It is before the last day that they are about.")
    if not form.errors.keys().isdisjoint({"period_from", "period_to", "due_on"}):
        return None
    return round_plans.plan(actor(), catalog(), period_from, period_to, form.many("agency"))


def _round(period_to: date, form: Form) -> str:
    asked = _asked()
    # Who lacks a task is known when every report is worked out, so that all of them are on one page.
    number = None if asked.lacks else page_number()
    page: RoundPage = report_pages.round_page(
        actor(), catalog(), period_to, state=asked.state, late=asked.late, page=number
    )
    lines = [line for line in page.cycles if asked.holds(line)]
    told = {"found": len(lines) if asked.lacks else page.found, "days_left": (page.line.due_on - catalog().day()).days}
    days = {"period_from": page.line.period_from, "period_to": page.line.period_to, "due_on": page.line.due_on}
    shown = form if "words" in form.given else Form.of(**days)
    return render_template(
        "pages/inventory_round.html", page=page, shown=lines, asked=asked, form=form, days_form=shown, **told
    )


def _asked() -> _Asked:
    form = Form.asked("state", "lacks", "late")
    return _Asked(form.choice_if_any("state", CycleState), form.choice_if_any("lacks", Task), form.ticked("late"))


def _review(cycle_id: int, form: Form) -> str:
    page = report_reviews.page(actor(), catalog(), cycle_id)
    return render_template("pages/report_review.html", page=page, form=form)
