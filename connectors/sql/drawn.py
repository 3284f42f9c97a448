"""The rows of a sample and how they were chosen, for connectors whose rows are texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from catalog.model.coverage import Caveat, SampleMethod
from catalog.model.holdings import ColumnSchema
from catalog.model.sample import Sample
from catalog.ports import SamplePlan
from connectors.nested import widened
from connectors.rows import Row, columns_of


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows; the words are those of ``Sample``. ``cut``: whether they were cut for holding more than a sample may."""

    rows: Sequence[Row] = field(repr=False)
    method: SampleMethod
    cut: bool = False
    draws: int | None = None
    oldest: int = 0
    newest: int = 0

    def with_ends(self, oldest: Iterable[Row], newest: Iterable[Row]) -> "Drawn":
        """These and the rows of both ends that are not among them; the rows hold their key, so no two are alike."""
        taken = set(map(tuple, self.rows))
        rows = list(self.rows)
        counts = []
        for end in (oldest, newest):
            fresh = [row for row in end if tuple(row) not in taken]
            taken.update(map(tuple, fresh))
            rows += fresh
            counts.append(len(fresh))
        return replace(self, rows=rows, oldest=counts[0], newest=counts[1])


def nest(texts: Iterable[str | None]) -> bool:
    """Whether there are texts, and all of them begin as objects and lists of JSON do."""
    beginnings = {text.lstrip()[:1] for text in texts if text}
    return bool(beginnings) and beginnings <= {"{", "["}


def unread(are_read: Iterable[bool]) -> frozenset[Caveat]:
    """What is to be said of columns, each of which is read or not."""
    return frozenset() if all(are_read) else frozenset({Caveat.UNREAD_COLUMNS})


def sample_of(
    columns: Sequence[ColumnSchema],
    drawn: Drawn,
    nesting: Sequence[int],
    plan: SamplePlan,
    *,
    rows_total: int | None,
    caveats: frozenset[Caveat] = frozenset(),
) -> Sample:
    """The sample of these rows, with the columns at the places ``nesting`` as the paths of their JSON.

    Parameters:
        caveats: why there is more than these rows and columns, besides what they say themselves.
    """
    wide = widened(columns, columns_of(drawn.rows, len(columns)), nesting, plan, rows=len(drawn.rows))
    return Sample(
        wide.columns,
        wide.values,
        method=drawn.method,
        rows_total=rows_total,
        rows=len(drawn.rows),
        draws=drawn.draws,
        oldest=drawn.oldest,
        newest=drawn.newest,
        caveats=caveats | wide.caveats | ({Caveat.CUT} if drawn.cut else frozenset()),
    )
