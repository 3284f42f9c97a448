"""How right judgements are: identifying on its own, of the right type, in combination.

Columns whose label leaves either answer defensible count for neither: those that identify only in combination are left
out of *direct* and *typed*, open ones of *quasi* and *over-alarm*. A labelled column with no judgement is judged to
hold nothing.
"""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.detection.judged import NOTHING_SAID, Judged, Judgements
from benchmarks.detection.labelled import ANYTHING, NOTHING, Label
from catalog.model.identifiers import Grade

_NO_KIND = "(nothing)"
_OPEN = frozenset({ANYTHING, NOTHING})


@dataclass(slots=True)
class Counts:
    """How often something was found rightly, found falsely, and missed."""

    right: int = 0
    false: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of what was said that is so."""
        return self.right / max(self.right + self.false, 1)

    @property
    def recall(self) -> float:
        """The share of what is so that was said."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(2 * self.right + self.false + self.missed, 1)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.false + other.false, self.missed + other.missed)


@dataclass(slots=True)
class Scores:
    """All figures of one tool on one folder."""

    columns: int = 0
    unjudged: int = 0
    direct: Counts = field(default_factory=Counts)
    typed: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    pattern: Counts = field(default_factory=Counts)
    quasi: Counts = field(default_factory=Counts)
    in_combination: int = 0
    alarmed: int = 0

    @property
    def typed_micro(self) -> Counts:
        """All labels together, each column counted once."""
        return sum(self.typed.values(), Counts())

    @property
    def typed_macro_f1(self) -> float:
        """The mean over the labels that columns have."""
        there = [counts.f1 for counts in self.typed.values() if counts.right + counts.missed]
        return sum(there) / max(len(there), 1)

    @property
    def over_alarm(self) -> float:
        """The share of columns that identify only in combination and were said to identify on their own."""
        return self.alarmed / max(self.in_combination, 1)

    def figures(self) -> Mapping[str, float]:
        """The figures that goals are set for."""
        return {
            "direct_f1": self.direct.f1,
            "direct_precision": self.direct.precision,
            "direct_recall": self.direct.recall,
            "typed_micro_f1": self.typed_micro.f1,
            "typed_macro_f1": self.typed_macro_f1,
            "quasi_f1": self.quasi.f1,
            "over_alarm": self.over_alarm,
        }


def score(labels: Sequence[Label], judgements: Judgements) -> Scores:
    """Compare judgements with labels."""
    scores = Scores(columns=len(labels))
    for label in labels:
        scores.unjudged += label.key not in judgements
        judged = judgements.get(label.key, NOTHING_SAID)
        _COUNTED[label.grade](scores, label, judged)
        if label.grade is not Grade.QUASI:
            _count_pattern(scores.pattern, label, judged)
    return scores


def misses(labels: Sequence[Label], judgements: Judgements) -> Iterator[tuple[Label, Judged]]:
    """The columns judged wrong, whichever figure they count for."""
    for label in labels:
        judged = judgements.get(label.key, NOTHING_SAID)
        if label.grade is Grade.QUASI and _OPEN.intersection(label.codes):
            continue
        is_right = judged.grade is label.grade and (label.grade is Grade.NONE or label.accepts(judged.strongest))
        if not is_right:
            yield label, judged


def _count_direct(scores: Scores, label: Label, judged: Judged) -> None:
    said = judged.grade is Grade.DIRECT
    right = said and label.accepts(judged.strongest)
    scores.direct += Counts(right=said, missed=not said)
    scores.typed[label.kind] += Counts(right=right, false=said and not right, missed=not right)


def _count_quasi(scores: Scores, label: Label, judged: Judged) -> None:
    if _OPEN.intersection(label.codes):
        return
    right = judged.grade is Grade.QUASI and label.accepts(judged.strongest)
    scores.quasi += Counts(right=right, missed=not right)
    scores.in_combination += 1
    scores.alarmed += judged.grade is Grade.DIRECT


def _count_none(scores: Scores, _: Label, judged: Judged) -> None:
    if judged.grade is Grade.DIRECT:
        scores.direct += Counts(false=1)
        scores.typed[_NO_KIND] += Counts(false=1)
    elif judged.grade is Grade.QUASI:
        scores.quasi += Counts(false=1)


_COUNTED: Mapping[Grade, Callable[[Scores, Label, Judged], None]] = {
    Grade.DIRECT: _count_direct,
    Grade.QUASI: _count_quasi,
    Grade.NONE: _count_none,
}


def _count_pattern(counts: Counts, label: Label, judged: Judged) -> None:
    """Kinds that a pattern can find, coarsely: any government number for any other is right."""
    if ANYTHING in label.codes:
        return
    true = _pattern_kinds(label.codes)
    said = _pattern_kinds([judged.strongest]) if judged.strongest and judged.grade is Grade.DIRECT else frozenset()
    right = bool(true & said)
    counts.right += right
    counts.false += bool(said) and not right
    counts.missed += bool(true) and not right


def _pattern_kinds(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(kind for code in codes if (kind := _kinds().get(code)))


@cache
def _kinds() -> Mapping[str, str]:
    """The coarse kind of each code that a pattern can find."""
    written = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text(encoding="utf-8"))
    return {code: kind for kind in written["pattern"] for code in written["kinds"][kind]}
