"""The queue of review kept in step: what waits for a decision follows from what scans find, and from what people say.

It writes no entry in the audit log: nothing is decided here, and all of it follows from what is on record.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from catalog.model.actors import Actor
from catalog.model.review import ReviewItem
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import audit, differences, register, review_queue
from catalog.store import review_states as store
from catalog.store.engine import Connection
from catalog.store.review_states import Derived

#: Datasets looked at in one transaction when all are.
_AT_A_TIME = 1_000
#: From how many new rows on the database counts them anew, and then at each time there are as many times more.
_MANY, _AS_MANY = 1_000, 2


def touch(change: Change, catalog: Catalog, dataset_ids: Collection[int]) -> None:
    """Bring the queue up to date with datasets whose standings, columns or listing moved, or of which somebody said
    something in review; of many changes that happen together, once at their end.

    Afterwards it is what :func:`rebuild` would make of it.
    """
    things = {("dataset", key) for key in dataset_ids}
    if things and not catalog.postpone(_touched, things):
        _touched(catalog, change.connection, change.at, things)


def forget(change: Change, catalog: Catalog, dataset_id: int) -> None:
    """Take a dataset out of the queue that goes on as another."""
    change.alone()
    before = store.kept(change.connection, [dataset_id])
    _write(change.connection, catalog, store.put_items(change.connection, before, ()), Derived([], {}))


def rebuild(actor: Actor, catalog: Catalog) -> int:
    """Make the queue anew out of what is on record, some datasets at a time: each part waits for nobody longer than it
    takes.

    Returns:
        How many items and groups were not as they should be.
    """
    access.require(actor, Action.RUN_SCANS)
    with catalog.reading() as connection:
        of = {
            agency.id: differences.datasets_in(connection, [agency.id]) for agency in register.all_agencies(connection)
        }
    amiss, counted = 0, 0
    for agency_id, ids in of.items():
        for start in range(0, len(ids), _AT_A_TIME):
            amiss += _anew(catalog, ids[start : start + _AT_A_TIME])
        amiss += _noted(catalog, partial(store.remove_empty, agency_id=agency_id))
        if amiss > _AS_MANY * max(counted, _MANY):
            catalog.note(store.many_are_new)
            counted = amiss
    return amiss + _noted(catalog, store.put_totals)


def catch_up(catalog: Catalog) -> None:
    """Let what was put off until a day that has come wait again, whether anything scans or not."""
    today = catalog.day()
    with catalog.reading() as connection:
        ids = review_queue.due(connection, today)
    for start in range(0, len(ids), _AT_A_TIME):
        _anew(catalog, ids[start : start + _AT_A_TIME])


def _touched(catalog: Catalog, connection: Connection, at: datetime, things: Collection[tuple[str, int]]) -> None:
    audit.alone(connection)
    ids = {key for _, key in things}
    before, now = store.kept(connection, ids), store.derive(connection, ids, catalog.day(at))
    _write(connection, catalog, store.put_items(connection, before, now.items), now)


def _write(connection: Connection, catalog: Catalog, moved: Collection[ReviewItem], now: Derived) -> int:
    return store.put_groups(connection, moved, now.alike, catalog.taxonomy.types) if moved else 0


def _anew(catalog: Catalog, dataset_ids: Collection[int]) -> int:
    """Bring the queue up to date with these datasets and with all groups that they are in; what was amiss."""

    def work(connection: Connection) -> int:
        differences.few_of_many(connection)
        before = store.kept(connection, dataset_ids)
        now = store.derive(connection, dataset_ids, catalog.day())
        amiss = len(store.put_items(connection, before, now.items))
        return amiss + _write(connection, catalog, [*before, *now.items], now)

    return _noted(catalog, work)


def _noted(catalog: Catalog, work: Callable[[Connection], int]) -> int:
    """Do work that brings up to date what follows from the rest; what it says was amiss."""
    amiss = 0

    def write(connection: Connection) -> None:
        nonlocal amiss
        audit.alone(connection)
        amiss = work(connection)

    catalog.note(write)
    return amiss
