"""The queue of review, read: its groups with their filters, and the items of a group, inside the scope of who asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Integer,
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
from catalog.model.review import ReviewGroup, ReviewItem, ReviewState
from catalog.store import rows
from catalog.store.review_schema import review_groups, review_items

#: What was handed to whoever asks: beside the states of what waits, the one value that the filter of states has.
HANDED = "handed"
#: The numbers of columns that a row of the queue has, by band and by state.
BANDS = ("high", "medium", "low")
STATES = (ReviewState.SUGGESTED.value, ReviewState.REOPENED.value, ReviewState.DISPUTED.value, HANDED)
_G, _I = review_groups.c, review_items.c
_NAMED = (_G.group_key, _G.agency_id, _G.name, _G.type_code, _G.tier)
_HANDED_SUMS = ("columns", *BANDS, "strength_sum")


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


class Elsewhere(NamedTuple):
    """How many groups wait, and how many columns lie elsewhere."""

    groups: int
    deferred: int
    asked: int
    proposed: int


def groups(connection: Connection, scope: Scope, keys: Collection[str]) -> list[ReviewGroup]:
    """The parts of these groups, an agency each, whether anything of them waits or not."""
    statement = select(review_groups).where(_seen(_G.agency_id, scope), _G.group_key.in_(keys))
    found = connection.execute(statement.order_by(_G.group_key, _G.agency_id))
    return [rows.from_row(ReviewGroup, row) for row in found]


def handed(connection: Connection, scope: Scope, person_id: str, keys: Collection[str]) -> list[ReviewGroup]:
    """The same of what was handed to somebody alone, as if it were all that waits."""
    part = _handed_to(person_id).subquery()
    joined = and_(part.c.group_key == _G.group_key, part.c.agency_id == _G.agency_id)
    own: dict[str, ColumnElement[Any]] = {name: part.c[f"of_{name}"] for name in _HANDED_SUMS}
    own |= {"value": _worth(part), "reopened": literal(0), "disputed": literal(0)}
    told = [own.get(column.name, column).label(column.name) for column in review_groups.columns]
    statement = select(*told).join(part, joined).where(_seen(_G.agency_id, scope), _G.group_key.in_(keys))
    found = connection.execute(statement.order_by(_G.group_key, _G.agency_id))
    return [rows.from_row(ReviewGroup, row) for row in found]


def items_of_group(
    connection: Connection, scope: Scope, key: str, states: Collection[ReviewState], *, limit: int, offset: int
) -> list[ReviewItem]:
    """Some of the items of a group that stand so, by agency, dataset and column."""
    order = (_I.agency_id, _I.dataset_id, _I.column_id, _I.type_code)
    statement = select(review_items).where(_of_group(scope, key, states)).order_by(*order).limit(limit).offset(offset)
    return [rows.from_row(ReviewItem, row) for row in connection.execute(statement)]


def count_of_group(connection: Connection, scope: Scope, key: str, states: Collection[ReviewState]) -> int:
    """How many items of a group stand so."""
    statement = select(func.count()).select_from(review_items).where(_of_group(scope, key, states))
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
    """What waits of each type, given the filters but for one."""
    every = _rows(scope, wanted, but)
    return _waits(connection, every, every.c.type_code)


def by_agency(connection: Connection, scope: Scope, wanted: Wanted) -> dict[str, int]:
    """How many columns wait in each agency, given the filters on all else."""
    every = _rows(scope, wanted, "agency")
    statement = select(every.c.agency_id, func.sum(every.c.columns)).group_by(every.c.agency_id)
    return {agency_id: int(many) for agency_id, many in connection.execute(statement)}


def in_all(connection: Connection, scope: Scope, person_id: str) -> tuple[Waits, Elsewhere]:
    """What waits in this part of the catalog, and what lies elsewhere."""
    every = _rows(scope, Wanted(person_id), "state")
    waits = _waits(connection, every, literal("")).get("", Waits(0, dict.fromkeys(BANDS, 0), dict.fromkeys(STATES, 0)))
    of = (
        func.count(func.distinct(case((_G.columns > 0, _G.group_key)))),
        *map(func.sum, (_G.deferred, _G.asked, _G.proposed)),
    )
    told = connection.execute(select(*of).where(_seen(_G.agency_id, scope))).one()
    return waits, Elsewhere(*(int(many or 0) for many in told))


def of_type(connection: Connection, scope: Scope, type_code: str) -> int:
    """How many columns of one type wait."""
    statement = select(func.sum(_G.columns)).where(_G.type_code == type_code, _seen(_G.agency_id, scope))
    return int(connection.execute(statement).scalar_one() or 0)


def due(connection: Connection, today: date) -> list[int]:
    """The datasets of what was put off until a day that has come."""
    over = _I.state == ReviewState.DEFERRED, _I.until <= today
    return list(connection.execute(select(_I.dataset_id).where(*over).distinct()).scalars())


def _of_group(scope: Scope, key: str, states: Collection[ReviewState]) -> ColumnElement[bool]:
    return and_(_I.group_key == key, _I.state.in_(states), _seen(_I.agency_id, scope))


def _waits(connection: Connection, every: Subquery, by: ColumnElement[str]) -> dict[str, Waits]:
    numbers = [func.sum(every.c[name]) for name in ("columns", *BANDS, *STATES)]
    found = {}
    for value, columns, *told in connection.execute(select(by, *numbers).group_by(by)):
        bands, states = told[: len(BANDS)], told[len(BANDS) :]
        found[str(value)] = Waits(
            int(columns),
            dict(zip(BANDS, map(int, bands), strict=True)),
            dict(zip(STATES, map(int, states), strict=True)),
        )
    return found


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


def _rows(scope: Scope, wanted: Wanted, but: str = "") -> Subquery:
    """What waits, by group and agency, of what passes every filter.

    Parameters:
        but: a filter that is left out, to count what its other values would leave; where it is that of states, what was
            handed to whoever asks is counted too.
    """
    states = () if but == "state" else wanted.states
    parts = [] if set(states) == {HANDED} else [_waiting(scope)]
    if HANDED in states or but == "state":
        parts.append(_handed(scope, wanted.person_id))
    every = union_all(*parts).subquery()
    return select(every).where(*_fits(every, wanted, states, but)).subquery()


def _fits(every: Subquery, wanted: Wanted, states: Sequence[str], but: str) -> list[ColumnElement[bool]]:
    told: Mapping[str, ColumnElement[bool] | None] = {
        "agency": every.c.agency_id.in_(wanted.agencies) if wanted.agencies else None,
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


def _waiting(scope: Scope) -> Select[Any]:
    """What waits of each group in each agency."""
    numbers = {name: _G[name] for name in ("columns", *BANDS)}
    suggested = _G.columns - _G.reopened - _G.disputed
    states = dict(zip(STATES, (suggested, _G.reopened, _G.disputed, literal(0)), strict=True))
    told = [column.label(name) for name, column in {**numbers, **states, "value": _G.value}.items()]
    return select(*_NAMED, *told).where(_G.columns > 0, _seen(_G.agency_id, scope))


def _handed(scope: Scope, person_id: str) -> Select[Any]:
    """The same of what was handed to somebody."""
    part = _handed_to(person_id).subquery()
    numbers = {name: part.c[f"of_{name}"] for name in ("columns", *BANDS)}
    states = dict(zip(STATES, (literal(0), literal(0), literal(0), part.c.of_columns), strict=True))
    told = [column.label(name) for name, column in {**numbers, **states, "value": _worth(part)}.items()]
    joined = and_(part.c.group_key == _G.group_key, part.c.agency_id == _G.agency_id)
    return select(*_NAMED, *told).join(part, joined).where(_seen(_G.agency_id, scope))


def _handed_to(person_id: str) -> Select[Any]:
    bands = [func.sum(case((_I.band == name, 1), else_=0)).label(f"of_{name}") for name in BANDS]
    own = _I.state == ReviewState.DEFERRED, _I.person_id == person_id
    numbers = (func.count().label("of_columns"), *bands, func.sum(_I.strength).label("of_strength_sum"))
    return select(_I.group_key, _I.agency_id, *numbers).where(*own).group_by(_I.group_key, _I.agency_id)


def _worth(part: Subquery) -> ColumnElement[float]:
    """What was handed to somebody is uncertain: it is worth its columns by their harm."""
    harm = cast(_G.tier, Integer)
    return cast(case((harm < 1, 1), else_=harm) * part.c.of_columns, Float)


def _seen(agency_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    return true() if scope.agency_ids is None else agency_id.in_(scope.agency_ids)
