"""What the trained model sees of days and of numbers: how they are spread and in which order they stand."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from scanners.births import day_of
from scanners.looks import Look
from scanners.traits import FEW, Traits, only_general

_NEARLY_ALL = 0.9
_SATURDAY = 5
_CENTRE = 1990


def of_days(look: Look) -> Traits | None:
    """The spread of a column of days; None where it holds other things too."""
    some = look.some(FEW)
    days = [day for value in some if (day := day_of(value))]
    if not days or len(days) < _NEARLY_ALL * len(some):
        return None
    years = np.array([day.year for day in days], dtype=np.float32)
    around = (np.quantile(years, [0, 0.25, 0.5, 0.75, 1]) - _CENTRE) / 30
    count = len(days)
    return only_general(
        [
            *around,
            years.std() / 20,
            len(set(years.tolist())) / count,
            sum(day.weekday() >= _SATURDAY for day in days) / count,
            sum(day.day == 1 for day in days) / count,
            sum(day.day == 1 and day.month == 1 for day in days) / count,
            len({day.month for day in days}) / 12,
            len({(day.year, day.month) for day in days}) / count,
            *_order([day.toordinal() for day in days]),
            look.distinct / look.filled,
        ]
    )


def of_numbers(look: Look) -> Traits | None:
    """The spread of a column of whole numbers; None where it holds other things too."""
    some = look.some(FEW)
    held = [value for value in some if value.isdecimal() and value.isascii() and len(value) <= 18]
    if not held or len(held) < _NEARLY_ALL * len(some):
        return None
    numbers = [int(value) for value in held]
    lengths = np.array([len(value) for value in held], dtype=np.float32)
    span = max(numbers) - min(numbers)
    return only_general(
        [
            lengths.mean() / 5,
            lengths.std(),
            sum(value[0] == "0" for value in held) / len(held),
            *(sum(value[0] == digit for value in held) / len(held) for digit in "12"),
            sum(value[-1] == "0" for value in held) / len(held),
            sum(value[-1] == "5" for value in held) / len(held),
            sum(1900 <= number <= 2100 for number in numbers) / len(numbers),
            look.distinct / look.filled,
            np.log1p(look.distinct) / 5,
            # Running numbers leave hardly a gap: as many of them as between the first and the last.
            np.log1p(span / max(1, look.distinct)) / 10,
            np.log1p(span) / 20,
            span / max(1, *numbers),
            *_order(numbers),
        ]
    )


def _order(numbers: Sequence[int]) -> tuple[float, float]:
    """How often the next one is larger, how often smaller: records come in order, people do not."""
    steps = [later - earlier for earlier, later in pairwise(numbers)] or [0]
    return sum(step > 0 for step in steps) / len(steps), sum(step < 0 for step in steps) / len(steps)
