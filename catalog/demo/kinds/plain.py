"""What holds nothing about anybody by itself: codes, counts, dates of work, words; columns made from other columns."""

import hashlib
from datetime import timedelta

from catalog.demo.kinds import KINDS, kind
from catalog.demo.people import TODAY
from catalog.demo.people import moment as office_moment
from catalog.demo.row import Row

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@kind()
def pick(row: Row, words: tuple[str, ...]) -> str:
    """One of the words, each as often as it is written; ``_`` stands for a space, ``-`` alone for nothing."""
    word = row.rng.choice(words)
    return "" if word == "-" else word.replace("_", " ")


@kind()
def sequence(row: Row, words: tuple[str, ...]) -> int:
    """A running number from the one given, in steps of the second."""
    return int(words[0]) + row.number * int(words[1] if len(words) > 1 else 1)


@kind()
def number(row: Row, words: tuple[str, ...]) -> int:
    """A whole number between the two."""
    return row.rng.randint(int(words[0]), int(words[1]))


@kind()
def money(row: Row, words: tuple[str, ...]) -> float:
    """An amount between the two, in cents."""
    return round(row.rng.uniform(float(words[0]), float(words[1])), 2)


@kind()
def decimal(row: Row, words: tuple[str, ...]) -> float:
    """A number between the two with as many places as the third says."""
    return round(row.rng.uniform(float(words[0]), float(words[1])), int(words[2]))


@kind()
def code(row: Row, words: tuple[str, ...]) -> str:
    """A random code: 9 stands for a digit, A for a letter."""
    return "".join(
        row.rng.choice("0123456789") if sign == "9" else row.rng.choice(_LETTERS) if sign == "A" else sign
        for sign in words[0]
    )


@kind()
def moment(row: Row, words: tuple[str, ...]) -> object:
    """A moment of an office day in the days back given, or ahead with a second number."""
    ahead = int(words[1]) if len(words) > 1 else 0
    return office_moment(row.rng, days_back=int(words[0]), days_ahead=ahead)


@kind()
def day(row: Row, words: tuple[str, ...]) -> object:
    """A day in the days back given, or ahead with a second number."""
    ahead = int(words[1]) if len(words) > 1 else 0
    return TODAY + timedelta(days=row.rng.randint(-int(words[0]), ahead))


@kind()
def constant(_row: Row, words: tuple[str, ...]) -> str:
    """The same words in every row."""
    return " ".join(words)


@kind()
def nothing(_row: Row, _: tuple[str, ...]) -> None:
    """Always empty."""


@kind()
def digest(row: Row, _: tuple[str, ...]) -> str:
    """A checksum of the row, as loaders leave it."""
    return hashlib.md5(f"{row.number}/{row.place}".encode(), usedforsecurity=False).hexdigest()


@kind()
def same(row: Row, words: tuple[str, ...]) -> object:
    """What an earlier column of the row holds."""
    return row.made[words[0]]


@kind()
def attribute(row: Row, words: tuple[str, ...]) -> str:
    """``attribute NAME=kind NAME=kind ...``: one of the names; ``attribute_value`` makes what belongs to it."""
    name, _, made_by = row.rng.choice(words).partition("=")
    row.made["="] = made_by
    return name


@kind()
def attribute_value(row: Row, _: tuple[str, ...]) -> object:
    """What belongs to the attribute chosen in this row; say in the fourth place what the column then holds."""
    return str(KINDS[str(row.made["="])].make(row, ()))
