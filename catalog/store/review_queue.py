"""The queue of review, read: its groups with their filters, and the items of a group, inside the scope of who asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
    Label,
    Select,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from catalog.model.actors import Scope
from catalog.model.review import ReviewGroup, ReviewItem, ReviewState, ReviewTotal
from catalog.store import rows
from catalog.store.review_schema import review_groups, review_items, review_totals
from catalog.store.review_states import summed

#: What was handed to whoever asks: beside the states of what waits, the one value that the filter of states has.
HANDED = "handed"
#: The numbers of columns that a row of the queue has, by band and by state.
BANDS = ("high", "medium", "low")
STATES = (ReviewState.SUGGESTED.value, ReviewState.REOPENED.value, ReviewState.DISPUTED.value, HANDED)
_G, _I, _T = review_groups.c, review_items.c, review_totals.c


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the queue is to show; what is empty filters nothing.

    Parameters:
        person_id: who asks.
        words: each with the codes of the types that it speaks of; each has to stand in the name or speak of the type.
    """

    person_id: str
    agencies: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    bands: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


class Waits(NamedTuple):
    """How many columns of some rows of the queue wait, by band and by state."""

    columns: int
    bands: Mapping[str, int]
    states: Mapping[str, int]


class InAll(NamedTuple):
    """How many groups wait, how many columns wait by band and for what reason, and how many lie elsewhere."""

    groups: int
    columns: int
    high: int
    medium: int
    low: int
    reopened: int
    disputed: int
    deferred: int
    asked: int
    proposed: int
    handed: int


def groups(connection: Connection, scope: Scope, keys: Collection[str]) -> list[ReviewGroup]:
    """The parts of these groups, an agency each, whether anything of them waits or not."""
    statement = select(review_groups).where(_seen(_G.agency_id, scope), _G.group_key.in_(keys))
    found = connection.execute(statement.order_by(_G.group_key, _G.agency_id))
    return [rows.from_row(ReviewGroup, row) for row in found]


def totals(connection: Connection, scope: Scope, keys: Collection[str]) -> list[ReviewTotal]:
    """These groups over all agencies of this part of the catalog."""
    if scope.agency_ids is None:
        return rows.find(connection, review_totals, ReviewTotal, _T.group_key.in_(keys))
    return summed(connection, (_G.group_key.in_(keys), _seen(_G.agency_id, scope)))


def handed(connection: Connection, scope: Scope, person_id: str, keys: Collection[str]) -> list[ReviewTotal]:
    """The same of what was handed to somebody alone, as if it were all that waits."""
    part = _handed_to(scope, person_id).subquery()
    numbers = [func.sum(part.c[name]).label(name) for name in ("columns", *BANDS, "strength_sum")]
    statement = select(part.c.group_key, func.count().label("agencies"), *numbers).group_by(part.c.group_key)
    own = {row.group_key: row._mapping for row in connection.execute(statement.where(part.c.group_key.in_(keys)))}
    found = []
    for one in totals(connection, scope, own.keys()):
        told = own[one.group_key]
        counts: dict[str, Any] = {name: int(told[name]) for name in ("agencies", "columns", *BANDS)}
        worth = float(max(one.tier, 1) * counts["columns"])
        found.append(replace(one, **counts, reopened=0, disputed=0, strength_sum=told["strength_sum"], value=worth))
    return found


def items_of_group(
    connection: Connection,
    scope: Scope,
    key: str,
    states: Collection[ReviewState],
    *,
    limit: int,
    offset: int,
    person_id: str | None = None,
) -> list[ReviewItem]:
    """Some of the items of a group that stand so, by agency, dataset and column.

    Parameters:
        person_id: of these, what was handed to or asked of this person alone.
    """
    order = (_I.agency_id, _I.dataset_id, _I.column_id, _I.type_code)
    own = _of_group(scope, key, states, person_id)
    statement = select(review_items).where(own).order_by(*order).limit(limit).offset(offset)
    return [rows.from_row(ReviewItem, row) for row in connection.execute(statement)]


