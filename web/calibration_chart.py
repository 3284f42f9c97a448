"""A small static picture of calibration: of suggestions of each strength, how many people confirmed.

What is too few to say has no height at all: it is hatched from bottom to top, so that it reads as no share.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.model.review_views import Reliability

LEFT, TOP, WIDTH, HEIGHT = 52, 16, 520, 260
_GAP = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One bin: ``share`` is None, and so are the heights, where too few were decided to say."""

    bin: Reliability
    x: float
    width: float
    share: float | None
    y: float
    y_low: float
    y_high: float

    @property
    def middle(self) -> float:
        """Where its middle is, from the left."""
        return self.x + self.width / 2


def share(one: Reliability) -> float | None:
    """The share confirmed; None where too few were decided to say."""
    return one.confirmed / one.decided if one.decided and one.low is not None else None


def draw(bins: Sequence[Reliability]) -> tuple[Bar, ...]:
    """The bars of the picture, in order of strength; none where nothing can be said of any."""
    if not any(share(one) is not None for one in bins):
        return ()
    return tuple(_bar(one) for one in sorted(bins, key=lambda one: one.from_strength))


def _bar(one: Reliability) -> Bar:
    x = LEFT + WIDTH * one.from_strength + _GAP
    width = WIDTH * (one.to_strength - one.from_strength) - 2 * _GAP
    found = share(one)
    return Bar(one, round(x, 1), round(width, 1), found, _height(found), _height(one.low), _height(one.high))


def _height(part: float | None) -> float:
    """Where a share stands, from the top."""
    return round(TOP + HEIGHT * (1 - (part or 0.0)), 1)
