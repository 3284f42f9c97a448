"""What agencies hold, as queries: every one is built through a scope."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    distinct,
    func,
    or_,
    select,
)

from catalog.model.actors import Scope
from catalog.model.coverage import Coverage, Look
from catalog.model.decisions import Standing
from catalog.model.holdings import Column, ColumnProfile, Dataset
from catalog.model.sensitivity import Summary
from catalog.store import rows
from catalog.store.flows import draws
from catalog.store.law_schema import activity_types
from catalog.store.schema import (
    column_profiles,
    columns,
    coverage,
    datasets,
    sources,
    standings,
    summaries,
    systems,
)


@dataclass(frozen=True, slots=True)
class TypeCount:
    """Columns of one agency that hold one type, by standing, and in how many datasets."""

    agency_id: str
    type_code: str
    confirmed: int
    suggested: int
    datasets: int


@dataclass(frozen=True, slots=True)
class LookCount:
    """Datasets of one source by the state of our knowledge."""

    agency_id: str
    source_id: int
    look: Look
    count: int


@dataclass(frozen=True, slots=True)
class HeldType:
    """A type in a dataset: in how many columns, and in how many of them confirmed."""

    dataset_id: int
    type_code: str
    columns: int
    confirmed: int


def dataset_ids(scope: Scope) -> Select[int]:
    """The live datasets an actor sees."""
    return dataset_ids_ever(scope).where(datasets.c.retired_at.is_(None))


def dataset_ids_ever(scope: Scope) -> Select[int]:
    """The datasets an actor sees, and those they saw that are not listed any more."""
    statement = (
        select(datasets.c.id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
    )
    if scope.agency_ids is not None:
        statement = statement.where(systems.c.agency_id.in_(scope.agency_ids))
    return statement


def sees(connection: Connection, scope: Scope, dataset_id: int) -> bool:
    """Whether the dataset is in this part of the catalog."""
    return connection.execute(dataset_ids(scope).where(datasets.c.id == dataset_id)).first() is not None


def holding(scope: Scope) -> Select[int, int, str, Standing]:
    """(dataset_id, column_id, type_code, standing) of every live column, as far as this actor sees."""
    return (
        select(columns.c.dataset_id, columns.c.id.label("column_id"), standings.c.type_code, standings.c.standing)
        .join(standings, standings.c.column_id == columns.c.id)
        .where(columns.c.retired_at.is_(None), standings.c.counts, columns.c.dataset_id.in_(dataset_ids(scope)))
    )


def type_counts(connection: Connection, scope: Scope) -> list[TypeCount]:
    """Columns per agency and type."""
    held = holding(scope).subquery()
    confirmed = func.sum(case((held.c.standing == Standing.CONFIRMED, 1), else_=0))
    statement = (
        select(systems.c.agency_id, held.c.type_code, confirmed, func.count(), func.count(distinct(held.c.dataset_id)))
        .join(datasets, datasets.c.id == held.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .group_by(systems.c.agency_id, held.c.type_code)
    )
    return [TypeCount(a, t, int(c), int(n) - int(c), int(d)) for a, t, c, n, d in connection.execute(statement)]


def held_types(connection: Connection, scope: Scope, ids: Collection[int]) -> dict[int, list[HeldType]]:
    """The types in each of these datasets."""
    held = holding(scope).subquery()
    confirmed = func.sum(case((held.c.standing == Standing.CONFIRMED, 1), else_=0))
    statement = (
        select(held.c.dataset_id, held.c.type_code, func.count(), confirmed)
        .where(rows.among(held.c.dataset_id, ids))
        .group_by(held.c.dataset_id, held.c.type_code)
    )
    found: dict[int, list[HeldType]] = {}
    for dataset_id, code, count, sure in connection.execute(statement):
        found.setdefault(dataset_id, []).append(HeldType(dataset_id, code, int(count), int(sure)))
    return found


def columns_known(connection: Connection, scope: Scope) -> int:
    """How many live columns this actor sees."""
    seen = columns.c.dataset_id.in_(dataset_ids(scope))
    return connection.execute(select(func.count()).where(columns.c.retired_at.is_(None), seen)).scalar_one()


def column_counts(connection: Connection, scope: Scope, ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Per dataset: columns in all, and columns that hold something."""
    held = holding(scope).subquery()
    statement = (
        select(columns.c.dataset_id, func.count(distinct(columns.c.id)), func.count(distinct(held.c.column_id)))
        .outerjoin(held, held.c.column_id == columns.c.id)
        .where(columns.c.retired_at.is_(None), columns.c.dataset_id.in_(dataset_ids(scope)))
        .where(rows.among(columns.c.dataset_id, ids))
        .group_by(columns.c.dataset_id)
    )
    return {dataset_id: (int(total), int(some)) for dataset_id, total, some in connection.execute(statement)}


