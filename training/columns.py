"""Synthetic columns: a kind, a maker of it, as many values as tables have, and the disorder of real ones."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from training import dates, forms, numbers, persons
from training.making import MAKERS, Draw, Maker
from training.stock import Stock

#: The makers that are code enter themselves when they are read.
_READ = (persons, dates, numbers)


#: So many columns come from tables that are sorted by them.
_IN_ORDER = 0.2


@dataclass(frozen=True, slots=True)
class Column:
    """The values of a column and what they are."""

    values: tuple[str, ...]
    kind: StrEnum


@dataclass(frozen=True, slots=True)
class Style:
    """How a whole column is written: capitals, no accents, cut at a width."""

    upper: bool
    lower: bool
    plain: bool
    title: bool
    cut: int

    def __call__(self, text: str) -> str:
        """One value so written."""
        if self.plain:
            text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
        text = text.upper() if self.upper else text.lower() if self.lower else text.title() if self.title else text
        return text[: self.cut].strip() if self.cut else text


def columns(
    kinds: Sequence[StrEnum], stock: Stock, seed: int, count: int, *, held_back: bool | None
) -> Iterator[Column]:
    """So many columns, of each kind the same number.

    Parameters:
        kinds: what may come.
        stock: the words.
        seed: the same one gives the same columns.
        count: how many.
        held_back: whether only the makers kept for measuring, only the others, or (None) all of them are used.
    """
    makers = {
        kind: [made for made in (*MAKERS, *forms.listed()) if made.kind == kind and held_back in {None, made.held_back}]
        for kind in kinds
    }
    filled = [kind for kind in kinds if makers[kind]]
    for number in range(count):
        draw = Draw(random.Random(f"{seed}:{number}"), stock)  # noqa: S311 - nothing secret
        kind = filled[number % len(filled)]
        yield Column(tuple(_values(draw, _chosen(draw, makers[kind]), makers)), kind)


def _chosen(draw: Draw, makers: Sequence[Maker]) -> Maker:
    return draw.rng.choices(makers, [made.weight for made in makers])[0]


def _values(draw: Draw, chosen: Maker, makers: dict[StrEnum, list[Maker]]) -> Iterator[str]:
    """Rows of a column: distinct ones, a few repeated, a stray one of another kind now and then."""
    value = chosen.make(draw)
    style = _style(draw)
    stray = _chosen(draw, makers[draw.one([kind for kind in makers if makers[kind]])]).make(draw)
    strays = draw.one([0.0, 0.0, 0.0, 0.05, 0.1])
    distinct = draw.one([4, 6, 8, 10, 12, 15, 20, 25, 30])
    held = [style(value() if not draw.chance(strays) else stray()) for _ in range(distinct)]
    yield from sorted(held) if draw.chance(_IN_ORDER) else held
    for _ in range(int(distinct * draw.one([0, 0, 0, 0.3, 1, 3]))):
        yield draw.one(held)


def _style(draw: Draw) -> Style:
    return Style(
        upper=draw.chance(0.22),
        lower=draw.chance(0.03),
        plain=draw.chance(0.3),
        title=draw.chance(0.03),
        cut=draw.one([30, 20]) if draw.chance(0.06) else 0,
    )
