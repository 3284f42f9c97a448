"""How a run is steered: windows, wishes, allowances, busy sources, sources that are gone."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from catalog.errors import Conflict, SkipReason, SourceError
from catalog.model.actors import Role
from catalog.model.coverage import Look
from catalog.model.holdings import DatasetKind, DatasetRef, Source
from catalog.model.runs import DatasetResult, IntentKind, ListedDataset, PauseReason, Run, RunState, SafeName
from catalog.model.schedules import RETRY_AFTER, Window
from catalog.ports import Load
from catalog.services import (
    copies,
    designation_watch,
    memberships,
    people,
    reconciling,
    recording,
    review_states,
    scans,
    schedules,
    sources,
)
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms
from scanners import runs, scan_command, steering
from scanners.attempt import attempt
from scanners.crew import Crew
from scanners.processes import Template
from scanners.runs import Progress, run_source
from scanners.steering import StoppedError
from scanners.supervisor import CalledOffError, Listed
from scanners.watch import ScanSide
from tests.support.builders import OPERATOR, FixedClock, a_catalog, a_result, an_agency

COUNT = 6


class Scripted:
    """Stands in for the supervised child of a source: what it answers is written in the test."""

    def __init__(self) -> None:
        self.listings: list[SourceError | None] = []
        self.results: list[DatasetResult] = []
        self.loads: list[Load] = []
        self.sticks = False
        self.fault: Exception | None = None
        self.listed = 0
        self.scanned: list[str] = []
        self.view, self.listing_ms = "a" * 64, 5
        self._called_off = threading.Event()
        self.stuck = threading.Event()

    def afresh(self, *_: object) -> "Scripted":
        """As the next run gets it."""
        self._called_off.clear()
        return self

    def list(self) -> Iterator[Listed]:
        self.listed += 1
        error = self.listings.pop(0) if self.listings else None
        if error:
            raise error
        for number in range(COUNT):
            name = f"t{number}"
            safe = ListedDataset(SafeName(name, name, withheld=False), DatasetKind.TABLE, "", 10, "v1")
            yield Listed(DatasetRef(name, name, DatasetKind.TABLE), safe)

    def load(self) -> Load:
        return self.loads.pop(0) if len(self.loads) > 1 else self.loads[0] if self.loads else Load()

    def scan(self, listed: Listed, *, rows: int, seed: int, deepest: int) -> DatasetResult:
        assert (rows, deepest) == (1000, 5000)
        if self.sticks and self.scanned:
            self.stuck.set()
            self._called_off.wait(10)
        if self._called_off.is_set():
            raise CalledOffError
        if self.fault:
            raise self.fault
        self.scanned.append(listed.safe.name.text)
        return self.results.pop(0) if self.results else a_result()

    def call_off(self) -> None:
        self._called_off.set()

    def close(self) -> None:
        """Nothing is held."""


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    made = Scripted()
    monkeypatch.setattr(runs, "_supervisor", made.afresh)
    monkeypatch.setattr(runs, "_TICK", 0.01)
    return made


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = a_catalog(tmp_path)
    sources.add_agency(OPERATOR, made, an_agency())
    people.add_person(OPERATOR, made, "ops", "Olu Peters", Role.OPERATOR)
    yield made
    made.close()


@pytest.fixture
def source(catalog: Catalog) -> Source:
    system = sources.add_system(OPERATOR, catalog, "dso", "Shelter")
    return sources.add_source(OPERATOR, catalog, system.id, "db", "postgres", {"host": "db"})


def a_window(catalog: Catalog, hours: float = 1) -> Window:
    now = catalog.clock.now()
    return Window(now.date(), now, now + timedelta(hours=hours))


def names(numbers: Sequence[int]) -> list[str]:
    return [f"t{number}" for number in numbers]


def test_what_is_not_done_when_the_window_closes_goes_on_in_the_next(
    catalog: Catalog, source: Source, child: Scripted
) -> None:
    def tick(_progress: object) -> None:
        assert isinstance(catalog.clock, FixedClock)
        catalog.clock.time += timedelta(minutes=20)

    run = run_source(OPERATOR, catalog, source, window=a_window(catalog, 0.9), watch=tick)
    assert (run.state, run.paused, run.datasets_done) == (RunState.PAUSED, PauseReason.WINDOW, 2)
    run = run_source(OPERATOR, catalog, source, window=a_window(catalog))
    assert (run.state, run.datasets_done) == (RunState.DONE, COUNT)
    assert child.scanned == names(range(COUNT)), "one after the other over one connection, and none twice"


def test_a_spent_allowance_pauses_a_run_whoever_asked_for_it(catalog: Catalog, source: Source, child: Scripted) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms(megabytes_a_day=1))
    child.results = [DatasetResult(Look.SCANNED, None, 1, 1, None, 1, "d", (), source_bytes=400_000)] * COUNT
    run = run_source(OPERATOR, catalog, source)
    assert (run.state, run.paused, run.datasets_done) == (RunState.PAUSED, PauseReason.ALLOWANCE, 3)
    again = run_source(OPERATOR, catalog, source)
    assert (again.id, again.paused, again.datasets_done) == (run.id, PauseReason.ALLOWANCE, 3)
    assert (child.listed, len(child.scanned)) == (1, 3), "not even a listing is asked for"


@pytest.mark.parametrize(
    ("kind", "state", "paused"),
    [(IntentKind.PAUSE, RunState.PAUSED, PauseReason.PERSON), (IntentKind.CANCEL, RunState.CANCELLED, None)],
)
def test_a_wish_ends_what_goes_on_at_the_source_too(
    catalog: Catalog, source: Source, child: Scripted, kind: IntentKind, state: RunState, paused: PauseReason | None
) -> None:
    child.sticks = True

    def wish() -> None:
        child.stuck.wait(10)
        scans.ask(OPERATOR, catalog, kind, source.id)

    asking = threading.Thread(target=wish)
    asking.start()
    began = time.monotonic()
    run = run_source(OPERATOR, catalog, source)
    asking.join()
    assert (run.state, run.paused, run.datasets_done) == (state, paused, 1)
    assert time.monotonic() - began < 5
    assert scans.unanswered(OPERATOR, catalog) == ()
    assert scans.run(OPERATOR, catalog, run.id).intents[0].outcome == f"run 1 {state.value} after 1 of {COUNT} datasets"


def test_a_busy_source_is_waited_for_and_then_left_alone(
    catalog: Catalog, source: Source, child: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms(most_active=5))
    monkeypatch.setattr(steering, "_FIRST_WAIT", 0.01)
    child.loads = [Load(active=9), Load(active=5), Load(active=4)]
    assert run_source(OPERATOR, catalog, source).state is RunState.DONE
    child.loads = [Load(active=9)]
    monkeypatch.setattr(steering, "_PATIENCE", 0.05)
    child.scanned.clear()
    run = run_source(OPERATOR, catalog, source, full=True)
    assert (run.state, run.paused) == (RunState.PAUSED, PauseReason.BUSY)
    assert len(child.scanned) <= 1


def test_a_lagging_replica_is_busy_and_one_that_tells_nothing_is_not(
    catalog: Catalog, source: Source, child: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms(most_lag=30))
    monkeypatch.setattr(steering, "_PATIENCE", 0.0)
    monkeypatch.setattr(steering, "_FIRST_WAIT", 0.0)
    child.loads = [Load(lag=31)]
    assert run_source(OPERATOR, catalog, source).paused is PauseReason.BUSY
    child.loads = [Load()]
    assert run_source(OPERATOR, catalog, source).state is RunState.DONE


def test_what_was_asked_of_an_earlier_run_ends_no_later_one(catalog: Catalog, source: Source, child: Scripted) -> None:
    late = scans.ask(OPERATOR, catalog, IntentKind.CANCEL, source.id)
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(hours=3)
    run = run_source(OPERATOR, catalog, source)
    assert (run.state, run.datasets_done) == (RunState.DONE, COUNT)
    (told,) = [intent for intent in scans.run(OPERATOR, catalog, run.id).intents if intent.id == late.id]
    assert told.outcome == "no run was going on"


def test_a_hold_interrupts_a_night_until_it_is_released(
    catalog: Catalog, source: Source, child: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering, "_SCHEDULES", 0.0)
    schedules.put(OPERATOR, catalog, source.id, Terms())

    def hold(progress: Progress) -> None:
        if progress.done == 2:
            schedules.hold(OPERATOR, catalog, source.id, "They call")

    (one,) = schedules.due(OPERATOR, catalog)
    run = run_source(OPERATOR, catalog, source, window=one.window, watch=hold)
    assert (run.state, run.paused, run.datasets_done) == (RunState.PAUSED, PauseReason.HOLD, 2)
    assert schedules.due(OPERATOR, catalog) == ()
    schedules.release(OPERATOR, catalog, source.id)
    (one,) = schedules.due(OPERATOR, catalog)
    assert run_source(OPERATOR, catalog, source, window=one.window).datasets_done == COUNT


def test_a_fault_of_ours_is_on_record_and_tried_again_later(catalog: Catalog, source: Source, child: Scripted) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())
    (one,) = schedules.due(OPERATOR, catalog)
    child.fault = ValueError("219-09-9998")
    told = attempt(OPERATOR, catalog, source, window=one.window)
    assert isinstance(told, str)
    assert "unexpected fault" in told
    assert "219" not in told
    (line,) = scans.runs(OPERATOR, catalog)
    assert (line.run.state, line.run.reason) == (RunState.FAILED, SkipReason.CRASHED)
    assert schedules.due(OPERATOR, catalog) == ()
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += RETRY_AFTER
    child.fault, (one,) = None, schedules.due(OPERATOR, catalog)
    again = attempt(OPERATOR, catalog, source, window=one.window)
    assert isinstance(again, Run)
    assert (again.id, again.state) == (line.run.id, RunState.DONE)


def test_who_waits_for_room_still_hears_that_it_is_to_stop(catalog: Catalog, source: Source, child: Scripted) -> None:
    full, stopped = threading.Semaphore(1), threading.Event()
    full.acquire()
    threading.Timer(0.2, stopped.set).start()
    began = time.monotonic()
    with pytest.raises(StoppedError):
        run_source(OPERATOR, catalog, source, slots=full, stopped=stopped)
    assert time.monotonic() - began < 3
    assert child.scanned == []


def test_a_round_scans_what_becomes_due_while_it_is_at_work(
    catalog: Catalog, source: Source, child: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = sources.add_system(OPERATOR, catalog, "dso", "Shelter")
    late = sources.add_source(OPERATOR, catalog, system.id, "late", "postgres", {"host": "late"})
    for one in (source, late):
        schedules.put(OPERATOR, catalog, one.id, Terms())
    known, asked = schedules.due(OPERATOR, catalog), 0

    def due(*_: object) -> tuple[schedules.Due, ...]:
        nonlocal asked
        asked += 1
        return known[:1] if asked == 1 else known[1:] if asked == 2 else ()

    monkeypatch.setattr(schedules, "due", due)
    with scan_command._Round(catalog, full=False, quiet=True) as scanning:
        done = scanning.due(())
    assert [(one.name, isinstance(run, Run) and run.state) for one, run in done] == [
        (one.source.name, RunState.DONE) for one in known
    ]


def test_a_source_that_is_gone_in_the_middle_ends_its_run(catalog: Catalog, source: Source, child: Scripted) -> None:
    gone = DatasetResult(Look.COULD_NOT_LOOK, SkipReason.UNREACHABLE, 0, None, None, 1, "", ())
    child.results = [gone, gone, a_result(), *[gone] * 3]
    assert run_source(OPERATOR, catalog, source).state is RunState.DONE
    child.results = [gone] * COUNT
    run = run_source(OPERATOR, catalog, source, full=True)
    assert (run.state, run.reason, run.datasets_done) == (RunState.FAILED, SkipReason.UNREACHABLE, 5)


def test_at_night_a_source_that_is_away_for_a_moment_is_asked_again(
    catalog: Catalog, source: Source, child: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = SourceError("db", "it is away", "Wait.", reason=SkipReason.UNREACHABLE)
    monkeypatch.setattr(runs, "_RETRIES", (0.001, 0.001))
    child.listings = [away, away, None]
    assert run_source(OPERATOR, catalog, source, window=a_window(catalog)).state is RunState.DONE
    child.listings = [away, None]
    assert run_source(OPERATOR, catalog, source).state is RunState.FAILED, "a person is told at once"
    child.listings = [SourceError("db", "no", "Ask.", reason=SkipReason.LOGIN_REFUSED), None]
    assert run_source(OPERATOR, catalog, source).state is RunState.FAILED


def test_a_process_that_ends_leaves_its_run_to_the_next(catalog: Catalog, source: Source, child: Scripted) -> None:
    child.sticks, stopped = True, threading.Event()
    threading.Thread(target=lambda: child.stuck.wait(10) and stopped.set()).start()
    with pytest.raises(StoppedError):
        run_source(OPERATOR, catalog, source, stopped=stopped)
    (run,) = scans.killed(OPERATOR, catalog)
    assert (run.state, run.datasets_done) == (RunState.SCANNING, 1)


@pytest.mark.parametrize("folder", [".", "is not there"])
def test_when_a_nights_run_ends_the_audit_log_is_anchored_or_else_nothing_is_lost(
    folder: str, catalog: Catalog, source: Source, child: Scripted, template: Template, tmp_path: Path
) -> None:
    path = tmp_path / folder / "anchors"
    anchored = replace(catalog, settings=catalog.settings.model_copy(update={"anchors": path}))
    schedules.put(OPERATOR, catalog, source.id, Terms())
    with capture_logs() as logs, Crew(1) as crew:
        ScanSide(OPERATOR, anchored, template, crew).scan_due()
    (line,) = scans.runs(OPERATOR, catalog)
    assert line.run.state is RunState.DONE
    assert path.exists() is (folder == ".")
    assert any("could not be anchored" in each["event"] for each in logs) is (folder != ".")


def test_the_scan_side_scans_what_is_due_and_acts_on_what_waits(
    catalog: Catalog, source: Source, child: Scripted, template: Template
) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())

    def turn() -> None:
        with Crew(1) as crew:
            side = ScanSide(OPERATOR, catalog, template, crew)
            side.scan_due()
            side.act_once()

    turn()
    (line,) = scans.runs(OPERATOR, catalog)
    assert (line.run.state, line.run.night is not None) == (RunState.DONE, True)
    turn()
    assert len(scans.runs(OPERATOR, catalog)) == 1, "once a night"

    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    for kind, outcome in (
        (IntentKind.PAUSE, "run 2 paused"),
        (IntentKind.RESUME, "run 2 done"),
        (IntentKind.RESUME, "no run waits"),
    ):
        scans.ask(OPERATOR, catalog, kind, source.id)
        turn()
        assert scans.run(OPERATOR, catalog, run.id).intents[0].outcome == outcome
    with scans.locked(OPERATOR, catalog, source.id):
        scans.ask(OPERATOR, catalog, IntentKind.CANCEL, source.id)
        with Crew(1) as crew:
            assert not ScanSide(OPERATOR, catalog, template, crew).act_once(), "who carries on the run will act"


def test_what_fails_in_the_days_round_stops_none_of_the_rest_and_is_tried_again(
    catalog: Catalog, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    moved = [Conflict("This approval", "it was moved", "Look again.")]

    def at_approvals(*_: object) -> None:
        looked.append("approvals")
        if moved:
            raise moved.pop()

    monkeypatch.setattr(designation_watch, "look_around", at_approvals)
    monkeypatch.setattr(memberships, "look_around", lambda *_: looked.append("memberships"))
    monkeypatch.setattr(copies, "look_around", lambda *_: looked.append("copies"))
    monkeypatch.setattr(reconciling, "run", lambda *_: looked.append("reconciliation"))
    monkeypatch.setattr(review_states, "rebuild", lambda *_: looked.append("review"))
    with Crew(1) as crew:
        side = ScanSide(OPERATOR, catalog, template, crew)
        for _ in range(3):
            side.reconcile()
    assert looked == ["approvals", "memberships", "copies", "reconciliation", "review", "approvals"]


def test_a_new_scan_side_goes_on_with_a_night_only_in_a_window_of_now(
    catalog: Catalog, source: Source, child: Scripted, template: Template
) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())
    (one,) = schedules.due(OPERATOR, catalog)
    recording.begin(OPERATOR, catalog, source.id, seed=1, night=one.window.night)
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(hours=12)
    for state, paused in ((RunState.PAUSED, PauseReason.WINDOW), (RunState.DONE, None)):
        with Crew(1) as crew:
            ScanSide(OPERATOR, catalog, template, crew)._take_up()
        (line,) = scans.runs(OPERATOR, catalog)
        assert (line.run.state, line.run.paused) == (state, paused)
        catalog.clock.time += timedelta(hours=12)
        if state is RunState.PAUSED:
            recording.begin(OPERATOR, catalog, source.id, seed=1)  # and killed once more
