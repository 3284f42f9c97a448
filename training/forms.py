"""Makers that need no code: forms that are filled in (makers.toml)."""

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from training.making import Draw, Maker, Value, Words

_BLANK = re.compile(r"\{(\w+)(?::(\d+)(?:-(\d+))?)?(!?)\}")
#: Forms a column takes of those there are: one, a few or all of them mixed.
_TAKEN = {"one": 1, "few": 3, "all": 10**3}


@dataclass(frozen=True, slots=True)
class Forms:
    """One entry of makers.toml."""

    forms: Sequence[str]
    takes: Sequence[str]
    around: Sequence[str]
    upper: bool

    def make(self, draw: Draw) -> Value:
        """Settle the forms of a column, and what they are surrounded by."""
        settled: dict[str, str] = {}
        around = draw.one(self.around)
        taken = min(_TAKEN[draw.one(self.takes)], len(self.forms))
        forms = draw.rng.sample(list(self.forms), taken)

        def value() -> str:
            text = filled(draw, around.replace("{}", draw.one(forms)), settled)
            return text.upper() if self.upper else text

        return value


def filled(draw: Draw, form: str, settled: dict[str, str]) -> str:
    """A form with a word in every blank; those with "!" keep theirs."""

    def word(blank: re.Match[str]) -> str:
        name, low, high, is_settled = blank.groups()
        if is_settled and name in settled:
            return settled[name]
        drawn = _drawn(draw, name, int(low or 0), int(high or low or 0))
        # A word of our own lists may be a form itself.
        drawn = filled(draw, drawn, settled) if "{" in drawn else drawn
        if is_settled:
            settled[name] = drawn
        return drawn

    return " ".join(_BLANK.sub(word, form).split())


def _drawn(draw: Draw, name: str, low: int, high: int) -> str:
    if name in _SIZED:
        return _SIZED[name](draw, draw.number(low, high))
    if name in _WORDS:
        return _WORDS[name](draw)
    return draw.own(name)


_SIZED: dict[str, Callable[[Draw, int], str]] = {
    "number": lambda _draw, size: str(size),
    "letters": Draw.letters,
    "headline": Draw.headline,
    "phrase": lambda draw, size: " ".join(draw.phrase(size)),
    "Phrase": lambda draw, size: " ".join(draw.phrase(size)).capitalize(),
}
_WORDS: dict[str, Callable[[Draw], str]] = {
    "given": Draw.given,
    "family": Draw.family,
    "english": Draw.english,
    "English": lambda draw: draw.english().capitalize(),
    "coined": Draw.coined,
    "city": Draw.city,
    "us_city": lambda draw: draw.stock.american_cities.draw(draw.rng),
    "world_city": lambda draw: draw.stock.cities.draw(draw.rng),
    "county": lambda draw: draw.stock.counties.draw(draw.rng),
    "short_county": lambda draw: draw.stock.counties.draw(draw.rng).removesuffix(" County").removesuffix(" Parish"),
    "country": lambda draw: draw.stock.countries.draw(draw.rng),
    "state": lambda draw: draw.stock.states.draw(draw.rng),
    "st": lambda draw: draw.stock.state_codes.draw(draw.rng),
    "iso3": lambda draw: draw.stock.country_codes.draw(draw.rng),
    "job": lambda draw: draw.stock.jobs.draw(draw.rng),
    "foreign_job": lambda draw: draw.stock.foreign_jobs.draw(draw.rng),
    "dish": lambda draw: draw.stock.dishes.draw(draw.rng),
}


def company(draw: Draw) -> str:
    """A company, as in the first of the makers."""
    return filled(draw, draw.one(_entries()[0]["forms"]), {})


def listed() -> list[Maker]:
    """All makers of makers.toml."""
    return [
        Maker(
            make=_forms(entry).make,
            kind=Words(entry["kind"]),
            weight=entry.get("weight", 1.0),
            held_back=entry.get("held_back", False),
        )
        for entry in _entries()
    ]


@lru_cache(maxsize=1)
def _entries() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("makers.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)["maker"]
    return entries


def _forms(entry: dict[str, Any]) -> Forms:
    around, upper = entry.get("around", ["{}"]), entry.get("upper", False)
    return Forms(entry["forms"], entry["takes"], around, upper=upper)
