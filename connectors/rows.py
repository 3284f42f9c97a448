"""Choosing rows and holding them within bounds, the same for every kind of source."""

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

Row = Sequence[str | None]
T = TypeVar("T")

SAMPLE_CHARACTERS = 64_000_000
"""A sample holds no more than this: wide tables of long cells would fill the memory otherwise."""


class Window:
    """Rows passing by, until they hold more characters than a sample may."""

    def __init__(self, rows: Iterable[Row], characters: int = SAMPLE_CHARACTERS) -> None:
        self._rows = rows
        self._left = characters
        self.cut = False

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self._left -= sum(len(cell) for cell in row if cell is not None)
            if self._left < 0:
                self.cut = True
                return
            yield row


def choose(items: Iterable[T], count: int, seed: int) -> tuple[list[T], int]:
    """Choose ``count`` items with equal chances in one pass, in their order; also say how many there were."""
    chance = random.Random(seed)  # noqa: S311 - repeatable choice, not a secret
    kept: list[tuple[int, T]] = []
    seen = 0
    for seen, item in enumerate(items, start=1):
        if len(kept) < count:
            kept.append((seen, item))
        elif (place := chance.randrange(seen)) < count:
            kept[place] = (seen, item)
    return [item for _, item in sorted(kept, key=lambda pair: pair[0])], seen


def columns_of(rows: Sequence[Row], width: int) -> list[list[str | None]]:
    """Turn rows into ``width`` columns; short rows lack values at their end."""
    return [[row[place] if place < len(row) else None for row in rows] for place in range(width)]
