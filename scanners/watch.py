"""The scan side as a service: takes up what was left, scans what is due, acts on what the web asked for."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date

from catalog import logs
from catalog.errors import CatalogError, SourceError
from catalog.model.actors import Actor
from catalog.model.holdings import Source
from catalog.model.recogniser_sets import TrialOutcome
from catalog.model.runs import Intent, IntentKind, PauseReason, Run, RunState
from catalog.model.schedules import Window
from catalog.services import (
    audit,
    copies,
    deliveries,
    designation_watch,
    indexing,
    memberships,
    notices,
    recognisers,
    reconciling,
    recording,
    review_states,
    scans,
    schedules,
    sources,
)
from catalog.services.catalog import Catalog
from scanners import trials
from scanners.attempt import attempt
from scanners.crew import Crew
from scanners.processes import Template
from scanners.runs import supervisor

_LOG = logs.get("watch")

#: Seconds between two looks for new wishes.
PAUSE = 1.0
#: Seconds between two looks at what is due, and at what people are to be told.
_ROUNDS = 20.0
_TELLINGS = 120.0


def watch(actor: Actor, catalog: Catalog, *, stopped: Callable[[], bool] = lambda: False) -> None:
    """Take up what a killed scan side left, then scan what is due, act on wishes and keep search in step until stopped.

    A database that is away for a while ends nothing: the next look finds it back.
    """
    with Template() as template, Crew(catalog.settings.workers) as crew:
        side = ScanSide(actor, catalog, template, crew)
        while not stopped():
            try:
                idle = not side.turn()
                indexing.refresh(catalog)
            except CatalogError as error:
                _LOG.error(
                    "The scan side could not go on and will try again", error=type(error).__name__
                )  # a trace may quote data
                idle = True
            if idle:
                time.sleep(PAUSE)
    indexing.refresh(catalog)


class ScanSide:
    """Everything the scan side does, a turn at a time."""

    def __init__(self, actor: Actor, catalog: Catalog, template: Template, crew: Crew) -> None:
        self._actor, self._catalog = actor, catalog
        self._template, self._crew = template, crew
        self._left = True
        self._round_at = self._told_at = -max(_ROUNDS, _TELLINGS)
        self._telling = threading.Thread()
        self._looked_on: dict[Callable[[Actor, Catalog], object], date] = {}

    def turn(self) -> bool:
        """Do what is to be done now; False when there was nothing."""
        if self._left:
            self._take_up()
            self._left = False
        if time.monotonic() - self._round_at >= _ROUNDS:
            self._round_at = time.monotonic()
            self.scan_due()
        if time.monotonic() - self._told_at >= _TELLINGS:
            self._told_at = time.monotonic()
            self._tell()
        return self.act_once() or self.try_once()

    def act_once(self) -> bool:
        """Act on the oldest wish that nobody is acting on; False when there is none."""
        for intent in scans.intents(self._actor, self._catalog):
            if self._is_for_me(intent):
                self._act(intent)
                return True
        return False

    def try_once(self) -> bool:
        """Carry out the oldest trial of recognisers that waits; False when there is none."""
        waiting = recognisers.waiting(self._actor, self._catalog)
        if waiting:
            asker = replace(self._actor, person_id=waiting[0].person_id)
            trials.carry_out(asker, self._catalog, waiting[0], self._template)
        return bool(waiting)

    def scan_due(self) -> None:
        """Begin with every source that is due."""
        for one in schedules.due(self._actor, self._catalog):
            if not self._crew.is_at(one.source.id):
                self._begin(self._actor, one.source, window=one.window)

    def _tell(self) -> None:
        """Notice what no run tells, and send what people are to be told; beside the rest, as mail servers take time."""
        notices.look_around(self._actor, self._catalog)
        if not self._telling.is_alive():
            self._telling = threading.Thread(target=self._send, name="notices", daemon=True)
            self._telling.start()

    def _send(self) -> None:
        self.reconcile()
        with suppress(CatalogError):  # what could not be sent is on record, and tried again
            deliveries.make_round(self._actor, self._catalog)

    def reconcile(self) -> None:
        """Once a day, see which approvals' day has come, what tables tell, compare all paper and data, and
        make the queue of review anew: a catalog of before there was one has it from the first round on.
        """
        today = self._catalog.clock.now().date()
        looks = (designation_watch.look_around, memberships.look_around, copies.look_around, reconciling.run)
        for look in (*looks, review_states.rebuild):
            if self._looked_on.get(look) != today:
                with suppress(CatalogError):  # what could not be done is tried again, and stops none of the others
                    look(self._actor, self._catalog)
                    self._looked_on[look] = today

    def _take_up(self) -> None:
        """Answer wishes that were taken up and never answered, and go on with runs that were killed."""
        for intent in scans.unanswered(self._actor, self._catalog):
            scans.answer(self._actor, self._catalog, intent, "the scan side ended before it was done")
        for trial in recognisers.unfinished(self._actor, self._catalog):
            ended = TrialOutcome("The scan side ended before it was done.", 0, 0, 0, ())
            recognisers.finish(self._actor, self._catalog, trial, ended)
        by_id = {source.id: source for source in sources.all_sources(self._actor, self._catalog)}
        for run in scans.killed(self._actor, self._catalog):
            self._take_up_run(run, by_id[run.source_id])

    def _take_up_run(self, run: Run, source: Source) -> None:
        """Go on with a run that was killed; one of a night only in a window of now, not in its own."""
        window = schedules.open_window(self._catalog, source.id)
        if run.night is None or window is not None:
            self._begin(self._actor, source, window=window if run.night else None)
            return
        with scans.locked(self._actor, self._catalog, source.id) as free:
            if free:
                recording.pause(self._actor, self._catalog, run, PauseReason.WINDOW)

    def _begin(self, actor: Actor, source: Source, *, window: Window | None) -> None:
        self._crew.start(source.id, lambda: self._run(actor, source, window=window))

    def _run(self, actor: Actor, source: Source, *, window: Window | None = None, full: bool = False) -> str:
        """Scan a source, and say in words how that went."""
        run = attempt(
            actor,
            self._catalog,
            source,
            full=full,
            window=window,
            template=self._template,
            slots=self._crew.slots,
            stopped=self._crew.stopped,
        )
        if window is not None:
            self._anchor()
        return run if isinstance(run, str) else f"run {run.id} {run.state.value}"

    def _anchor(self) -> None:
        """Note how far the audit log is when the run of a night ends; that has to keep no source from its turn."""
        try:
            audit.anchor(self._actor, self._catalog)
        except CatalogError as error:
            _LOG.error("The audit log could not be anchored", error=type(error).__name__)

    def _is_for_me(self, intent: Intent) -> bool:
        """Whether no run that goes on will act on it, here or in another process."""
        if self._crew.is_at(intent.source_id):
            return False
        if intent.kind not in scans.STOPS:
            return True
        with scans.locked(self._actor, self._catalog, intent.source_id) as free:
            return free

    def _act(self, intent: Intent) -> None:
        by_id = {source.id: source for source in sources.all_sources(self._actor, self._catalog)}
        # The record names who wanted it, not who carried it out.
        asker = replace(self._actor, person_id=intent.person_id)
        if intent.kind in scans.STOPS:
            scans.take(self._actor, self._catalog, intent)
            scans.answer(asker, self._catalog, intent, self._stop(asker, intent))
        else:
            source = by_id[intent.source_id]
            self._crew.start(source.id, lambda: self._carry_out(asker, intent, source), asked=True)

    def _carry_out(self, asker: Actor, intent: Intent, source: Source) -> None:
        scans.take(self._actor, self._catalog, intent)
        match intent.kind:
            case IntentKind.TEST:
                outcome = self._test(source)
            case IntentKind.RESUME:
                waits = scans.open_run(asker, self._catalog, source.id)
                outcome = self._run(asker, source) if waits else "no run waits"
            case _:
                outcome = self._run(asker, source, full=True)
        scans.answer(asker, self._catalog, intent, outcome)

    def _stop(self, asker: Actor, intent: Intent) -> str:
        """Stop a run that nobody carries on: one that waits, or was killed."""
        run = scans.open_run(asker, self._catalog, intent.source_id)
        if run is None:
            return "no run was going on"
        if scans.STOPS[intent.kind] is RunState.PAUSED:
            run = recording.pause(asker, self._catalog, run, PauseReason.PERSON)
        else:
            run = recording.finish(asker, self._catalog, run, RunState.CANCELLED)
        return f"run {run.id} {run.state.value}"

    def _test(self, source: Source) -> str:
        try:
            with supervisor(self._catalog, source, self._template) as child:
                failed = [check.message for check in child.check() if not check.passed]
        except SourceError as error:
            return str(error)
        return "; ".join(failed) or "everything that is needed works"
