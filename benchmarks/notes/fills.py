"""What fills a slot of a template: the marked part, and what a clerk writes around it that belongs to no mark."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Final

DATA: Final = Path(__file__).parent / "data"
DIGITS: Final = "0123456789"


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled slot: only ``marked`` identifies somebody."""

    marked: str
    before: str = ""
    after: str = ""


@cache
def words() -> Mapping[str, Sequence[str]]:
    """The hand-written lists of words."""
    found: dict[str, list[str]] = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
    return found


def digits(rng: Random, many: int) -> str:
    """So many random digits."""
    return "".join(rng.choices(DIGITS, k=many))


def patterned(rng: Random, pattern: str, letters: str = "ABCDEFGHJKLMNPRSTUVWXYZ") -> str:
    """A pattern with every ``#`` a digit and every ``@`` a letter."""
    drawn = {"#": DIGITS, "@": letters}
    return "".join(rng.choice(drawn[char]) if char in drawn else char for char in pattern)


def grouped(text: str, sizes: Sequence[int], between: str) -> str:
    """A text cut into groups of these sizes."""
    groups = []
    for size in sizes:
        groups.append(text[:size])
        text = text[size:]
    return between.join(groups)
