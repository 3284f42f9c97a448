"""When a dataset that is no longer listed counts as gone: two complete listings, on two days, and not too many."""

from collections.abc import Collection, Sequence
from datetime import datetime

from catalog.model.holdings import Dataset
from catalog.model.runs import SafeName

#: Above either, a person has to look first: more likely our view shrank than the source.
MOST_SHARE = 0.2
MOST_COUNT = 50


def to_retire(
    known: Sequence[Dataset],
    listed_ids: Collection[int],
    closed: Sequence[SafeName],
    previous_complete_at: datetime | None,
    now: datetime,
) -> tuple[Dataset, ...]:
    """The datasets a complete listing retires.

    Parameters:
        known: the source's datasets that are not retired.
        listed_ids: ids of those just listed.
        closed: names of what was listed and could not be opened: nobody knows what is still behind them.
        previous_complete_at: when the complete listing before this one began, None when there was none.
        now: when this listing ended.
    """
    if previous_complete_at is None or previous_complete_at.date() == now.date():
        return ()
    missing = tuple(
        dataset
        for dataset in known
        if dataset.id not in listed_ids
        and dataset.last_listed_at < previous_complete_at
        and not may_be_behind(dataset, closed)
    )
    too_many = len(missing) > MOST_COUNT or len(missing) > MOST_SHARE * max(len(known), 1)
    return () if too_many else missing


def may_be_behind(dataset: Dataset, closed: Sequence[SafeName]) -> bool:
    """Whether a dataset may be in a folder or workbook that could not be opened; of withheld names nobody can tell."""
    if dataset.name_withheld:
        return bool(closed)
    return any(not name.withheld and dataset.key.startswith((f"{name.key}/", f"{name.key}#")) for name in closed)