def columns_by_standing(connection: Connection, scope: Scope) -> tuple[int, int]:
    """Columns with something confirmed, and columns with something that waits for a decision; some are both."""
    held = holding(scope).subquery()
    confirmed = case((held.c.standing == Standing.CONFIRMED, held.c.column_id))
    waiting = case((held.c.standing != Standing.CONFIRMED, held.c.column_id))
    sure, open_ = connection.execute(select(func.count(distinct(confirmed)), func.count(distinct(waiting)))).one()
    return int(sure), int(open_)


def look_counts(connection: Connection, scope: Scope) -> list[LookCount]:
    """Datasets per source and state of knowledge; one never looked at counts as not scanned."""
    look = func.coalesce(cast(coverage.c.look, String), Look.NOT_SCANNED.value)
    statement = (
        select(systems.c.agency_id, sources.c.id, look, func.count())
        .select_from(datasets)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .outerjoin(coverage, coverage.c.dataset_id == datasets.c.id)
        .where(datasets.c.id.in_(dataset_ids(scope)))
        .group_by(systems.c.agency_id, sources.c.id, look)
    )
    return [LookCount(a, s, Look(state), int(n)) for a, s, state, n in connection.execute(statement)]


def datasets_by_id(connection: Connection, scope: Scope, ids: Collection[int]) -> dict[int, Dataset]:
    """These datasets, as far as this actor sees them."""
    chosen, seen = rows.among(datasets.c.id, ids), datasets.c.id.in_(dataset_ids(scope))
    found = rows.find(connection, datasets, Dataset, chosen, seen)
    return {dataset.id: dataset for dataset in found}


def datasets_of_source(connection: Connection, scope: Scope, source_id: int) -> list[Dataset]:
    """A source's live datasets, as far as this actor sees them."""
    return rows.find(
        connection, datasets, Dataset, datasets.c.source_id == source_id, datasets.c.id.in_(dataset_ids(scope))
    )


def coverage_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Coverage]:
    """The last look at each of these datasets."""
    return {c.dataset_id: c for c in rows.find(connection, coverage, Coverage, rows.among(coverage.c.dataset_id, ids))}


def summaries_by_id(connection: Connection, ids: Collection[int]) -> dict[int, Summary]:
    """The sensitivity of each of these datasets."""
    return {s.dataset_id: s for s in rows.find(connection, summaries, Summary, rows.among(summaries.c.dataset_id, ids))}


def live_columns(connection: Connection, dataset_id: int) -> list[Column]:
    """A dataset's columns in order."""
    found = rows.find(connection, columns, Column, columns.c.dataset_id == dataset_id, columns.c.retired_at.is_(None))
    return sorted(found, key=lambda column: column.position)


def profiles(connection: Connection, column_ids: Collection[int]) -> dict[int, ColumnProfile]:
    """What the last look saw of each of these columns."""
    found = rows.find(connection, column_profiles, ColumnProfile, rows.among(column_profiles.c.column_id, column_ids))
    return {profile.column_id: profile for profile in found}


