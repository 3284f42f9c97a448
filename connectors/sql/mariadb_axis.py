"""Random points between two values of a key's column, as the server takes them."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from connectors.sql.mariadb_queries import BINARY

WHOLE_NUMBERS = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "year"})
_TEXTS = frozenset({"char", "varchar", "tinytext", "text", "uuid"})
_TIMES = frozenset({"datetime", "timestamp"})
_SAFE = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -_./:#")
_ROWS_OF_SIGNS = ("0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")
_DEEPEST = 36


class Axis(Protocol):
    """Points between the lowest and the highest value of a column."""

    def literal(self, value: str) -> str:
        """A value that the server gave, as it takes it."""

    def point(self, chance: random.Random) -> str:
        """A random point, as the server takes it."""

    def learn(self, values: Iterable[str]) -> None:
        """See values that there are."""


def axis_of(kind: str, low: str, high: str) -> Axis | None:
    """The axis of a column of this plain type between two values of it; None where no points can be drawn.

    Parameters:
        low, high: values as :func:`connectors.sql.mariadb_queries.plain` asks for them.
    """
    try:
        if kind in WHOLE_NUMBERS:
            return Numbers(low, high)
        if kind == "date" or kind in _TIMES:
            return Moments(low, high, is_date=kind == "date")
    except ValueError:
        return None
    if kind in BINARY or kind in _TEXTS:
        return Texts(low, high, is_hex=kind in BINARY)
    return None


class Numbers:
    """Whole numbers, each as likely as any other."""

    def __init__(self, low: str, high: str) -> None:
        self.low, self.high = int(low), int(high)

    def literal(self, value: str) -> str:
        """A number as it is."""
        return str(int(value))

    def point(self, chance: random.Random) -> str:
        """A number."""
        return str(chance.randint(self.low, self.high))

    def learn(self, values: Iterable[str]) -> None:
        """Numbers have nothing to be learnt."""


class Moments:
    """Days or seconds, each as likely as any other."""

    def __init__(self, low: str, high: str, *, is_date: bool) -> None:
        self._from, until = datetime.fromisoformat(low), datetime.fromisoformat(high)
        self._step = timedelta(days=1) if is_date else timedelta(seconds=1)
        self._steps = max((until - self._from) // self._step, 0)
        self._is_date = is_date

    def literal(self, value: str) -> str:
        """A moment in quotes, once it is known to be one; what is none comes before all of them."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return "'0000-00-00'"
        return f"'{moment.date() if self._is_date else moment.isoformat(' ')}'"

    def point(self, chance: random.Random) -> str:
        """A moment."""
        return self.literal((self._from + self._step * chance.randint(0, self._steps)).isoformat())

    def learn(self, values: Iterable[str]) -> None:
        """Moments have nothing to be learnt."""


class Texts:
    """Texts made like those that there are: at each place of a text a sign that was seen there, or one between two.

    So ``B-2021-00012`` gives ``F-2019-37404``, and one UUID any other. Only signs that need no quoting are used.
    """

    def __init__(self, low: str, high: str, *, is_hex: bool) -> None:
        self._signs: list[set[str]] = []
        self._drawn_from: list[str] = []
        self._is_hex = is_hex
        self.learn((low, high))

    def literal(self, value: str) -> str:
        """A text with quotes, whatever it holds."""
        if self._is_hex:
            return f"X'{bytes.fromhex(value).hex()}'"
        return f"CONVERT(X'{value.encode().hex()}' USING utf8mb4)"

    def point(self, chance: random.Random) -> str:
        """A text that there might be."""
        drawn = "".join(chance.choice(signs) for signs in self._drawn_from)
        return f"X'{drawn[: len(drawn) // 2 * 2]}'" if self._is_hex else f"'{drawn}'"

    def learn(self, values: Iterable[str]) -> None:
        """See which signs there are at each place."""
        for value in values:
            for place, sign in enumerate(value[:_DEEPEST]):
                if place == len(self._signs):
                    self._signs.append(set())
                self._signs[place] |= {sign} & _SAFE
        self._drawn_from = []
        for signs in self._signs:
            if not signs:
                break
            self._drawn_from.append(_between(signs))


def _between(signs: set[str]) -> str:
    """Those signs and all between them, as far as there are some of their row among them."""
    rows = [row for row in _ROWS_OF_SIGNS if signs & set(row)]
    letters = "".join(rows)
    places = [letters.index(sign) for sign in signs if sign in letters]
    filled = set(letters[min(places) : max(places) + 1]) if places else set()
    return "".join(sorted(signs | filled))
