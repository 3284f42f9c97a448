"""Filters and facets of search: dimensions of datasets, as SQL, inside the scope of who asks."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

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
    or_,
    select,
    true,
    union_all,
)

from catalog.model.actors import Scope
from catalog.model.coverage import Look
from catalog.model.decisions import Standing
from catalog.model.holdings import Disclosure
from catalog.store import rows
from catalog.store.flows import draws
from catalog.store.holdings import dataset_ids, holding, undeclared
from catalog.store.law_schema import activities, programmes
from catalog.store.schema import (
    columns,
    coverage,
    datasets,
    descriptions,
    identifier_types,
    sources,
    summaries,
    systems,
)


def _dimension(key: str, scope: Scope) -> Select[int, str]:
    """(dataset, value) pairs of one facet or filter; a dataset may have several values."""
    held, drawn = holding(scope).subquery(), draws().subquery()
    every = select(datasets.c.id).select_from(datasets.join(sources).join(systems))
    dimensions: dict[str, Callable[[], Select[int, str]]] = {
        "agency": lambda: every.add_columns(systems.c.agency_id),
        "tier": lambda: select(summaries.c.dataset_id, cast(summaries.c.tier, String)).where(summaries.c.tier > 0),
        "programme": lambda: (
            select(drawn.c.dataset_id, programmes.c.code)
            .join(activities, activities.c.id == drawn.c.activity_id)
            .join(programmes, programmes.c.id == activities.c.programme_id)
            .distinct()
        ),
        "kind": lambda: every.add_columns(cast(datasets.c.kind, String)),
        "source": lambda: every.add_columns(sources.c.name),
        "system": lambda: every.add_columns(systems.c.name),
        "dataset": lambda: select(datasets.c.id, datasets.c.name),
        "column": lambda: select(columns.c.dataset_id, columns.c.name).where(columns.c.retired_at.is_(None)),
        "grade": lambda: (
            select(held.c.dataset_id, cast(identifier_types.c.grade, String))
            .join(identifier_types, identifier_types.c.code == held.c.type_code)
            .distinct()
        ),
        "gap": lambda: _gaps(scope),
        "published": lambda: every.outerjoin(descriptions, descriptions.c.dataset_id == datasets.c.id).add_columns(
            func.coalesce(cast(descriptions.c.disclosure, String), Disclosure.HIDDEN.value)
        ),
    }
    return dimensions[key]()


def _states(scope: Scope, types: Sequence[str]) -> Select[int, str]:
    """(dataset, state), of the tags of these types where some are wanted."""
    held = holding(scope).subquery()
    asked = or_(*(_fits(held.c.type_code, value) for value in types)) if types else true()
    confirmed = select(held.c.dataset_id, literal("confirmed")).where(held.c.standing == Standing.CONFIRMED, asked)
    suggested = select(held.c.dataset_id, literal("suggested")).where(held.c.standing != Standing.CONFIRMED, asked)
    look = func.coalesce(cast(coverage.c.look, String), Look.NOT_SCANNED.value)
    looked = look.in_([Look.SCANNED.value, Look.PARTLY.value])
    nothing = and_(looked, datasets.c.id.not_in(select(held.c.dataset_id)))
    unseen = or_(look == Look.NOT_SCANNED.value, look == Look.COULD_NOT_LOOK.value)
    rest = (
        select(datasets.c.id, case((nothing, literal("none")), else_=look))
        .outerjoin(coverage, coverage.c.dataset_id == datasets.c.id)
        .where(or_(nothing, unseen))
    )
    pairs = union_all(confirmed.distinct(), suggested.distinct(), rest).subquery()
    return select(*pairs.c)


def _gaps(scope: Scope) -> Select[int, str]:
    """What does not add up: a dataset in no activity, or a type held that none of its activities declares."""
    held = holding(scope).subquery()
    alone = held.c.dataset_id.not_in(select(draws().subquery().c.dataset_id))
    unrecorded = select(held.c.dataset_id, literal("no_activity")).where(alone)
    missing = undeclared(scope).subquery()
    pairs = union_all(unrecorded.distinct(), select(missing.c.dataset_id, literal("undeclared")).distinct()).subquery()
    return select(*pairs.c)


FACETS = ("agency", "type", "state", "gap", "tier", "programme", "kind", "published")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter: any of these values of a dimension, or none of them. A trailing ``*`` stands for any ending."""

    key: str
    values: tuple[str, ...]
    excluded: bool = False


def matching(
    connection: Connection, scope: Scope, wanted: Sequence[Wanted], among: Collection[int] | None
) -> list[int]:
    """The datasets an actor sees that pass every filter, among these or all, by name."""
    statement = _filtered(scope, wanted, among)
    return list(connection.execute(statement.order_by(datasets.c.name, datasets.c.id)).scalars())


def facet_counts(
    connection: Connection, scope: Scope, key: str, wanted: Sequence[Wanted], among: Collection[int] | None
) -> list[tuple[str, int]]:
    """How many datasets each value of a facet would leave, given the filters on the other dimensions."""
    others = [one for one in wanted if one.key != key or one.excluded]
    pairs = _pairs(key, scope, wanted).subquery()
    dataset_id, value = pairs.c[0], pairs.c[1]
    many = func.count(distinct(dataset_id))
    statement = (
        select(value, many)
        .where(dataset_id.in_(_filtered(scope, others, among)))
        .group_by(value)
        .order_by(many.desc(), value)
    )
    return [(str(text), int(count)) for text, count in connection.execute(statement)]


def _filtered(scope: Scope, wanted: Sequence[Wanted], among: Collection[int] | None) -> Select[int]:
    statement = dataset_ids(scope)
    if among is not None:
        statement = statement.where(rows.among(datasets.c.id, among))
    for one in wanted:
        pairs = _pairs(one.key, scope, wanted).subquery()
        fits = or_(*(_fits(pairs.c[1], value) for value in one.values))
        chosen = select(pairs.c[0]).where(fits)
        statement = statement.where(datasets.c.id.not_in(chosen) if one.excluded else datasets.c.id.in_(chosen))
    return statement


def _pairs(key: str, scope: Scope, wanted: Sequence[Wanted]) -> Select[int, str]:
    """A dimension, where type and state are of the same tag: a confirmed type, not a type beside a confirmed one."""
    if key == "type":
        return _types_standing(scope, wanted)
    if key == "state":
        return _states(
            scope, [value for one in wanted if one.key == "type" and not one.excluded for value in one.values]
        )
    return _dimension(key, scope)


def _types_standing(scope: Scope, wanted: Sequence[Wanted]) -> Select[int, str]:
    """(dataset, type) of the tags in the wanted state, where one is wanted."""
    held = holding(scope).subquery()
    statement = select(held.c.dataset_id, held.c.type_code).distinct()
    for one in wanted:
        if one.key == "state" and not one.excluded and set(one.values) <= {"confirmed", "suggested"}:
            sure = held.c.standing == Standing.CONFIRMED
            statement = statement.where(or_(*(sure if value == "confirmed" else ~sure for value in one.values)))
    return statement


def _fits(column: ColumnElement[str], value: str) -> ColumnElement[bool]:
    lowered = func.lower(column)
    if value.endswith("*"):
        return lowered.startswith(value[:-1].lower(), autoescape=True)
    return lowered == value.lower()
