"""How good suggestions and decisions are, as shares with what bounds them; and which decisions are read twice.

What one act says of a thousand columns is not a thousand words: its columns were judged together. So a share of
decisions is bounded as if there were only as many of them as they are worth (Kish's effective sample size).
"""

import hmac
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from catalog.model.decisions import ABSENT, VERDICTS, Decision
from catalog.model.review import ActKind
from catalog.model.review_views import Reliability

#: The fewest words from which a share is told at all, and the fewest acts they have to come from.
LEAST, LEAST_ACTS = 20, 5
#: Where the bars of the calibration begin and end.
EDGES = tuple(step / 10 for step in range(11))
#: The most decisions of one act and type that come back to a second reader.
MOST_OF_ONE = 3
#: Acts whose decisions may come back. What is approved may, though two have read it: where a second person is asked,
#: what came back would else always be what was confirmed. What is undone is no new word.
READ_TWICE = frozenset({ActKind.CONFIRM, ActKind.REJECT, ActKind.CHANGE_TYPE, ActKind.NOT_IDENTIFYING, ActKind.APPROVE})

#: Of a normal distribution, 95 % lie so many standard deviations around its middle.
_Z = 1.959963984540054
#: Bytes of a lot: fewer than a float holds exactly.
_BYTES = 6


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions on suggestions, counted.

    Parameters:
        squares: the squares of how many of them each act made, added up.
    """

    decided: int
    confirmed: int
    acts: int
    squares: int

    @property
    def worth(self) -> float:
        """How many independent decisions they are worth: as many as there are acts at most."""
        return self.decided**2 / self.squares if self.squares else 0.0


def wilson(share: float, words: float) -> tuple[float, float]:
    """Wilson's interval (95 %) around a share of so many independent words; the whole where there are none."""
    if words <= 0:
        return 0.0, 1.0
    spread = 1 + _Z**2 / words
    center = (share + _Z**2 / (2 * words)) / spread
    half = _Z * sqrt(share * (1 - share) / words + _Z**2 / (4 * words**2)) / spread
    return min(share, max(0.0, center - half)), max(share, min(1.0, center + half))


def agreement(agreed: int, read: int) -> tuple[float | None, float | None]:
    """What bounds the true share of second readings that agree; None where too few were read to say."""
    return wilson(agreed / read, read) if read >= LEAST else (None, None)


def reliability(tally: Tally, from_strength: float, to_strength: float) -> Reliability:
    """Decisions on suggestions of these strengths as one bar, bounded unless they are too few to say."""
    low: float | None = None
    high: float | None = None
    if tally.decided >= LEAST and tally.acts >= LEAST_ACTS:
        low, high = wilson(tally.confirmed / tally.decided, tally.worth)
    return Reliability(
        from_strength=from_strength,
        to_strength=to_strength,
        decided=tally.decided,
        confirmed=tally.confirmed,
        acts=tally.acts,
        low=low,
        high=high,
    )


def bar(strength: float) -> int:
    """Which bar of the calibration a strength is of: each holds what it begins with, the last its end too."""
    return bisect_right(EDGES[1:-1], strength)


def percent(part: int, whole: int) -> str:
    """A share in words: 100 % is said of all alone, and 0 % of none."""
    if not 0 < part < whole:
        return "100%" if part else "0%"
    share = f"{part / whole:.0%}"
    return {"0%": "under 1%", "100%": "over 99%"}.get(share, share)


def finding(bars: Sequence[Reliability]) -> str:
    """What the calibration says, of the highest scores of which there are decisions enough; or what is missing."""
    told = next((one for one in reversed(bars) if one.low is not None), None)
    if told is None:
        return _missing(bars)
    top = told.to_strength >= EDGES[-1]
    scored = f"{told.from_strength:.1f} or more" if top else f"{told.from_strength:.1f} to {told.to_strength:.1f}"
    share = percent(told.confirmed, told.decided)
    counts = f"{told.confirmed:,} of {told.decided:,}, in {told.acts:,} decisions"
    return f"Of columns scored {scored}, your officers confirmed {share} ({counts})."


def _missing(bars: Sequence[Reliability]) -> str:
    decided = sum(one.decided for one in bars)
    if not decided:
        return "Nobody has decided on a suggestion yet, so nothing can be said of how often suggestions are right."
    columns = f"{decided:,} columns were" if decided > 1 else "1 column was"
    return (
        f"Too few decisions to say how often suggestions are right: {columns} decided so far. It is told once "
        f"{LEAST} suggestions of about the same strength were decided on, in at least {LEAST_ACTS} separate decisions."
    )


def drawn(key: bytes, decisions: Iterable[tuple[Decision, ActKind]], share: int) -> Iterator[Decision]:
    """Those of some new decisions that come back to a second reader: a share in percent, at random under a key, so that
    nobody can foresee it; of one act and type the first few by lot.

    What nothing that was found speaks for is never among them: being asked about it at all would tell the first word.

    Parameters:
        decisions: each with the kind of the act it was made in.
    """
    fit = [one for one, kind in decisions if kind in READ_TWICE and _is_new(one) and lot(key, one.id) < share / 100]
    taken: dict[tuple[int | None, str], int] = {}
    for one in sorted(fit, key=lambda decision: lot(key, decision.id)):
        of = (one.act_id, one.type_code)
        taken[of] = taken.get(of, 0) + 1
        if taken[of] <= MOST_OF_ONE:
            yield one


def lot(key: bytes, number: int, whose: str = "") -> float:
    """What a number draws under a key: at least 0, less than 1.

    Parameters:
        whose: for whom it draws, where each draws for themselves.
    """
    drawn_ = hmac.digest(key, f"second reading\x1f{whose}\x1f{number}".encode(), "sha256")
    return int.from_bytes(drawn_[:_BYTES]) / (1 << 8 * _BYTES)


def _is_new(decision: Decision) -> bool:
    """Whether it is a word of its own on something that was found."""
    return decision.verdict in VERDICTS and decision.restores is None and decision.evidence_digest != ABSENT
