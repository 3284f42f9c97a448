"""When a dataset that is no longer listed counts as gone: two complete listings of one view, on two days, not too many.

What those two listings agree on and nobody can be sure of is held back for a person: so much at once that our view
shrank more likely than the source, or what was last listed under another view (a wider filter, other rights).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalog.model.groups import is_parted, may_reach_into
from catalog.model.holdings import Dataset, DatasetKind
from catalog.model.runs import SafeName

#: Above either, a person has to look first: more likely our view shrank than the source.
MOST_SHARE = 0.2
MOST_COUNT = 50
#: Two listings on both sides of midnight are on two days and see the same moment.
LEAST_APART = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Listing:
    """A complete listing.

    Parameters:
        at: when it was complete, which may be nights after its run began.
        view: what it was seen under; see :class:`~catalog.model.runs.Run`.
        closed: names of what was listed and could not be opened: nobody knows what is still behind them.
    """

    at: datetime
    view: str
    closed: tuple[SafeName, ...] = ()


@dataclass(frozen=True, slots=True)
class Vanished:
    """What two listings say is gone: to retire at once, or held back until a person says so, and why."""

    retire: tuple[Dataset, ...] = ()
    too_many: tuple[Dataset, ...] = ()
    other_view: tuple[Dataset, ...] = ()

    @property
    def held_back(self) -> tuple[Dataset, ...]:
        """All that waits for a person."""
        return self.too_many + self.other_view


def vanished(missing: Sequence[Dataset], known: int, latest: Listing, previous: Listing | None) -> Vanished:
    """What is gone by the latest listing and the one before it.

    Parameters:
        missing: live datasets of the source that the latest listing does not name.
        known: how many live ones there were before that listing.
        latest: a complete listing.
        previous: the complete listing before it, None when there was none.
    """
    if previous is None or latest.view != previous.view or not _on_two_days(previous.at, latest.at):
        return Vanished()
    closed = previous.closed + latest.closed
    gone = [one for one in missing if one.last_listed_at < previous.at and not may_be_behind(one, closed)]
    same = tuple(dataset for dataset in gone if dataset.view == latest.view)
    other = tuple(dataset for dataset in gone if dataset.view != latest.view)
    if len(same) > MOST_COUNT or len(same) > MOST_SHARE * max(known, 1):
        return Vanished(too_many=same, other_view=other)
    return Vanished(retire=same, other_view=other)


def may_be_behind(dataset: Dataset, closed: Collection[SafeName]) -> bool:
    """Whether a dataset may be in a folder, workbook or archive that could not be opened.

    Of withheld names nobody can tell. Of alike files one that cannot be read or a folder that cannot be opened is
    enough: without it the others may be too few to be one dataset.
    """
    if dataset.name_withheld:
        return bool(closed)
    if dataset.kind is DatasetKind.FILES:
        return any(_may_hide_some(name, dataset.name) for name in closed)
    return any(
        not name.withheld and dataset.key.startswith(tuple(f"{name.key}{sign}" for sign in "/#!")) for name in closed
    )


def _may_hide_some(closed: SafeName, group: str) -> bool:
    """Whether some of a group's files may be there; a part of a folder may have a name that is withheld."""
    return is_parted(group) if closed.withheld else may_reach_into(group, closed.text)


def _on_two_days(before: datetime, after: datetime) -> bool:
    return before.date() != after.date() and after - before >= LEAST_APART
