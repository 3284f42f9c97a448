"""Filters, facets and counts of the reconciliation's lines, as SQL inside the scope of who asks."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union,
)

from catalog.model.actors import Scope
from catalog.model.differences import SILENT, Difference, Match, State, state_of
from catalog.store import rows
from catalog.store.difference_schema import differences, resolutions
from catalog.store.differences import of_its_agency, resolutions_of
from catalog.store.flows import draws
from catalog.store.holdings import dataset_ids_ever
from catalog.store.law_schema import activities, programmes
from catalog.store.schema import datasets, descriptions, identifier_types

Chosen = Mapping[str, Sequence[str]]
States = Mapping[int, State]
_OPEN = frozenset({State.OPEN, State.REOPENED})
_STATE = "state"


def states(connection: Connection, scope: Scope, on: date) -> States:
    """Where each line stands on which somebody has said something that makes it stand somewhere; of all others, those
    of which something is to be decided are open.
    """
    spoken_of = select(resolutions.c.id).where(of_its_agency()).exists()
    lines = rows.find(connection, differences, Difference, _seen(scope), spoken_of)
    said = resolutions_of(connection, lines)
    found = {one.id: state_of(one, said[one.key][-1], on) for one in lines}
    return {number: now for number, now in found.items() if now is not None}


def page(
    connection: Connection, where: ColumnElement[bool], order: Sequence[ColumnElement[Any]], skip: int, most: int
) -> list[Difference]:
    """Some of the lines that fit, in order."""
    statement = select(differences).where(where).order_by(*order).offset(skip).limit(most)
    return [rows.from_row(Difference, row) for row in connection.execute(statement)]


def count(connection: Connection, where: ColumnElement[bool]) -> int:
    """How many lines fit."""
    return connection.execute(select(func.count()).select_from(differences).where(where)).scalar_one()


def fitting(
    scope: Scope, known: States, chosen: Chosen, text: str = "", *, but: str = "", agreed: bool = False
) -> ColumnElement[bool]:
    """What passes every filter; where paper and data agree is left out unless it is asked for.

    Parameters:
        but: a filter that is left out, to count what its other values would leave.
        agreed: whether lines where paper and data agree count too.
    """
    filters = {*DIMENSIONS, _STATE} - {but}
    wanted = {key: values for key, values in chosen.items() if values and key in filters}
    parts = [_seen(scope), *(_passes(known, key, values) for key, values in wanted.items()), *map(_says, text.split())]
    if not agreed and "match" not in wanted:
        parts.append(differences.c.match != Match.AGREED)
    return and_(*parts)


def facet(connection: Connection, known: States, key: str, where: ColumnElement[bool]) -> list[tuple[str, int]]:
    """How many of the lines that fit each value of a dimension has, most first."""
    pairs = _pairs(known, key).subquery()
    number, value = pairs.c[0], pairs.c[1]
    many = func.count(distinct(number))
    statement = (
        select(value, many)
        .where(number.in_(select(differences.c.id).where(where)), value.is_not(None))
        .group_by(value)
        .order_by(many.desc(), value)
    )
    return [(str(name), int(found)) for name, found in connection.execute(statement)]


def tally(connection: Connection, scope: Scope, known: States, key: str) -> list[tuple[str, Match, int, int, float]]:
    """For each value of a dimension and match: how many lines, how many of them open, and the highest rank of these."""
    pairs = _pairs(known, key).subquery()
    settled = [number for number, now in known.items() if now not in _OPEN]
    waits = and_(not_(rows.among(differences.c.id, settled)), differences.c.match.not_in(SILENT))
    statement = (
        select(
            pairs.c[1],
            differences.c.match,
            func.count(),
            func.sum(case((waits, 1), else_=0)),
            func.max(case((waits, differences.c.rank), else_=0.0)),
        )
        .join(differences, differences.c.id == pairs.c[0])
        .where(_seen(scope), pairs.c[1].is_not(None))
        .group_by(pairs.c[1], differences.c.match)
    )
    return [
        (str(name), match, int(many), int(some), float(top))
        for name, match, many, some, top in connection.execute(statement)
    ]


def _seen(scope: Scope) -> ColumnElement[bool]:
    return true() if scope.agency_ids is None else differences.c.agency_id.in_(scope.agency_ids)


def _passes(known: States, key: str, values: Sequence[str]) -> ColumnElement[bool]:
    pairs = _pairs(known, key).subquery()
    return differences.c.id.in_(select(pairs.c[0]).where(pairs.c[1].in_(values)))


def _says(word: str) -> ColumnElement[bool]:
    """Whether a line speaks of this word: in the name or title of its dataset, its activity, or its type."""
    data = (
        select(datasets.c.id)
        .outerjoin(descriptions, descriptions.c.dataset_id == datasets.c.id)
        .where(or_(_holds(datasets.c.name, word), _holds(descriptions.c.title, word)))
    )
    paper = select(activities.c.id).where(or_(_holds(activities.c.title, word), _holds(activities.c.reference, word)))
    kinds = select(identifier_types.c.code).where(
        or_(_holds(identifier_types.c.label, word), _holds(identifier_types.c.code, word))
    )
    return or_(
        differences.c.dataset_id.in_(data),
        differences.c.activity_id.in_(paper),
        differences.c.type_code.in_(kinds),
    )


def _holds(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word.lower(), autoescape=True)


def _pairs(known: States, key: str) -> Select[int, str]:
    """(line, value) of one dimension; a line may have several values."""
    if key == _STATE:
        return _of_state(known)
    return DIMENSIONS[key]()


def _of_state(known: States) -> Select[int, str]:
    by_state: dict[State, list[int]] = {}
    for number, now in known.items():
        by_state.setdefault(now, []).append(number)
    told = [(rows.among(differences.c.id, ids), now.value) for now, ids in by_state.items()]
    found = case(*told, else_=State.OPEN.value) if told else literal(State.OPEN.value)
    spoken_of = rows.among(differences.c.id, list(known))
    return select(differences.c.id, found).where(or_(differences.c.match.not_in(SILENT), spoken_of))


def _plain(column: ColumnElement[Any]) -> Callable[[], Select[int, str]]:
    return lambda: select(differences.c.id, cast(column, String))


def _activities() -> Select[int, int]:
    """(line, activity): the one it is about, or those on the dataset it is about."""
    drawn = draws().subquery()
    own = select(differences.c.id, differences.c.activity_id).where(differences.c.activity_id.is_not(None))
    behind = select(differences.c.id, drawn.c.activity_id).join(drawn, drawn.c.dataset_id == differences.c.dataset_id)
    pairs = union(own, behind).subquery()
    return select(*pairs.c)


def _by_activity() -> Select[int, str]:
    pairs = _activities().subquery()
    return select(pairs.c[0], cast(pairs.c[1], String))


def _by_programme() -> Select[int, str]:
    pairs = _activities().subquery()
    return (
        select(pairs.c[0], programmes.c.code)
        .join(activities, activities.c.id == pairs.c[1])
        .join(programmes, programmes.c.id == activities.c.programme_id)
        .distinct()
    )


def _by_tier() -> Select[int, str]:
    return select(differences.c.id, cast(identifier_types.c.tier, String)).join(
        identifier_types, identifier_types.c.code == differences.c.type_code
    )


def _by_standing() -> Select[int, str]:
    word = case((or_(differences.c.confirmed, differences.c.member), "confirmed"), else_="suggested")
    return select(differences.c.id, word).where(differences.c.dataset_id.is_not(None))


#: How each filter reads a line, but for its state, which is worked out of what people said.
DIMENSIONS: Mapping[str, Callable[[], Select[int, str]]] = {
    "match": _plain(differences.c.match),
    "agency": _plain(differences.c.agency_id),
    "programme": _by_programme,
    "type": _plain(differences.c.type_code),
    "tier": _by_tier,
    "standing": _by_standing,
    "dataset": _plain(differences.c.dataset_id),
    "activity": _by_activity,
}
#: Where paper and data contradict each other comes before where nobody can tell.
_SILENT_LAST = case((differences.c.match.in_(SILENT), 1), else_=0)
ORDERS: Mapping[str, Sequence[ColumnElement[Any]]] = {
    "rank": (_SILENT_LAST, differences.c.rank.desc(), differences.c.key),
    "since": (differences.c.since.desc(), differences.c.rank.desc(), differences.c.key),
    "agency": (differences.c.agency_id, _SILENT_LAST, differences.c.rank.desc(), differences.c.key),
}


def names_of(connection: Connection, scope: Scope, key: str, values: Collection[str]) -> dict[str, str]:
    """What datasets or activities are called by whose numbers lines are counted, as far as this actor sees the lines:
    of others not even that they are there is told.
    """
    ids = [int(value) for value in values]
    if key == "dataset":
        statement = (
            select(datasets.c.id, func.coalesce(func.nullif(descriptions.c.title, ""), datasets.c.name))
            .outerjoin(descriptions, descriptions.c.dataset_id == datasets.c.id)
            .where(rows.among(datasets.c.id, ids), datasets.c.id.in_(dataset_ids_ever(scope)))
        )
    else:
        statement = select(activities.c.id, activities.c.title).where(rows.among(activities.c.id, ids))
        if scope.agency_ids is not None:
            statement = statement.where(activities.c.agency_id.in_(scope.agency_ids))
    return {str(number): name for number, name in connection.execute(statement)}