def count_of_group(
    connection: Connection, scope: Scope, key: str, states: Collection[ReviewState], person_id: str | None = None
) -> int:
    """How many items of a group stand so."""
    statement = select(func.count()).select_from(review_items).where(_of_group(scope, key, states, person_id))
    return connection.execute(statement).scalar_one()


def items(connection: Connection, scope: Scope, pairs: Collection[tuple[int, str]]) -> list[ReviewItem]:
    """The items of these columns and types, as far as they are there."""
    wanted = set(pairs)
    chosen = rows.among(_I.column_id, {column_id for column_id, _ in wanted})
    found = rows.find(connection, review_items, ReviewItem, chosen, _seen(_I.agency_id, scope))
    return [one for one in found if (one.column_id, one.type_code) in wanted]


def page(
    connection: Connection, scope: Scope, wanted: Wanted, order: str, skip: int, most: int
) -> tuple[list[str], int]:
    """The keys of some groups that pass every filter, in order, and how many do."""
    every = _ordered(scope, wanted, order)
    statement = select(every.c.group_key, func.count().over()).order_by(every.c.place).offset(skip).limit(most)
    found = connection.execute(statement).all()
    return [key for key, _ in found], found[0][1] if found else 0


def around(
    connection: Connection, scope: Scope, wanted: Wanted, order: str, key: str
) -> tuple[str | None, str | None] | None:
    """The keys before and after a group in that order; None where it is none of those that pass every filter."""
    every = _ordered(scope, wanted, order)
    own = select(every.c.place).where(every.c.group_key == key).scalar_subquery()
    near = select(every.c.place - own, every.c.group_key).where(every.c.place.between(own - 1, own + 1))
    found: dict[int, str] = {int(place): name for place, name in connection.execute(near)}
    return (found.get(-1), found.get(1)) if 0 in found else None


def by_type(connection: Connection, scope: Scope, wanted: Wanted, but: str) -> dict[str, Waits]:
    """What waits of each type, given the filters but for one.

    What was handed to whoever asks is told among the states; it counts in all else only where it is asked for.
    """
    every = _rows(scope, wanted, but)
    counts = true() if HANDED in wanted.states else every.c[HANDED] == 0
    numbers = [func.sum(case((counts, every.c[name]), else_=0)) for name in ("columns", *BANDS)]
    states = [func.sum(every.c[name]) for name in STATES]
    found = {}
    for code, columns, *told in connection.execute(
        select(every.c.type_code, *numbers, *states).group_by(every.c.type_code)
    ):
        of = dict(zip((*BANDS, *STATES), map(int, told), strict=True))
        bands, stand = ({name: of[name] for name in names} for names in (BANDS, STATES))
        found[str(code)] = Waits(int(columns), bands, stand)
    return found


def by_agency(connection: Connection, scope: Scope, wanted: Wanted) -> dict[str, int]:
    """How many columns wait in each agency, given the filters on all else."""
    every = _rows(scope, replace(wanted, agencies=()), by_agency=True)
    statement = select(every.c.agency_id, func.sum(every.c.columns)).group_by(every.c.agency_id)
    return {agency_id: int(many) for agency_id, many in connection.execute(statement)}


def in_all(connection: Connection, scope: Scope, person_id: str) -> InAll:
    """What waits in this part of the catalog, and what lies elsewhere."""
    of, own = _part(scope)
    groups_ = func.count(func.distinct(case((of.columns > 0, of.group_key))))
    numbers = [func.sum(of[name]) for name in InAll._fields[1:-1]]
    mine = select(func.count()).select_from(review_items).where(*_is_handed(scope, person_id)).scalar_subquery()
    told = connection.execute(select(groups_, *numbers, mine).where(own)).one()
    return InAll(*(int(many or 0) for many in told))


