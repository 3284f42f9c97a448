"""From the strength of evidence to how often such a finding is right: what is told as strength.

The points are where findings of labelled public tables stood; tables that took no part in making the rules count as
much as the rest (``benchmarks.detection --reliability``; the table is in docs/detection.md). The line between the
points rises, so no two findings change places, and leaves 0.5, from which on a type counts as found, where it is.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from catalog.model.evidence import Finding

_POINTS: Final = (
    (0.0, 0.0), (0.2, 0.03), (0.3, 0.06), (0.4, 0.16), (0.5, 0.5), (0.55, 0.68), (0.65, 0.75), (0.75, 0.87),
    (0.85, 0.95), (0.95, 0.975), (1.0, 1.0),
)  # fmt: skip
_RAW: Final = tuple(raw for raw, _ in _POINTS)


def calibrated(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with strengths that mean what they say, in the same order."""
    return tuple(
        replace(one, strength=likelihood(one.strength), without_name=likelihood(one.without_name)) for one in findings
    )


def likelihood(strength: float) -> float:
    """How often a finding of this combined strength, 0..1, is right, 0..1."""
    after = min(bisect_right(_RAW, strength), len(_POINTS) - 1)
    (low, at_low), (high, at_high) = _POINTS[after - 1 : after + 1]
    return round(at_low + (strength - low) / (high - low) * (at_high - at_low), 4)
