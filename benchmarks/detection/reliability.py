"""Whether a strength means what it says: of the findings in each band, how many are truly there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.detection.judged import NOTHING_SAID, Judgements
from benchmarks.detection.labelled import Label
from benchmarks.detection.markdown import of, table

_BANDS = 10
_HEADER = ("Strength", "findings", "mean strength", "truly held", "strongest of its column, truly held")


@dataclass(frozen=True, slots=True)
class Said:
    """One finding: how strong, whether the column truly holds it, whether it is the column's strongest."""

    strength: float
    is_true: bool
    is_strongest: bool


@dataclass(frozen=True, slots=True)
class Band:
    """The findings of about one strength."""

    low: float
    high: float
    findings: tuple[Said, ...]

    @property
    def mean(self) -> float:
        """The mean strength."""
        return sum(one.strength for one in self.findings) / len(self.findings)

    @property
    def true(self) -> int:
        """How many are truly there."""
        return sum(one.is_true for one in self.findings)


def bands(labels: Sequence[Label], judgements: Judgements) -> list[Band]:
    """The bands that hold findings, weakest first; columns whose label is open say nothing."""
    sorted_in: dict[int, list[Said]] = defaultdict(list)
    for one in _findings(labels, judgements):
        sorted_in[min(int(one.strength * _BANDS + 1e-9), _BANDS - 1)].append(one)
    return [Band(at / _BANDS, (at + 1) / _BANDS, tuple(found)) for at, found in sorted(sorted_in.items())]


def error(found: Sequence[Band]) -> float:
    """The mean distance between strength and truth, each band weighing as much as it holds (ECE)."""
    distance = sum(abs(band.mean * len(band.findings) - band.true) for band in found)
    return distance / max(sum(len(band.findings) for band in found), 1)


def shown(labels: Sequence[Label], judgements: Judgements) -> str:
    """The table, and its mean error in a sentence."""
    found = bands(labels, judgements)
    rows = [_row(band) for band in found]
    return f"{table(_HEADER, rows)}\nStrength and truth are {error(found):.3f} apart on average.\n"


def _row(band: Band) -> tuple[str, ...]:
    strongest = [one for one in band.findings if one.is_strongest]
    true = of(band.true, len(band.findings))
    leading = of(sum(one.is_true for one in strongest), len(strongest))
    return f"{band.low:.1f}–{band.high:.1f}", str(len(band.findings)), f"{band.mean:.2f}", true, leading


def _findings(labels: Iterable[Label], judgements: Judgements) -> Iterator[Said]:
    for label in labels:
        if label.is_open:
            continue
        for place, (code, strength) in enumerate(judgements.get(label.key, NOTHING_SAID).found):
            yield Said(strength, label.accepts(code), place == 0)