def of_type(connection: Connection, scope: Scope, type_code: str) -> int:
    """How many columns of one type wait."""
    of, own = _part(scope)
    statement = select(func.sum(of.columns)).where(of.type_code == type_code, own)
    return int(connection.execute(statement).scalar_one() or 0)


def put_off(connection: Connection, scope: Scope, wanted: Wanted) -> int:
    """How many columns that pass every filter are put off or were handed to somebody; of a state, none is."""
    if wanted.states:
        return 0
    bands = [case((_I.band == name, 1), else_=0).label(name) for name in BANDS]
    joined = and_(_I.group_key == _G.group_key, _I.agency_id == _G.agency_id)
    own = _I.state == ReviewState.DEFERRED, _seen(_I.agency_id, scope_of(scope, wanted.agencies))
    every = select(*_shared(_G), *bands).join(review_items, joined).where(*own).subquery()
    fits = _fits(every, wanted, (), "")
    return connection.execute(select(func.count()).select_from(every).where(*fits)).scalar_one()


def due(connection: Connection, today: date) -> list[int]:
    """The datasets of what was put off until a day that has come."""
    over = _I.state == ReviewState.DEFERRED, _I.until <= today
    return list(connection.execute(select(_I.dataset_id).where(*over).distinct()).scalars())


def _of_group(
    scope: Scope, key: str, states: Collection[ReviewState], person_id: str | None = None
) -> ColumnElement[bool]:
    own = true() if person_id is None else _I.person_id == person_id
    return and_(_I.group_key == key, _I.state.in_(states), own, _seen(_I.agency_id, scope))


def _ordered(scope: Scope, wanted: Wanted, order: str) -> Subquery:
    """The keys of the groups that pass every filter, each with its place."""
    every = _rows(scope, wanted)
    name = func.min(every.c.name)
    orders: Mapping[str, Sequence[ColumnElement[Any]]] = {
        "value": (func.sum(every.c.value).desc(),),
        "columns": (func.sum(every.c.columns).desc(), func.sum(every.c.value).desc()),
        "name": (case((name == "", 1), else_=0), name),
    }
    in_order = (*orders.get(order, orders["value"]), every.c.group_key)
    place = func.row_number().over(order_by=in_order).label("place")
    return select(every.c.group_key, place).group_by(every.c.group_key).subquery()


def _rows(scope: Scope, wanted: Wanted, but: str = "", *, by_agency: bool = False) -> Subquery:
    """What waits, by group, of what passes every filter.

    Parameters:
        but: a filter that is left out, to count what its other values would leave; where it is that of states, what was
            handed to whoever asks is counted too.
        by_agency: whether each agency's part of a group is a row of its own, and passes the filters or not by itself.
    """
    own = scope if but == "agency" else scope_of(scope, wanted.agencies)
    states = () if but == "state" else wanted.states
    parts = [] if set(states) == {HANDED} else [_parts(own) if by_agency else _waiting(own)]
    if HANDED in states or but == "state":
        parts.append(_handed(own, wanted.person_id, by_agency=by_agency))
    every = union_all(*parts).subquery()
    return select(every).where(*_fits(every, wanted, states, but)).subquery()


def scope_of(scope: Scope, agencies: Collection[str]) -> Scope:
    """The part of a scope that is of some agencies, where some are chosen."""
    if not agencies:
        return scope
    return Scope(frozenset(agencies) if scope.agency_ids is None else scope.agency_ids.intersection(agencies))


def _fits(every: Subquery, wanted: Wanted, states: Sequence[str], but: str) -> list[ColumnElement[bool]]:
    told: Mapping[str, ColumnElement[bool] | None] = {
        "type": every.c.type_code.in_(wanted.types) if wanted.types else None,
        "tier": every.c.tier.in_(wanted.tiers) if wanted.tiers else None,
        "band": _any_of(every, wanted.bands, BANDS) if wanted.bands else None,
        "state": _any_of(every, states, STATES) if states else None,
    }
    said = [
        or_(every.c.name.contains(word, autoescape=True), every.c.type_code.in_(codes)) for word, codes in wanted.words
    ]
    return [*(one for key, one in told.items() if one is not None and key != but), *said]


