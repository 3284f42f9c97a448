"""The scan side as a service: takes up what the web asked for and writes the outcome beside it."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from catalog import logs
from catalog.errors import CatalogError, Conflict, SourceError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import TrialOutcome
from catalog.model.runs import Intent, IntentKind
from catalog.services import indexing, recognisers, scans, sources
from catalog.services.catalog import Catalog
from scanners import trials
from scanners.processes import Template
from scanners.runs import run_source, supervisor

#: Seconds between two looks for new wishes.
PAUSE = 1.0


def watch(actor: Actor, catalog: Catalog, *, stopped: Callable[[], bool] = lambda: False) -> None:
    """Take up what a killed scan side left, then act on intents and keep search in step until stopped.

    A database that is away for a while ends nothing: the next look finds it back.
    """
    log = logs.get("watch")
    left = True
    with Template() as template:
        while not stopped():
            try:
                if left:
                    _take_up(actor, catalog, template)
                    left = False
                idle = not (act_once(actor, catalog, template) or try_once(actor, catalog, template))
                indexing.refresh(catalog)
            except CatalogError as error:
                log.error("The scan side could not go on and will try again", error=type(error).__name__)  # noqa: TRY400  # a trace may quote data
                idle = True
            if idle:
                time.sleep(PAUSE)


def _take_up(actor: Actor, catalog: Catalog, template: Template) -> None:
    """Finish runs that were killed and answer wishes that were taken up and never answered."""
    for intent in scans.unanswered(actor, catalog):
        scans.answer(actor, catalog, intent, "the scan side ended before it was done")
    for trial in recognisers.unfinished(actor, catalog):
        recognisers.finish(actor, catalog, trial, TrialOutcome("The scan side ended before it was done.", 0, 0, 0, ()))
    dead = {line.source.id for line in scans.sources(actor, catalog) if line.last_run and not line.last_run.ended_at}
    for source in sources.all_sources(actor, catalog):
        if source.id in dead:
            with suppress(Conflict):  # another process is at it
                run_source(actor, catalog, source, template=template)


def act_once(actor: Actor, catalog: Catalog, template: Template) -> bool:
    """Act on the oldest wish; False when there is none."""
    waiting = scans.intents(actor, catalog)
    if not waiting:
        return False
    intent = waiting[0]
    by_id = {source.id: source for source in sources.all_sources(actor, catalog)}
    scans.take(actor, catalog, intent)
    asker = replace(actor, person_id=intent.person_id)  # the record names who wanted it, not who carried it out
    try:
        outcome = _act(asker, catalog, intent, by_id[intent.source_id], template)
    except CatalogError as error:
        outcome = str(error)
    scans.answer(actor, catalog, intent, outcome)
    return True


def try_once(actor: Actor, catalog: Catalog, template: Template) -> bool:
    """Carry out the oldest trial of recognisers that waits; False when there is none."""
    waiting = recognisers.waiting(actor, catalog)
    if waiting:
        trials.carry_out(replace(actor, person_id=waiting[0].person_id), catalog, waiting[0], template)
    return bool(waiting)


def _act(actor: Actor, catalog: Catalog, intent: Intent, source: Source, template: Template) -> str:
    match intent.kind:
        case IntentKind.SCAN:
            run = run_source(actor, catalog, source, full=True, template=template)
            return f"run {run.id} {run.state.value}"
        case IntentKind.TEST:
            return _test(catalog, source, template)
        case IntentKind.CANCEL:
            return "no run was going on"


def _test(catalog: Catalog, source: Source, template: Template) -> str:
    try:
        with supervisor(catalog, source, template) as child:
            failed = [check.message for check in child.check() if not check.passed]
    except SourceError as error:
        return str(error)
    return "; ".join(failed) or "everything that is needed works"
