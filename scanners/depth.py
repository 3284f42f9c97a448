"""How deep a look has to go: it stops where the usual depth is enough, and goes deeper where more rows may matter."""

from collections.abc import Sequence

from catalog.model.coverage import Depth, SampleMethod
from catalog.model.decisions import LIKELY
from catalog.model.holdings import Band
from catalog.model.runs import ColumnResult
from catalog.model.sample import Sample
from scanners.text import looks_like_prose

#: Strengths between these are neither the one nor the other.
_DOUBTFUL = (0.3, 0.8)
_VALUES_READ = 100
#: Shorter texts are no sentences, and reading whether they are takes time.
_SHORTEST_PROSE = 25
_DRAWN = frozenset({SampleMethod.RANDOM_ROWS, SampleMethod.PLACES})
_MANY = frozenset({Band.MOST, Band.ALL})


def reason_to_go_on(sample: Sample, results: Sequence[ColumnResult]) -> Depth | None:
    """Why the same dataset is worth a deeper look; None where it is not.

    Only of rows that were drawn would more of them be other ones: a table read whole has no more, and the first rows
    of a view say no more for being ten times as many.

    Parameters:
        sample: what was looked at, not yet cleared.
        results: what was found in it, column by column.
    """
    if sample.method not in _DRAWN:
        return None
    if any(_is_doubtful(result) for result in results):
        return Depth.AMBIGUOUS
    if any(_is_text(sample, place) for place in range(len(sample.columns))):
        return Depth.FREE_TEXT
    found = any(finding.strength >= LIKELY for result in results for finding in result.findings)
    if not found and any(_may_hold_more(result) for result in results):
        return Depth.NOTHING_FOUND
    return None


def _is_doubtful(result: ColumnResult) -> bool:
    """Whether values, of which there could be more, leave it open."""
    low, high = _DOUBTFUL
    return any(
        low <= finding.strength < high and any(piece.looked_at and piece.agreed for piece in finding.evidence)
        for finding in result.findings
    )


def _is_text(sample: Sample, place: int) -> bool:
    values = sample.values(place)[:_VALUES_READ]
    long = [text for text in values if text and len(text) >= _SHORTEST_PROSE]
    return sample.columns[place].holds_passages or looks_like_prose(long)


def _may_hold_more(result: ColumnResult) -> bool:
    """Whether it holds many different values in which something rare would not have been seen."""
    return result.distinct in _MANY and result.empty is not Band.ALL
