"""The queue of review, derived: the items of datasets out of what is on record, and the groups of items."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
    true,
)

from catalog.model.actors import Scope
from catalog.model.decisions import ABSENT, Decision, band, in_effect
from catalog.model.identifiers import IdentifierType, Tier
from catalog.model.review import (
    WAITING,
    ActKind,
    ReviewGroup,
    ReviewItem,
    ReviewState,
    ReviewTotal,
    family,
    group_key,
    likelihood,
    normal_name,
    value,
)
from catalog.model.review_states import NOTHING, Proposed, PutOff, Said, state
from catalog.store import bulk, rows
from catalog.store.review_acts import last_proposing
from catalog.store.review_schema import (
    deferrals,
    proposals,
    review_acts,
    review_groups,
    review_items,
    review_totals,
    second_readings,
)
from catalog.store.schema import columns, datasets, decisions, findings, sources, standings, systems

Pair = tuple[int, str]
_CLOSING = (ActKind.APPROVE, ActKind.REFUSE, ActKind.UNDO)
_G, _I, _T = review_groups.c, review_items.c, review_totals.c
#: Keys named in one statement.
_AT_A_TIME = 5_000
#: Sums of floats differ in their last digits with the order they are summed in.
_DIGITS = 6
_PUT_OFF = frozenset({ReviewState.DEFERRED, ReviewState.ASKED})
_WAITS = _I.state.in_(WAITING)
#: What a group counts of its items.
_COUNTED: Mapping[str, ColumnElement[bool]] = {
    "columns": _WAITS,
    **{name: and_(_WAITS, _I.band == name) for name in ("high", "medium", "low")},
    **{one.value: _I.state == one for one in ReviewState if one is not ReviewState.SUGGESTED},
}


class Alike(NamedTuple):
    """What the items of a group share, beside its key."""

    name: str
    family: str


class Derived(NamedTuple):
    """The items of some datasets, and what their groups share, by key."""

    items: list[ReviewItem]
    alike: Mapping[str, Alike]


def derive(connection: Connection, dataset_ids: Collection[int], today: date) -> Derived:
    """The items of these datasets as they are on a day: those of every live column of those that are still listed."""
    said = _said(connection, dataset_ids)
    items, alike = [], {}
    for row in connection.execute(_standing(dataset_ids)):
        shared = _alike(row.name, row.declared_type, withheld=row.name_withheld)
        key = group_key(shared.name, shared.family, row.type_code, row.id)
        items.append(_item(row, key, said.get((row.id, row.type_code), NOTHING), today))
        alike[key] = shared
    return Derived(items, alike)


def is_made(connection: Connection, scope: Scope) -> bool:
    """Whether there are items in this part of the catalog where there is anything to make them of."""
    inside = true() if scope.agency_ids is None else _I.agency_id.in_(scope.agency_ids)
    if connection.execute(select(_I.column_id).where(inside).limit(1)).first():
        return True
    inside = true() if scope.agency_ids is None else systems.c.agency_id.in_(scope.agency_ids)
    stands = (
        select(standings.c.column_id)
        .select_from(standings.join(columns, columns.c.id == standings.c.column_id))
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .where(inside, columns.c.retired_at.is_(None), datasets.c.retired_at.is_(None))
    )
    return connection.execute(stands.limit(1)).first() is None


def _standing(dataset_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    """What stands in each live column, and what was found there."""
    found_too = and_(findings.c.column_id == standings.c.column_id, findings.c.type_code == standings.c.type_code)
    named = (columns.c.id, columns.c.dataset_id, columns.c.name, columns.c.name_withheld, columns.c.declared_type)
    found = (findings.c.form, findings.c.strength, findings.c.digest)
    return (
        select(*named, systems.c.agency_id, standings.c.type_code, standings.c.standing, *found)
        .select_from(columns.join(datasets, datasets.c.id == columns.c.dataset_id))
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .join(standings, standings.c.column_id == columns.c.id)
        .outerjoin(findings, found_too)
        .where(rows.among(columns.c.dataset_id, dataset_ids))
        .where(columns.c.retired_at.is_(None), datasets.c.retired_at.is_(None))
    )


def _item(row: Row[Any], key: str, said: Said, today: date) -> ReviewItem:
    digest, strength = row.digest or ABSENT, row.strength or 0.0
    now = state(row.standing, digest, said, today)
    put_off = said.put_off if now in _PUT_OFF else None
    return ReviewItem(
        column_id=row.id,
        type_code=row.type_code,
        dataset_id=row.dataset_id,
        agency_id=row.agency_id,
        group_key=key,
        state=now,
        form=row.form,
        band=band(strength),
        strength=strength,
        digest=digest,
        version=said.version(digest),
        until=put_off.until if put_off else None,
        person_id=put_off.person_id if put_off else None,
    )


def _said(connection: Connection, dataset_ids: Collection[int]) -> dict[Pair, Said]:
    """What people said of each type in the columns of these datasets."""
    own = select(columns.c.id).where(rows.among(columns.c.dataset_id, dataset_ids))
    last, held, contradicted = _decided(connection, own)
    put_off, proposed = _put_off(connection, own), _proposed(connection, own)
    proposing = last_proposing(connection, own)
    return {
        pair: Said(
            last=last.get(pair),
            contradicted=pair in contradicted,
            put_off=put_off.get(pair),
            proposed=proposed.get(pair),
            proposing_id=proposing.get(pair),
            held=held.get(pair),
        )
        for pair in last.keys() | put_off.keys() | proposing.keys()
    }


def _decided(connection: Connection, own: Select[int]) -> tuple[dict[Pair, Decision], dict[Pair, Decision], set[Pair]]:
    """Of each type in these columns the last decision, the one in effect, and whether that one is contradicted."""
    every = rows.find(connection, decisions, Decision, decisions.c.column_id.in_(own))
    if not every:
        return {}, {}, set()
    other = and_(decisions.c.id == second_readings.c.decision_id, decisions.c.verdict != second_readings.c.verdict)
    statement = select(second_readings.c.decision_id).join(decisions, other)
    read = set(connection.execute(statement.where(second_readings.c.column_id.in_(own))).scalars())
    of: dict[int, list[Decision]] = {}
    last = {}
    for one in sorted(every, key=lambda decision: (decision.at, decision.id)):
        of.setdefault(one.column_id, []).append(one)
        last[one.column_id, one.type_code] = one
    held = {(one.column_id, one.type_code): one for those in of.values() for one in in_effect(those).values()}
    return last, held, {pair for pair, one in held.items() if one.id in read}


def _put_off(connection: Connection, own: Select[int]) -> dict[Pair, PutOff]:
    """The latest word that puts off or asks about each type in these columns, or takes it up again."""
    act = (review_acts.c.kind, review_acts.c.at, review_acts.c.until, review_acts.c.to_person_id)
    statement = (
        select(deferrals, *act)
        .join(review_acts, review_acts.c.id == deferrals.c.act_id)
        .where(deferrals.c.column_id.in_(own))
        .order_by(deferrals.c.id)
    )
    return {
        (row.column_id, row.type_code): PutOff(
            id=row.id,
            act_id=row.act_id,
            kind=row.kind,
            at=row.at,
            until=row.until,
            person_id=row.to_person_id,
            digest=row.evidence_digest,
            ends=row.ends,
        )
        for row in connection.execute(statement)
    }


def _proposed(connection: Connection, own: Select[int]) -> dict[Pair, Proposed]:
    """The latest act that proposes something of each type in these columns and that nobody has answered."""
    closing = review_acts.alias()
    closed = select(closing.c.id).where(closing.c.of_id == review_acts.c.id, closing.c.kind.in_(_CLOSING))
    statement = (
        select(proposals.c.column_id, proposals.c.type_code, review_acts.c.id, review_acts.c.at)
        .join(review_acts, review_acts.c.id == proposals.c.act_id)
        .where(proposals.c.column_id.in_(own), ~closed.exists())
        .order_by(proposals.c.id)
    )
    return {(column_id, code): Proposed(act_id, at) for column_id, code, act_id, at in connection.execute(statement)}


@lru_cache(maxsize=10_000)
def _alike(name: str, declared_type: str, *, withheld: bool) -> Alike:
    return Alike("" if withheld else normal_name(name), family(declared_type))


def kept(connection: Connection, dataset_ids: Collection[int]) -> list[ReviewItem]:
    """The items on record of these datasets."""
    return rows.find(connection, review_items, ReviewItem, rows.among(_I.dataset_id, dataset_ids))


def put_items(connection: Connection, before: Iterable[ReviewItem], after: Iterable[ReviewItem]) -> list[ReviewItem]:
    """Write what differs from what is on record.

    Returns:
        What differs, as it was and as it is.
    """
    was, now = ({(one.column_id, one.type_code): one for one in those} for those in (before, after))
    moved = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    # Whole columns at a time: a statement that names each pair would grow with their number.
    of = {column_id for column_id, _ in moved}
    if of:
        rows.remove(connection, review_items, rows.among(_I.column_id, of))
        bulk.add(connection, review_items, [one for key, one in now.items() if key[0] in of])
    return [one for those in (was, now) for key, one in those.items() if key in moved]


def put_groups(
    connection: Connection,
    of: Iterable[ReviewItem],
    alike: Mapping[str, Alike],
    types: Mapping[str, IdentifierType],
) -> int:
    """Derive the groups of these items anew out of all items on record, and their totals.

    Parameters:
        alike: what is shared in those of them that may be new.

    Returns:
        How many were not as they are now.
    """
    keys, agencies = set(), set()
    for one in of:
        keys.add(one.group_key)
        agencies.add(one.agency_id)
    ordered, moved = sorted(keys), 0
    for start in range(0, len(ordered), _AT_A_TIME):
        some = ordered[start : start + _AT_A_TIME]
        was = {(one.group_key, one.agency_id): one for one in _groups(connection, some, agencies)}
        now = _counted(connection, some, agencies, was, alike, types)
        changed = _put_groups(connection, was, now)
        put_totals(connection, {key for key, _ in changed})
        moved += len(changed)
    return moved


def put_totals(connection: Connection, keys: Collection[str] | None = None) -> int:
    """Derive the totals of these groups anew out of their parts on record.

    Parameters:
        keys: None for all.

    Returns:
        How many were not as they are now.
    """
    chosen = [] if keys is None else [_any_of(_T.group_key, keys)]
    was = {one.group_key: one for one in rows.find(connection, review_totals, ReviewTotal, *chosen)}
    now = {one.group_key: one for one in summed(connection, () if keys is None else (_any_of(_G.group_key, keys),))}
    moved = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    if moved:
        rows.remove(connection, review_totals, _any_of(_T.group_key, moved))
        bulk.add(connection, review_totals, [now[key] for key in sorted(moved) if key in now])
    return len(moved)


def summed(connection: Connection, where: Collection[ColumnElement[bool]]) -> list[ReviewTotal]:
    """The totals of groups over those of their parts that match."""
    same = [func.min(_G[name]).label(name) for name in ("name", "family", "type_code", "tier")]
    agencies = func.sum(case((_G.columns > 0, 1), else_=0)).label("agencies")
    numbers = [func.sum(_G[name]).label(name) for name in (*_COUNTED, "strength_sum", "value")]
    statement = select(_G.group_key, *same, agencies, *numbers).where(*where).group_by(_G.group_key)
    found = []
    for row in connection.execute(statement):
        told = {**row._mapping, **{name: int(row._mapping[name]) for name in ("agencies", *_COUNTED)}}
        told |= {name: round(row._mapping[name], _DIGITS) for name in ("strength_sum", "value")}
        found.append(ReviewTotal(**told))
    return found


def remove_empty(connection: Connection, agency_id: str) -> int:
    """Take away groups of an agency of which no item is on record; how many."""
    own = select(_I.column_id).where(_I.group_key == _G.group_key, _I.agency_id == _G.agency_id)
    return rows.remove(connection, review_groups, and_(_G.agency_id == agency_id, ~own.exists()))


def many_are_new(connection: Connection) -> None:
    """Let the database count items and groups anew: what it believed of so many fewer would mislead it."""
    connection.execute(text("ANALYZE review_items"))
    connection.execute(text("ANALYZE review_groups"))
    connection.execute(text("ANALYZE review_totals"))


def _groups(connection: Connection, keys: Collection[str], agencies: Collection[str]) -> list[ReviewGroup]:
    return rows.find(connection, review_groups, ReviewGroup, _any_of(_G.group_key, keys), _G.agency_id.in_(agencies))


def _put_groups(
    connection: Connection, was: Mapping[tuple[str, str], ReviewGroup], now: Mapping[tuple[str, str], ReviewGroup]
) -> set[tuple[str, str]]:
    moved = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    keys, agencies = {key for key, _ in moved}, {agency_id for _, agency_id in moved}
    if moved:  # and with them whatever else is of these groups and agencies: one statement, however many agencies
        rows.remove(connection, review_groups, and_(_any_of(_G.group_key, keys), _G.agency_id.in_(agencies)))
        written = [one for (key, agency_id), one in now.items() if key in keys and agency_id in agencies]
        bulk.add(connection, review_groups, written)
    return moved


def _counted(
    connection: Connection,
    keys: Collection[str],
    agencies: Collection[str],
    was: Mapping[tuple[str, str], ReviewGroup],
    alike: Mapping[str, Alike],
    types: Mapping[str, IdentifierType],
) -> dict[tuple[str, str], ReviewGroup]:
    """These groups in these agencies, counted."""
    numbers = [func.sum(case((is_one, 1), else_=0)).label(name) for name, is_one in _COUNTED.items()]
    strength = func.sum(case((_WAITS, _I.strength), else_=0.0)).label("strength_sum")
    statement = (
        select(_I.group_key, _I.agency_id, func.min(_I.type_code).label("type_code"), *numbers, strength)
        .where(_any_of(_I.group_key, keys), _I.agency_id.in_(agencies))
        .group_by(_I.group_key, _I.agency_id)
    )
    found = {}
    for row in connection.execute(statement):
        pair = row.group_key, row.agency_id
        shared = alike.get(row.group_key) or Alike(was[pair].name, was[pair].family)
        found[pair] = _group(row, shared, types[row.type_code].tier)
    return found


def _group(row: Row[Any], shared: Alike, tier: Tier) -> ReviewGroup:
    counts = {name: int(row._mapping[name]) for name in _COUNTED}
    strength = round(row.strength_sum, _DIGITS)
    likely = likelihood(strength / max(counts["columns"], 1), counts["confirmed"], counts["rejected"])
    worth = value(tier, counts["columns"], counts["reopened"] + counts["disputed"], likely)
    return ReviewGroup(
        group_key=row.group_key,
        agency_id=row.agency_id,
        name=shared.name,
        family=shared.family,
        type_code=row.type_code,
        tier=tier,
        **counts,
        strength_sum=strength,
        value=round(worth, _DIGITS),
    )


def _any_of(column: ColumnElement[str], keys: Collection[str]) -> ColumnElement[bool]:
    """Whether a key is one of these, however many; keys are our own and need no quoting."""
    return column.in_(bindparam(None, sorted(keys), String, expanding=True, literal_execute=True))
