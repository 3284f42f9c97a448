"""When a dataset that is no longer listed counts as gone: two complete listings, on two days, and not too many."""

from collections.abc import Collection, Sequence
from datetime import datetime

from catalog.model.holdings import Dataset

#: Above either, a person has to look first: more likely our view shrank than the source.
MOST_SHARE = 0.2
MOST_COUNT = 50


def to_retire(
    known: Sequence[Dataset], listed_ids: Collection[int], previous_complete_at: datetime | None, now: datetime
) -> tuple[Dataset, ...]:
    """The datasets a complete listing retires.

    Parameters:
        known: the source's datasets that are not retired.
        listed_ids: ids of those just listed.
        previous_complete_at: when the complete listing before this one began, None when there was none.
        now: when this listing ended.
    """
    if previous_complete_at is None or previous_complete_at.date() == now.date():
        return ()
    missing = tuple(d for d in known if d.id not in listed_ids and d.last_listed_at < previous_complete_at)
    too_many = len(missing) > MOST_COUNT or len(missing) > MOST_SHARE * max(len(known), 1)
    return () if too_many else missing
