"""What each reader learns from, how it is measured, and how it is fitted for good."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from threadpoolctl import threadpool_limits

from scanners.looks import Look
from scanners.model import Reader
from scanners.spreads import of_days, of_numbers
from scanners.traits import Traits, of_words
from training.columns import columns
from training.dates import Days
from training.fit import Shape, Table, fit, heat, table
from training.making import Words
from training.numbers import Figures
from training.stock import Part, Stock


@dataclass(frozen=True, slots=True)
class Recipe:
    """One reader: its kinds, its traits, its size and the share of all columns it learns from."""

    name: str
    kinds: Sequence[StrEnum]
    traits: Callable[[Look], Traits | None]
    shape: Shape
    share: float


READERS = (
    Recipe("words", tuple(Words), of_words, Shape(hidden=32, epochs=5, decay=3e-3, unseen=0.6), 1.0),
    Recipe("days", tuple(Days), of_days, Shape(hidden=16, epochs=20), 0.25),
    Recipe("figures", tuple(Figures), of_numbers, Shape(hidden=16, epochs=20), 0.25),
)


@dataclass(frozen=True, slots=True)
class Trained:
    """A reader fitted on everything, and the one it was calibrated by with the columns that one never met."""

    reader: Reader
    measured_by: Reader
    known_makers: Table
    new_makers: Table


def train(recipe: Recipe, count: int, seed: int = 4) -> Trained:
    """Fit on three in four of the words, calibrate on the rest and on makers kept back, then fit on everything.

    The temperature is that of the first fit: the second has seen all there is to measure it on.
    """
    with threadpool_limits(1):  # sums in one order: the same weights every time
        count = int(count * recipe.share)
        first = fit(_table(recipe, Part.TRAINED, seed, count, held_back=False), recipe.kinds, recipe.shape, seed)
        known = _table(recipe, Part.HELD_BACK, seed + 1, count // 10, held_back=False)
        new = _table(recipe, Part.HELD_BACK, seed + 2, count // 10, held_back=True)
        # The harder of the two is what tables nobody has seen are like.
        warm = max(heat(first, known), heat(first, new))
        last = fit(_table(recipe, Part.ALL, seed + 3, count, held_back=None), recipe.kinds, recipe.shape, seed)
    return Trained(replace(last, heat=warm), replace(first, heat=warm), known, new)


@lru_cache(maxsize=len(Part))
def _stock(part: Part) -> Stock:
    return Stock(part)


def _table(recipe: Recipe, part: Part, seed: int, count: int, *, held_back: bool | None) -> Table:
    made = columns(recipe.kinds, _stock(part), seed, count, held_back=held_back)
    return table(made, recipe.kinds, recipe.traits)
