"""Forms in which identifiers are written that prove little alone: pure data, one pattern over shapes each."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from catalog.model.evidence import Evidence, EvidenceKind, Form
from scanners.looks import Look
from scanners.shapes import MANY_SHAPES

_ENOUGH_DISTINCT = 3


@dataclass(frozen=True, slots=True)
class WrittenForm:
    """One form (``data/forms.toml``): the type it may be, our word for it, a pattern over the shape of a value,
    and where that says too little, over the value itself.
    """

    code: str
    say: str
    shape: str
    weight: float
    by_chance: float
    form: Form
    value: re.Pattern[str] | None


def written(look: Look) -> Iterator[Evidence]:
    """Evidence of every form that values are written in."""
    distinct: Counter[WrittenForm] = Counter()
    rows: Counter[WrittenForm] = Counter()
    for number, (shape, *tally) in enumerate(look.shape_tallies()):
        for form in _of_shape(shape):
            check = form.value
            agreed = tally if check is None else look.tally(filter(check.fullmatch, look.of_shape(number)))
            rows[form] += agreed[0]
            distinct[form] += agreed[1]
    for form, count in distinct.items():
        if count >= _ENOUGH_DISTINCT:
            yield Evidence(
                form.code,
                EvidenceKind.VALIDATOR,
                form.say,
                form.weight,
                form=form.form,
                looked_at=look.filled,
                agreed=rows[form],
                distinct=count,
                by_chance=form.by_chance,
            )


@lru_cache(maxsize=MANY_SHAPES)
def _of_shape(shape: str) -> tuple[WrittenForm, ...]:
    return tuple(form for form in _forms() if re.fullmatch(form.shape, shape))


@lru_cache(maxsize=1)
def _forms() -> tuple[WrittenForm, ...]:
    text = files("scanners").joinpath("data", "forms.toml").read_text(encoding="utf-8")
    return tuple(
        WrittenForm(
            code=entry["code"],
            say=entry["say"],
            shape=entry["shape"],
            weight=entry["weight"],
            by_chance=entry.get("by_chance", 0.0),
            form=Form(entry.get("form", "full")),
            value=re.compile(entry["value"]) if "value" in entry else None,
        )
        for entry in tomllib.loads(text)["written"]
    )