def _any_of(every: Subquery, names: Collection[str], known: Collection[str]) -> ColumnElement[bool]:
    """Whether columns of any of these bands or states wait; of what is none of them, none do."""
    return or_(false(), *(every.c[name] > 0 for name in known if name in names))


def _part(scope: Scope) -> tuple[Any, ColumnElement[bool]]:
    """The columns in which groups of this part of the catalog are counted, and which rows are of it."""
    return (_T, true()) if scope.agency_ids is None else (_G, _seen(_G.agency_id, scope))


def _waiting(scope: Scope) -> Select[*tuple[Any, ...]]:
    """What waits of each group."""
    if scope.agency_ids is None:
        return select(*_shared(_T), *_numbers(_T)).where(_T.columns > 0)
    same = [func.min(column).label(column.name) for column in _shared(_G)[1:]]
    numbers = [func.sum(column).label(column.name) for column in _numbers(_G)]
    return select(_G.group_key, *same, *numbers).where(_waits_in(scope)).group_by(_G.group_key)


def _parts(scope: Scope) -> Select[*tuple[Any, ...]]:
    """The same of each group in each agency."""
    return select(*_shared(_G), *_numbers(_G), _G.agency_id).where(_waits_in(scope))


def _waits_in(scope: Scope) -> ColumnElement[bool]:
    return and_(_G.columns > 0, _seen(_G.agency_id, scope))


def _handed(scope: Scope, person_id: str, *, by_agency: bool) -> Select[*tuple[Any, ...]]:
    """The same of what was handed to somebody, each agency by itself: it is worth its columns by their harm."""
    part = _handed_to(scope, person_id).subquery()
    none = [literal(0).label(name) for name in STATES[:-1]]
    harm = case((_G.tier < literal(1, Integer), 1), else_=cast(_G.tier, Integer))
    worth = cast(harm * part.c.columns, Float).label("value")
    numbers = (*(part.c[name] for name in ("columns", *BANDS)), *none, part.c.columns.label(HANDED), worth)
    agency = (_G.agency_id,) if by_agency else ()
    joined = and_(part.c.group_key == _G.group_key, part.c.agency_id == _G.agency_id)
    return select(*_shared(_G), *numbers, *agency).join(part, joined)


def _handed_to(scope: Scope, person_id: str) -> Select[*tuple[Any, ...]]:
    bands = [func.sum(case((_I.band == name, 1), else_=0)).label(name) for name in BANDS]
    numbers = (func.count().label("columns"), *bands, func.sum(_I.strength).label("strength_sum"))
    by = _I.group_key, _I.agency_id
    return select(*by, *numbers).where(*_is_handed(scope, person_id)).group_by(*by)


def _is_handed(scope: Scope, person_id: str) -> tuple[ColumnElement[bool], ...]:
    return _I.state == ReviewState.DEFERRED, _I.person_id == person_id, _seen(_I.agency_id, scope)


def _shared(of: Any) -> tuple[ColumnElement[Any], ...]:
    return of.group_key, of.name, of.type_code, of.tier


def _numbers(of: Any) -> list[Label[Any]]:
    told = [
        *(of[name].label(name) for name in ("columns", *BANDS)),
        (of.columns - of.reopened - of.disputed).label(STATES[0]),
    ]
    return [
        *told,
        of.reopened.label(STATES[1]),
        of.disputed.label(STATES[2]),
        literal(0).label(HANDED),
        of.value.label("value"),
    ]


def _seen(agency_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    return true() if scope.agency_ids is None else agency_id.in_(scope.agency_ids)
