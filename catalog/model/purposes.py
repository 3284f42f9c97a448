"""The purpose library: what agencies collect and disclose for, worded once and used many times."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose in words. ``agency_id`` None for all agencies; ``dpv`` is its concept in the W3C Data Privacy
    Vocabulary, empty where there is none.
    """

    id: int
    agency_id: str | None
    title: str
    text: str
    dpv: str = ""
