"""Reads the items of the practice queue: suggestions on made-up tables, with what is right to say of each.

The files are made by ``training/practice.py``. A table is one file; what is judged in it are the suggestions that have
answers, everything else is there to be seen beside them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from catalog.model.decisions import LIKELY, band
from catalog.model.evidence import Form
from catalog.model.holdings import Band
from catalog.model.identifiers import IdentifierType
from catalog.model.review import ActKind
from catalog.model.review_views import PracticeItem
from catalog.taxonomy import loader
from catalog.taxonomy.entries import DATA, build, malformed, toml

FOLDER = DATA / "practice"


@dataclass(frozen=True, slots=True)
class _Found:
    type: str
    form: Form
    strength: float
    share: tuple[float, float, float] = (0.0, 0.0, 0.0)
    without_name: float = 0.0
    reasons: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    declared: str
    comment: str
    empty: Band
    distinct: Band
    shapes: tuple[str, ...]
    found: tuple[_Found, ...] = ()


@cache
def load() -> Mapping[str, PracticeItem]:
    """The items that this product ships, by their ids."""
    return read(FOLDER, loader.load().types)


def read(folder: Path, types: Mapping[str, IdentifierType]) -> Mapping[str, PracticeItem]:
    """Read and check the items in ``folder``, of these types.

    Raises:
        SettingsError: naming the file, the column and the field that cannot be used.
    """
    items = [item for path in sorted(folder.glob("*.toml")) for item in _items(path, types)]
    return MappingProxyType({item.id: item for item in items})


def _items(path: Path, types: Mapping[str, IdentifierType]) -> Iterator[PracticeItem]:
    content = toml(path)
    table = str(content.get("name", ""))
    columns = [_column(path, entry) for entry in content.get("column", ())]
    for column in columns:
        for found in column.found:
            if found.type not in types:
                raise malformed(path, column.name, "type", "there is no such type")
    seen = tuple((column.name, column.declared, _label(column, types)) for column in columns)
    for column in columns:
        for found in column.found:
            if found.answers:
                yield _item(path, table, column, found, seen, types)


def _column(path: Path, entry: Mapping[str, Any]) -> _Column:
    name = str(entry.get("name", "column"))
    found = tuple(build(_Found, each, path, name) for each in entry.get("found", ()))
    return build(_Column, {**entry, "found": found}, path, name)


def _item(
    path: Path,
    table: str,
    column: _Column,
    found: _Found,
    seen: tuple[tuple[str, str, str], ...],
    types: Mapping[str, IdentifierType],
) -> PracticeItem:
    return PracticeItem(
        id=hashlib.sha256(f"{table}\x1f{column.name}\x1f{found.type}".encode()).hexdigest()[:12],
        table=table,
        column=column.name,
        declared_type=column.declared,
        comment=column.comment,
        type=types[found.type],
        form=found.form,
        strength=found.strength,
        band=band(found.strength),
        share=found.share,
        without_name=found.without_name,
        reasons=found.reasons,
        against=found.against,
        empty=column.empty,
        distinct=column.distinct,
        shapes=column.shapes,
        competing=tuple((types[one.type], one.strength) for one in column.found if one.type != found.type),
        neighbours=tuple(one for one in seen if one[0] != column.name),
        answers=tuple(_answer(path, column, answer, types) for answer in found.answers),
        because=found.because,
    )


def _answer(
    path: Path, column: _Column, answer: str, types: Mapping[str, IdentifierType]
) -> tuple[ActKind, str | None]:
    kind, _, code = answer.partition(" ")
    if kind not in list(ActKind) or (code and code not in types):
        raise malformed(path, column.name, "answers", f"{answer} is no act, or no type")
    return ActKind(kind), code or None


def _label(column: _Column, types: Mapping[str, IdentifierType]) -> str:
    """What the scanner thinks a neighbour is; empty where it has nothing but clues."""
    best = max(column.found, key=lambda found: found.strength, default=None)
    return types[best.type].label if best and best.strength >= LIKELY else ""