def ids_in_agency(connection: Connection, scope: Scope, agency_id: str, limit: int) -> list[int]:
    """An agency's datasets, most sensitive first."""
    statement = (
        dataset_ids(scope)
        .where(systems.c.agency_id == agency_id)
        .outerjoin(summaries, summaries.c.dataset_id == datasets.c.id)
        .order_by(func.coalesce(summaries.c.tier, 0).desc(), datasets.c.name)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def ids_with_type(connection: Connection, scope: Scope, code: str, limit: int) -> list[int]:
    """The datasets that hold a type, those with most such columns first."""
    held = holding(scope).subquery()
    statement = (
        select(held.c.dataset_id)
        .where(held.c.type_code == code)
        .group_by(held.c.dataset_id)
        .order_by(func.count().desc(), held.c.dataset_id)
        .limit(limit)
    )
    return list(connection.execute(statement).scalars())


def column_names_with_type(connection: Connection, scope: Scope, code: str, limit: int) -> list[tuple[str, int]]:
    """The most frequent names of columns that hold a type; withheld names are left out."""
    held = holding(scope).subquery()
    statement = (
        select(columns.c.name, func.count())
        .join(held, held.c.column_id == columns.c.id)
        .where(held.c.type_code == code, columns.c.name_withheld.is_(False))
        .group_by(columns.c.name)
        .order_by(func.count().desc(), columns.c.name)
        .limit(limit)
    )
    return [(name, int(count)) for name, count in connection.execute(statement)]


def without_activity(connection: Connection, scope: Scope) -> dict[str, int]:
    """Per agency, the datasets that hold something and stand in no activity."""
    held = holding(scope).subquery()
    drawn = draws()
    if scope.agency_ids is not None:
        # An activity draws on datasets of its own agency alone: those of others say nothing of these.
        drawn = drawn.where(systems.c.agency_id.in_(scope.agency_ids))
    statement = (
        select(systems.c.agency_id, func.count(distinct(datasets.c.id)))
        .join(sources, sources.c.system_id == systems.c.id)
        .join(datasets, datasets.c.source_id == sources.c.id)
        .where(datasets.c.id.in_(select(held.c.dataset_id)))
        .where(datasets.c.id.not_in(select(drawn.subquery().c.dataset_id)))
        .group_by(systems.c.agency_id)
    )
    return {agency_id: int(count) for agency_id, count in connection.execute(statement)}


def undeclared_pairs(connection: Connection, scope: Scope) -> list[tuple[int, str]]:
    """The pairs of :func:`undeclared`."""
    return [(dataset_id, code) for dataset_id, code in connection.execute(undeclared(scope))]


def undeclared(scope: Scope) -> Select[int, str]:
    """(dataset_id, type_code) found in datasets of some activity, where none of theirs declares the type."""
    held, drawn = holding(scope).subquery(), draws().subquery()
    declared = (
        select(drawn.c.dataset_id, activity_types.c.type_code)
        .join(activity_types, activity_types.c.activity_id == drawn.c.activity_id)
        .subquery()
    )
    both = and_(declared.c.dataset_id == held.c.dataset_id, declared.c.type_code == held.c.type_code)
    found = select(held.c.dataset_id, held.c.type_code).outerjoin(declared, both)
    recorded = held.c.dataset_id.in_(select(drawn.c.dataset_id))
    return found.where(declared.c.dataset_id.is_(None), recorded).distinct()


def reopened(connection: Connection, scope: Scope) -> int:
    """Decisions whose evidence has moved materially away since."""
    held = select(columns.c.id).where(columns.c.dataset_id.in_(dataset_ids(scope)), columns.c.retired_at.is_(None))
    statement = select(func.count()).where(standings.c.standing == Standing.REOPENED, standings.c.column_id.in_(held))
    return connection.execute(statement).scalar_one()


def datasets_named(connection: Connection, scope: Scope, address: str) -> list[Dataset]:
    """The datasets an address speaks of: a number, a name, or AGENCY/SOURCE/NAME."""
    place = systems.c.agency_id + "/" + sources.c.name + "/" + datasets.c.name
    fits = or_(datasets.c.name == address, place == address, cast(datasets.c.id, String) == address)
    ids = list(connection.execute(dataset_ids(scope).where(fits)).scalars())
    return list(datasets_by_id(connection, scope, ids).values())


def names_of_columns(connection: Connection, ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """The (id, name) of each dataset's live columns whose names are shown, in order."""
    statement = (
        select(columns.c.dataset_id, columns.c.id, columns.c.name)
        .where(rows.among(columns.c.dataset_id, ids))
        .where(columns.c.retired_at.is_(None), columns.c.name_withheld.is_(False))
        .order_by(columns.c.dataset_id, columns.c.position)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for dataset_id, column_id, name in connection.execute(statement):
        found.setdefault(dataset_id, []).append((column_id, name))
    return found


def columns_with_types(
    connection: Connection, scope: Scope, ids: Collection[int], codes: Collection[str]
) -> frozenset[int]:
    """The columns of these datasets that hold one of these types."""
    held = holding(scope).subquery()
    statement = select(held.c.column_id).where(rows.among(held.c.dataset_id, ids), held.c.type_code.in_(codes))
    return frozenset(connection.execute(statement).scalars())
