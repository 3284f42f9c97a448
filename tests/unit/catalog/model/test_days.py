from datetime import date, datetime
from pathlib import Path

import pytest

from catalog.model.days import day_words, month_words

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("on", "day", "month"),
    [
        (date(2026, 1, 1), "January 1, 2026", "January 2026"),
        (date(2024, 2, 29), "February 29, 2024", "February 2024"),
        (date(2026, 7, 31), "July 31, 2026", "July 2026"),
        (datetime(2026, 12, 9, 23, 59), "December 9, 2026", "December 2026"),  # noqa: DTZ001 -- a day has no zone
    ],
)
def test_days_read_the_same_everywhere(on: date, day: str, month: str) -> None:
    assert (day_words(on), month_words(on)) == (day, month)


def test_no_page_or_report_asks_the_machine_what_a_month_is_called() -> None:
    """The names of months that a format gives are those of the machine's own language."""
    every = [path for folder in ("catalog", "web") for path in (ROOT / folder).rglob("*.py")]
    assert len(every) > 100
    assert [path.name for path in every if "%B" in path.read_text("utf-8")] == []
