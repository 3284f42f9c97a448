"""The examination: columns of known truth are given to whoever reads texts, and what they say is counted.

Two callables are examined, and nothing here knows whose they are:

- ``judge(texts)`` looks at the sampled texts of one column and says of each type it finds, by its code, in which share
  of *all* rows of the column it is: ``{"PHONE": Range(0.011, 0.027)}``. A type that is not named was not found.
- ``spans(text)`` says where in one text what stands: ``[("PHONE", 14, 26)]``, with whose it is as a fourth member
  (``"client"``, ``"staff"``, ``"third party"``, or None) where it tells that.

``examine(columns, judge, spans)`` returns figures by type, which can be added up.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from benchmarks.notes import scoring
from benchmarks.notes.columns import NotesColumn
from benchmarks.notes.scoring import Counts, Coverage, Range, Told
from benchmarks.notes.templates import Mark

Judge = Callable[[list[str]], Mapping[str, Range | tuple[float, float]]]
Spans = Callable[[str], Sequence[tuple[str, int, int] | tuple[str, int, int, str | None]]]

SAMPLE: Final = 1_000
_Figures = TypeVar("_Figures", Counts, Coverage, Told)


@dataclass(slots=True)
class Examination:
    """All figures, each by type."""

    columns: int = 0
    spans: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    rows: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    coverage: dict[str, Coverage] = field(default_factory=lambda: defaultdict(Coverage))
    whose: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))


def examine(columns: Iterable[NotesColumn], judge: Judge, spans: Spans, *, sample: int = SAMPLE) -> Examination:
    """Examine a judge of columns and a finder of spans on a sample of each column.

    Parameters:
        columns: of ``columns.column(seed)``, best made one after the other; what is drawn of each depends on its place.
        judge: says the shares of whole columns, from the sample.
        spans: asked about every text of the sample.
        sample: rows drawn of each column. ``scoring.UNSEEN`` holds for a thousand.
    """
    result = Examination()
    for place, each in enumerate(columns):
        drawn = each.sample(sample, place)
        texts = [each.texts[row] for row in drawn]
        truth = [each.truth[row] for row in drawn]
        found = [[Mark(*span) for span in spans(text)] for text in texts]
        said = {code: Range(*span) for code, span in judge(texts).items()}
        result.columns += 1
        _add(result.spans, scoring.spans(truth, found))
        _add(result.rows, scoring.rows(truth, found))
        _add(result.whose, scoring.whose(truth, found))
        _add(result.coverage, scoring.coverage(each.shares(), said))
    return result


def _add(total: dict[str, _Figures], more: Mapping[str, _Figures]) -> None:
    for code, counts in more.items():
        total[code] += counts
