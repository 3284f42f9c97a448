"""The law's labels, derived from effective findings through a dated lens: re-derived without rescanning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from catalog.model.identifiers import IdentifierType, Origin


@dataclass(frozen=True, slots=True)
class Lens:
    """A law as it reads over time: which origins count from when.

    Source: Administrative Code §23-1201 and the designations of the CPO under Charter §8(h).
    """

    code: str
    title: str
    origins: Mapping[Origin, date]


@dataclass(frozen=True, slots=True)
class Label:
    """What a law calls one identifier type on a day."""

    type_code: str
    origin: Origin
    words: str
    citation: str


def labels(lens: Lens, types: Iterable[IdentifierType], on: date) -> tuple[Label, ...]:
    """The labels ``lens`` gives to ``types`` on the day ``on``, in the order given; none for types not in force."""
    return tuple(Label(kind.code, kind.origin, kind.words, kind.citation) for kind in types if in_force(lens, kind, on))


def in_force(lens: Lens, kind: IdentifierType, on: date) -> bool:
    """Whether ``lens`` covers ``kind`` on the day ``on``."""
    since = lens.origins.get(kind.origin)
    if since is None or on < max(since, kind.valid_from):
        return False
    return kind.valid_to is None or on < kind.valid_to
