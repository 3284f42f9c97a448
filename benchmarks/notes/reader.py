"""The scanner as the examination asks it: a column of notes judged whole, and what stands where in one text."""

from collections.abc import Sequence

from benchmarks.notes.columns import ROWS
from benchmarks.notes.scoring import Range
from catalog.model.coverage import SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from scanners.combine import FOUND
from scanners.judge import judge
from scanners.naming import NameGuard
from scanners.recognisers import Recognisers
from scanners.roles import role
from scanners.spans import Span, without_overlaps

_WHO = {"a client": "client", "staff": "staff", "a third party": "third party"}


class Reader:
    """What is examined."""

    def __init__(self, by: Recognisers) -> None:
        self._by = by
        self._guard = NameGuard(bytes(32))

    def judge(self, texts: Sequence[str]) -> dict[str, Range]:
        """The shares of a whole column, from rows drawn of it at random."""
        sample = Sample(
            [ColumnSchema("notes", 0, "text")],
            [[text or None for text in texts]],
            method=SampleMethod.RANDOM_ROWS,
            rows_total=ROWS,
        )
        (column,) = judge(sample, self._guard, self._by)
        found = [each for each in column.findings if each.strength >= FOUND]
        return {each.type_code: Range(each.share.low, each.share.high) for each in found}

    def spans(self, text: str) -> list[tuple[str, int, int, str | None]]:
        """What stands where, and whose it is."""
        (persons,) = self._by.persons([text])
        found = without_overlaps((*self._by.find(text), *persons))
        return [(each.type_code, each.start, each.end, _who(text, each)) for each in found]


def _who(text: str, span: Span) -> str | None:
    told = role(text, span)
    return _WHO[told.value] if told else None
