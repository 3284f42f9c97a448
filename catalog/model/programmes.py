"""Programmes: work of several agencies on one aim, the place where flows between them are understood."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme; ``known_as`` are other names people look for it by."""

    id: int
    code: str
    title: str
    description: str
    known_as: tuple[str, ...]
    lead_agency_id: str
    started_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class ProgrammeMember:
    """A party that takes part, and as what."""

    programme_id: int
    party_id: int
    part: str
