"""Sources and runs: did it work, how far is it, what could not be looked at."""

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalog.model.changes import ColumnsMoved
from catalog.model.coverage import Look
from catalog.model.runs import Intent, IntentKind, RunState
from catalog.model.views import OutcomeView, RunPage
from catalog.services import access, changes, nights, scans
from catalog.services.access import Action
from web import exports
from web.context import actor, catalog
from web.exports import Listing
from web.routing import Routes

routes = Routes("scans")

#: What is shown before everything else that a run did.
_FAILURES = {Look.COULD_NOT_LOOK: 0, Look.PARTLY: 1}
_UNDER_WAY = frozenset({RunState.LISTING, RunState.SCANNING})
_SOURCE_HEADINGS = ("source", "kind", "agency", "system", "datasets_known", "scanned", "partly", "could_not_look")
_SOURCE_HEADINGS_REST = ("not_scanned", "last_run", "last_run_state", "last_complete_run")
_OUTCOME_HEADINGS = ("dataset", "state", "reason", "rows_looked_at", "columns_with_findings", "new", "gone", "at")
_COST_HEADINGS = ("source_ms", "source_bytes")


@routes.get("/scans", Action.READ_RUNS)
def index() -> ResponseReturnValue:
    """All sources with their last run, and the latest runs."""
    sources = scans.sources(actor(), catalog())
    if exports.asked_for():
        rows = [
            (
                line.source.name,
                line.source.kind,
                line.agency.acronym,
                line.system.name,
                line.looks.known,
                line.looks.scanned,
                line.looks.partly,
                line.looks.could_not_look,
                line.looks.not_scanned,
                line.last_run.id if line.last_run else None,
                line.last_run.state.value if line.last_run else None,
                line.last_complete_at.isoformat() if line.last_complete_at else None,
            )
            for line in sources
        ]
        return exports.answer(Listing("sources", _SOURCE_HEADINGS + _SOURCE_HEADINGS_REST, rows))
    waiting = {intent.source_id: intent for intent in scans.intents(actor(), catalog()) if intent.ended_at is None}
    template = "pages/scans.html"
    return render_template(
        template,
        sources=sources,
        runs=scans.runs(actor(), catalog()),
        waiting=waiting,
        nights=nights.of_sources(actor(), catalog()),
    )


@routes.get("/runs/<int:run_id>", Action.READ_RUNS)
def run(run_id: int) -> ResponseReturnValue:
    """One run, dataset by dataset."""
    page = scans.run(actor(), catalog(), run_id)
    if exports.asked_for():
        return exports.answer(_outcomes(page))
    agency_id = page.line.agency.id
    sees = access.may(actor(), Action.READ_EVIDENCE, agency_id)
    moved = changes.columns_of_run(actor(), catalog(), page.line.run, agency_id) if sees else {}
    return render_template(
        "pages/run.html",
        page=page,
        under_way=_is_under_way(page),
        labels=_labels,
        asked=_asked_during(page),
        columns=moved,
        outcomes=sorted(
            page.outcomes, key=lambda view: (_FAILURES.get(view.outcome.look, 2), not _changed(view, moved))
        ),
    )


@routes.get("/runs/<int:run_id>/progress", Action.READ_RUNS)
def progress(run_id: int) -> ResponseReturnValue:
    """How far a run is: a fragment that asks for its successor until the run has ended."""
    page = scans.run(actor(), catalog(), run_id)
    return render_template("fragments/progress.html", page=page, under_way=_is_under_way(page))


@routes.post("/sources/<int:source_id>/scan", Action.RUN_SCANS)
def scan(source_id: int) -> ResponseReturnValue:
    """Ask for a scan of a source."""
    scans.ask(actor(), catalog(), IntentKind.SCAN, source_id)
    return redirect(url_for("sources.show", source_id=source_id), 303)


@routes.post("/sources/<int:source_id>/cancel", Action.RUN_SCANS)
def cancel(source_id: int) -> ResponseReturnValue:
    """Ask to stop the run of a source."""
    scans.ask(actor(), catalog(), IntentKind.CANCEL, source_id)
    return redirect(url_for("sources.show", source_id=source_id), 303)


def _labels(codes: Sequence[str]) -> list[str]:
    types = catalog().taxonomy.types
    return [types[code].label if code in types else code for code in codes]


def _is_under_way(page: RunPage) -> bool:
    return page.line.run.state in _UNDER_WAY


def _changed(view: OutcomeView, moved: Mapping[int, ColumnsMoved]) -> bool:
    outcome = view.outcome
    return bool(outcome.types_new or outcome.types_gone or outcome.dataset_id in moved)


def _asked_during(page: RunPage) -> list[Intent]:
    """What was asked of the source while this run went on; the rest was meant for another."""
    run = page.line.run
    return [one for one in page.intents if run.started_at <= one.asked_at <= (run.ended_at or one.asked_at)]


def _outcomes(page: RunPage) -> Listing:
    rows = [
        (
            view.dataset.name,
            view.outcome.look.value,
            view.outcome.reason.value if view.outcome.reason else " ".join(view.caveats) or None,
            view.outcome.rows_looked_at,
            view.outcome.columns_with_findings,
            " ".join(view.outcome.types_new),
            " ".join(view.outcome.types_gone),
            view.outcome.at.isoformat(),
            view.outcome.source_ms,
            view.outcome.source_bytes,
        )
        for view in page.outcomes
    ]
    return Listing(f"run-{page.line.run.id}", _OUTCOME_HEADINGS + _COST_HEADINGS, rows)
