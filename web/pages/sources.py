"""One source: when it is scanned by itself, how much it may be burdened, and what is to be decided about it."""

from datetime import datetime, time

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.errors import RequestError
from catalog.model.runs import IntentKind
from catalog.model.schedules import Schedule
from catalog.services import nights, scans, schedules, vanished
from catalog.services.access import Action
from catalog.services.schedules import Terms
from web.context import actor, catalog
from web.night_wording import DAY_TEXT
from web.routing import Routes, number

routes = Routes("sources")

#: Fields of limits, with the part of the terms each sets.
_LIMITS = {"seconds": "seconds_a_day", "megabytes": "megabytes_a_day", "active": "most_active", "lag": "most_lag"}


@routes.get("/sources/<int:source_id>", Action.READ_RUNS)
def show(source_id: int) -> ResponseReturnValue:
    """One source with its nights, its runs and what waits for a person."""
    return _page(source_id)


@routes.post("/sources/<int:source_id>/schedule", Action.MANAGE_SOURCES)
def set_schedule(source_id: int) -> ResponseReturnValue:
    """Have it scanned by itself on these terms; what makes no sense is told beside what was given."""
    try:
        schedules.put(actor(), catalog(), source_id, _terms())
    except RequestError as error:
        if error.http_status != RequestError.http_status:
            raise
        return _page(source_id, error=str(error)), error.http_status
    return _back(source_id)


@routes.post("/sources/<int:source_id>/unschedule", Action.MANAGE_SOURCES)
def unschedule(source_id: int) -> ResponseReturnValue:
    """Have it scanned only when somebody asks."""
    schedules.remove(actor(), catalog(), source_id)
    return _back(source_id)


@routes.post("/sources/<int:source_id>/hold", Action.MANAGE_SOURCES)
def hold(source_id: int) -> ResponseReturnValue:
    """Put it on hold."""
    try:
        schedules.hold(actor(), catalog(), source_id, request.form.get("reason", ""))
    except RequestError as error:
        if error.http_status != RequestError.http_status:
            raise
        return _page(source_id, error=str(error)), error.http_status
    return _back(source_id)


@routes.post("/sources/<int:source_id>/release", Action.MANAGE_SOURCES)
def release(source_id: int) -> ResponseReturnValue:
    """End a hold."""
    schedules.release(actor(), catalog(), source_id)
    return _back(source_id)


@routes.post("/sources/<int:source_id>/pause", Action.RUN_SCANS)
def pause(source_id: int) -> ResponseReturnValue:
    """Ask to let the run wait."""
    return _asked(source_id, IntentKind.PAUSE)


@routes.post("/sources/<int:source_id>/resume", Action.RUN_SCANS)
def resume(source_id: int) -> ResponseReturnValue:
    """Ask to go on with the run."""
    return _asked(source_id, IntentKind.RESUME)


@routes.post("/sources/<int:source_id>/test", Action.RUN_SCANS)
def test(source_id: int) -> ResponseReturnValue:
    """Ask to test the connection, step by step."""
    return _asked(source_id, IntentKind.TEST)


@routes.post("/sources/<int:source_id>/gone", Action.MANAGE_SOURCES, weighty=True)
def confirm_gone(source_id: int) -> ResponseReturnValue:
    """Say that what is no longer listed is gone."""
    seen = number(request.form.get("seen", "")) or 0
    vanished.confirm_gone(actor(), catalog(), source_id, request.form.get("reason", ""), seen=seen)
    return _back(source_id)


def _page(source_id: int, error: str = "") -> str:
    page = nights.source(actor(), catalog(), source_id)
    waiting = [one for one in vanished.waiting(actor(), catalog()) if one.source.id == source_id]
    return render_template(
        "pages/source.html",
        page=page,
        gone=waiting[0].vanished if waiting else None,
        form=request.form if error else _filled(page.nights.schedule),
        days_on=request.form.getlist("day") if error else _terms_of(page.nights.schedule).days,
        error=error,
        days=DAY_TEXT,
        zone=catalog().settings.zone,
    )


def _terms_of(schedule: Schedule | None) -> Schedule | Terms:
    return schedule or Terms()


def _filled(schedule: Schedule | None) -> dict[str, str]:
    """The form as it is before anybody changes it."""
    terms = _terms_of(schedule)
    limits = {field: getattr(terms, part) for field, part in _LIMITS.items()}
    return {
        "opens": f"{terms.opens:%H:%M}",
        "closes": f"{terms.closes:%H:%M}",
        "again": str(terms.look_again_days),
        **{field: "" if value is None else str(value) for field, value in limits.items()},
    }


def _terms() -> Terms:
    limits = {part: _number(field) for field, part in _LIMITS.items()}
    return Terms(
        days=tuple(request.form.getlist("day")),
        opens=_time("opens"),
        closes=_time("closes"),
        look_again_days=_number("again") or 0,
        **limits,
    )


def _number(field: str) -> int | None:
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise RequestError("A number of the schedule", "it is no whole number", "Leave it empty for no limit.")
    return int(text)


def _time(field: str) -> time:
    try:
        return datetime.strptime(request.form.get(field, ""), "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone of its own
    except ValueError:
        raise RequestError("A time of the schedule", "it is not HH:MM", "Write, for example, 22:00.") from None


def _asked(source_id: int, kind: IntentKind) -> ResponseReturnValue:
    scans.ask(actor(), catalog(), kind, source_id)
    return _back(source_id)


def _back(source_id: int) -> ResponseReturnValue:
    return redirect(url_for("sources.show", source_id=source_id), 303)
