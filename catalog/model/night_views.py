"""A source as people see it: when it is scanned by itself, what that costs it, and what became of it."""

from dataclasses import dataclass

from catalog.model.runs import Intent
from catalog.model.schedules import Schedule, Window
from catalog.model.views import RunLine, SourceLine


@dataclass(frozen=True, slots=True)
class Nights:
    """When a source is scanned by itself; ``schedule`` None for one that is scanned only when somebody asks.

    ``open`` is the window that is open now, ``last`` the last that has closed, ``next`` the next that opens.
    """

    schedule: Schedule | None
    open: Window | None = None
    last: Window | None = None
    next: Window | None = None


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One source: its nights, what its looks cost it today in milliseconds and bytes, its runs, and what was asked.

    ``missing`` are its datasets that the last complete listing did not show and that do not count as gone.
    """

    line: SourceLine
    nights: Nights
    ms_today: int
    bytes_today: int
    runs: tuple[RunLine, ...]
    intents: tuple[Intent, ...]
    missing: int = 0
