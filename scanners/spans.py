"""Where in a text something was found: places and our own words, never the text's."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """One identifier found in a text: its place only, never its words."""

    type_code: str
    start: int
    end: int
    score: float
    recogniser: str


def without_overlaps(spans: Iterable[Span]) -> tuple[Span, ...]:
    """One span per place, strongest first: the surer wins, then the longer."""
    kept: list[Span] = []
    for each in sorted(spans, key=lambda span: (-span.score, span.start - span.end, span.start)):
        if all(each.end <= other.start or other.end <= each.start for other in kept):
            kept.append(each)
    return tuple(kept)
