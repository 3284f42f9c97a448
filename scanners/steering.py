"""When a run has to stop or wait: a person wishes it, its window closes, its day's allowance is spent, its source is
busy. Asked between two datasets and while one is looked at.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from catalog.errors import SkipReason, SourceError
from catalog.model.coverage import AWAY
from catalog.model.runs import DatasetResult, Intent, PauseReason, Run, RunState
from catalog.model.schedules import Schedule, Window
from catalog.ports import Load
from catalog.services import scans, schedules
from catalog.services.catalog import Catalog

#: Seconds between two looks whether its schedule was changed, and between two whether it is to stop.
_SCHEDULES = 3.0
_ROOM = 0.5
#: Seconds between two looks at how busy a source is, the first wait when it is too busy, and the longest.
_LOADS = 5.0
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 60.0
#: Seconds after which a run no longer waits for a busy source but is paused.
_PATIENCE = 600.0
#: Datasets in a row that could not be reached after which a source is taken to be gone.
MOST_UNREACHED = 5


@dataclass(frozen=True, slots=True)
class Halt:
    """How a run stops, and whose wish it was."""

    state: RunState
    paused: PauseReason | None = None
    reason: SkipReason | None = None
    wish: Intent | None = None


class StoppedError(Exception):
    """The process is to end: what goes on is left as if it were killed."""


class Steering:
    """Steers one run over one source; for several threads.

    Parameters:
        window: the window that the run keeps to; None where a person asked for it.
        stopped: set when the whole process is to end.
    """

    def __init__(self, catalog: Catalog, run: Run, window: Window | None, stopped: threading.Event) -> None:
        self._catalog, self._run, self._window = catalog, run, window
        self._ended = stopped
        self._schedule = schedules.schedule_of(catalog, run.source_id)
        self._schedule_at = time.monotonic()
        self._left = schedules.allowance(catalog, self._schedule)
        self._spent_ms = self._spent_bytes = self._unreached = 0
        self._load_at = -_LOADS
        self._looking = threading.Lock()
        self._stopped = threading.Event()
        self._too_busy = False

    def halt(self) -> Halt | None:
        """How the run has to stop now; None while it may go on.

        Raises:
            StoppedError: when the whole process is to end; the run is then taken up by the next one.
        """
        if self._ended.is_set():
            self._stopped.set()
            raise StoppedError
        found = self._wished() or self._limited()
        if found is not None:
            self._stopped.set()
        return found

    def count(self, result: DatasetResult) -> None:
        """Count what a look has cost, and whether its source was there."""
        self.spend(result.source_ms, result.source_bytes)
        self._unreached = self._unreached + 1 if result.reason in AWAY else 0

    def spend(self, ms: int, size: int = 0) -> None:
        """Count milliseconds the source was kept at work, and bytes it sent."""
        self._spent_ms += ms
        self._spent_bytes += size

    @contextmanager
    def room(self, slots: threading.Semaphore) -> Iterator[bool]:
        """Hold room to judge one dataset; False when the run has to stop before there is any."""
        got = False
        while not got and not self._stopped.is_set():
            got = slots.acquire(timeout=_ROOM)
        try:
            yield got
        finally:
            if got:
                slots.release()

    def admit(self, ask: Callable[[], Load]) -> bool:
        """Wait until the source is not too busy; False when the run has to stop before that. Called before each look.

        Parameters:
            ask: asks the source how busy it is.
        """
        with self._looking:
            if self._schedule is None or time.monotonic() - self._load_at < _LOADS:
                return True
            waited, pause = 0.0, _FIRST_WAIT
            while _is_too_busy(ask, self._schedule):
                if waited >= _PATIENCE:
                    self._too_busy = True
                if self._too_busy or self._stopped.wait(pause):
                    return False
                waited, pause = waited + pause, min(2 * pause, _LONGEST_WAIT)
            self._load_at = time.monotonic()
            return True

    def rest(self, seconds: float) -> None:
        """Wait so long, or until the run has to stop."""
        self._stopped.wait(seconds)

    def _wished(self) -> Halt | None:
        wish = scans.wish_to_stop(self._catalog, self._run.source_id)
        if wish is None:
            return None
        state = scans.STOPS[wish.kind]
        return Halt(state, PauseReason.PERSON if state is RunState.PAUSED else None, wish=wish)

    def _limited(self) -> Halt | None:
        if self._unreached >= MOST_UNREACHED:
            return Halt(RunState.FAILED, reason=SkipReason.UNREACHABLE)
        self._look_at_schedule()
        if self._window is not None and self._schedule is not None and self._schedule.held:
            return Halt(RunState.PAUSED, PauseReason.HOLD)
        if self._window is not None and self._catalog.clock.now() >= self._window.closes:
            return Halt(RunState.PAUSED, PauseReason.WINDOW)
        if self._is_spent():
            return Halt(RunState.PAUSED, PauseReason.ALLOWANCE)
        return Halt(RunState.PAUSED, PauseReason.BUSY) if self._too_busy else None

    def _look_at_schedule(self) -> None:
        """Hear of holds and limits that somebody set meanwhile."""
        if time.monotonic() - self._schedule_at >= _SCHEDULES:
            self._schedule_at = time.monotonic()
            self._schedule = schedules.schedule_of(self._catalog, self._run.source_id)
            self._left = schedules.allowance(self._catalog, self._schedule)
            self._spent_ms = self._spent_bytes = 0  # they are on record, and taken from what is left

    def _is_spent(self) -> bool:
        pairs = ((self._left.ms, self._spent_ms), (self._left.bytes, self._spent_bytes))
        return any(left is not None and spent >= left for left, spent in pairs)


def _is_too_busy(ask: Callable[[], Load], schedule: Schedule) -> bool:
    """Whether the source says so; one that cannot even be asked is found out by the look that follows."""
    if schedule.most_active is None and schedule.most_lag is None:
        return False
    try:
        load = ask()
    except SourceError:
        return False
    return _reaches(load.active, schedule.most_active) or _reaches(load.lag, schedule.most_lag)


def _reaches(measured: float | None, most: int | None) -> bool:
    return measured is not None and most is not None and measured >= most
