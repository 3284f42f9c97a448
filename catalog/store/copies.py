"""Likely copies in the database: names of columns by datasets, what is found by them, and people's decisions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, or_, select

from catalog.model.actors import Scope
from catalog.model.copies import LEAST_RARITY, MOST_USES, ColumnKey, CopyDecision, LikelyCopy, Mark, Uses
from catalog.model.holdings import SHARES, Column, DatasetKind
from catalog.model.identity import plain_shapes
from catalog.store import rows
from catalog.store.columns import profiles_of
from catalog.store.copy_schema import column_keys, copy_decisions, likely_copies
from catalog.store.holdings import dataset_ids
from catalog.store.schema import columns, datasets, sources, standings

#: Names of one dataset that are asked about: those of the widest tables are not, beyond these.
MOST_KEYS = 200
#: Datasets that one is newly compared with: those that have most of its rare names.
MOST_CANDIDATES = 40
#: Pairs that are judged anew when one of both is looked at, those judged longest ago first.
MOST_KNOWN = 400
#: Uses of one name that are looked at to tell how many sets of names have it.
_MOST_ROWS = 5 * MOST_USES
Pair = tuple[int, int]


class Kept(NamedTuple):
    """What a dataset is compared by, besides its columns."""

    id: int
    kind: DatasetKind
    is_file: bool


def of(connection: Connection, ids: Collection[int]) -> dict[int, Kept]:
    """These datasets as far as they are still listed."""
    statement = (
        select(datasets.c.id, datasets.c.kind, sources.c.kind.in_(SHARES).label("is_file"))
        .join(sources, sources.c.id == datasets.c.source_id)
        .where(rows.among(datasets.c.id, ids), datasets.c.retired_at.is_(None))
    )
    return {row.id: Kept(row.id, row.kind, bool(row.is_file)) for row in connection.execute(statement)}


def columns_of(connection: Connection, ids: Collection[int]) -> dict[int, list[Column]]:
    """The live columns of each of these datasets."""
    found: dict[int, list[Column]] = {}
    where = rows.among(columns.c.dataset_id, ids)
    for column in rows.find(connection, columns, Column, where, columns.c.retired_at.is_(None)):
        found.setdefault(column.dataset_id, []).append(column)
    return found


def marks(connection: Connection, keyed: Sequence[tuple[Column, str]]) -> dict[int, Mark]:
    """What each of these columns, given with its key, is compared by."""
    ids = [column.id for column, _ in keyed]
    held: dict[int, set[str]] = {}
    statement = select(standings.c.column_id, standings.c.type_code).where(
        rows.among(standings.c.column_id, ids), standings.c.counts
    )
    for column_id, code in connection.execute(statement):
        held.setdefault(column_id, set()).add(code)
    seen = profiles_of(connection, ids)
    return {
        column.id: Mark(
            key,
            frozenset(held.get(column.id, ())),
            plain_shapes(seen[column.id].shapes) if column.id in seen else frozenset(),
        )
        for column, key in keyed
    }


def put_keys(connection: Connection, dataset: Kept, keys: Mapping[str, str]) -> None:
    """Store what a dataset's columns are found by, in place of what was; nothing is written where nothing moved.

    Parameters:
        keys: each with the digest of the names it stands among; where there is none, that is what is stored.
    """
    own = column_keys.c.dataset_id == dataset.id
    kept = connection.execute(select(column_keys.c.key, column_keys.c.names).where(own))
    known = {row.key: row.names for row in kept}
    wanted = keys or {"": ""}
    gone = sorted(key for key in known if known[key] != wanted.get(key))
    if gone:
        rows.remove(connection, column_keys, own & column_keys.c.key.in_(gone))
    new = sorted(key for key in wanted if wanted[key] != known.get(key))
    rows.add_all(connection, column_keys, [ColumnKey(dataset.id, key, dataset.is_file, wanted[key]) for key in new])


def uses(connection: Connection, dataset_id: int) -> Uses:
    """In how many sets of names each name of a dataset's columns is, as far as it tells anything; the others are left
    out.

    No more uses are looked at than tell something, so a name that all tables have costs little more than others; how
    many datasets there are is taken from how many there ever were.
    """
    mine = column_keys.alias("mine")
    some = select(column_keys.c.names).where(column_keys.c.key == mine.c.key).limit(_MOST_ROWS).correlate(mine)
    sets = some.subquery()
    counted = select(func.count(sets.c.names.distinct())).scalar_subquery()
    statement = (
        select(mine.c.key, counted)
        .where(mine.c.dataset_id == dataset_id, mine.c.key != "")
        .order_by(mine.c.key)
        .limit(MOST_KEYS)
    )
    told = {key: int(count) for key, count in connection.execute(statement) if count <= MOST_USES}
    return Uses(told, int(connection.execute(select(func.max(datasets.c.id))).scalar_one() or 0))


def candidates(connection: Connection, dataset: Kept, keys: Collection[str], known: Collection[int]) -> list[int]:
    """What a file may be a copy of, or the files that may be copies of a table: those with most of these names, but for
    those that are known.
    """
    if not keys:
        return []
    statement = (
        select(column_keys.c.dataset_id)
        .where(column_keys.c.key.in_(sorted(keys)), column_keys.c.is_file == (not dataset.is_file))
        .group_by(column_keys.c.dataset_id)
        .having(func.count() >= ceil(LEAST_RARITY))  # what has fewer cannot be rare enough
        .order_by(func.count().desc(), column_keys.c.dataset_id)
        .limit(MOST_CANDIDATES + len(known))
    )
    found = connection.execute(statement).scalars()
    return [key for key in found if key not in known][:MOST_CANDIDATES]


def known(connection: Connection, dataset_id: int) -> list[int]:
    """The datasets that one stands in pairs with, those judged longest ago first, at most :data:`MOST_KNOWN`."""
    statement = (
        select(likely_copies.c.dataset_id, likely_copies.c.of_dataset_id)
        .where(_stands_in(dataset_id))
        .order_by(likely_copies.c.at, likely_copies.c.dataset_id, likely_copies.c.of_dataset_id)
        .limit(MOST_KNOWN)
    )
    return [of if file == dataset_id else file for file, of in connection.execute(statement)]


def put(connection: Connection, dataset: Kept, others: Collection[int], found: Iterable[LikelyCopy]) -> None:
    """Store the pairs found of a dataset and others, in place of those they stood in; pairs with any other stay."""
    mine, theirs = likely_copies.c.dataset_id, likely_copies.c.of_dataset_id
    if not dataset.is_file:
        mine, theirs = theirs, mine
    rows.remove(connection, likely_copies, (mine == dataset.id) & rows.among(theirs, others))
    rows.add_all(connection, likely_copies, found)


def forget(connection: Connection, dataset_id: int) -> None:
    """Forget the pairs that a dataset stands in."""
    rows.remove(connection, likely_copies, _stands_in(dataset_id))


def not_compared(connection: Connection) -> list[int]:
    """The live datasets with columns that have not been compared: from before there were comparisons, or come back."""
    live = columns.c.retired_at.is_(None)
    statement = dataset_ids(Scope(None)).where(
        datasets.c.id.in_(select(columns.c.dataset_id).where(live)),
        datasets.c.id.not_in(select(column_keys.c.dataset_id)),
    )
    return list(connection.execute(statement.order_by(datasets.c.id)).scalars())


def seen(connection: Connection, scope: Scope, dataset_id: int | None = None) -> list[LikelyCopy]:
    """The pairs of which an actor sees both, the most alike first; with ``dataset_id``, those it stands in."""
    visible = dataset_ids(scope)
    statement = select(likely_copies).where(
        likely_copies.c.dataset_id.in_(visible), likely_copies.c.of_dataset_id.in_(visible)
    )
    if dataset_id is not None:
        statement = statement.where(_stands_in(dataset_id))
    order = (likely_copies.c.score.desc(), likely_copies.c.dataset_id, likely_copies.c.of_dataset_id)
    return [rows.from_row(LikelyCopy, row) for row in connection.execute(statement.order_by(*order))]


def pair(connection: Connection, dataset_id: int, of_dataset_id: int) -> LikelyCopy | None:
    """One pair."""
    where = (likely_copies.c.dataset_id == dataset_id, likely_copies.c.of_dataset_id == of_dataset_id)
    return rows.find_one(connection, likely_copies, LikelyCopy, *where)


def decisions_of(connection: Connection, ids: Collection[int]) -> dict[Pair, list[CopyDecision]]:
    """Every decision ever made on pairs of these files."""
    found: dict[Pair, list[CopyDecision]] = {}
    for one in rows.find(connection, copy_decisions, CopyDecision, rows.among(copy_decisions.c.dataset_id, ids)):
        found.setdefault((one.dataset_id, one.of_dataset_id), []).append(one)
    return found


def add_decision(connection: Connection, decision: CopyDecision) -> CopyDecision:
    """Add a decision beside the earlier ones."""
    return replace(decision, id=rows.add(connection, copy_decisions, decision))


def _stands_in(dataset_id: int) -> ColumnElement[bool]:
    return or_(likely_copies.c.dataset_id == dataset_id, likely_copies.c.of_dataset_id == dataset_id)
