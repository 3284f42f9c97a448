"""Decisions on suggestions, counted by how strong the suggestion was and by type, and by whether two readers agree."""

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from catalog.model.actors import Scope
from catalog.model.decisions import Verdict
from catalog.model.quality import EDGES, Tally
from catalog.store.in_effect import held
from catalog.store.review_schema import pictures, second_readings
from catalog.store.schema import columns, datasets, decisions, sources, systems


def tallies(
    connection: Connection, scope: Scope, agency_id: str | None, type_code: str | None
) -> tuple[dict[int, Tally], dict[str, Tally]]:
    """What people decided on suggestions, by bar of the calibration and by type.

    The decision in effect counts, with the strength that it judged: each type in each column once, whether the column
    is still there or not.

    Parameters:
        agency_id, type_code: of this agency or type alone.
    """
    acts = _acts(_judged(scope, agency_id, type_code))
    both = union_all(_sums("bar", acts, cast(acts.c.bar, String)), _sums("type", acts, acts.c.type_code))
    found: dict[str, dict[str, Tally]] = {"bar": {}, "type": {}}
    for by, key, decided, confirmed, made_in, squares in connection.execute(both):
        found[by][key] = Tally(int(decided), int(confirmed), made_in, int(squares))
    return {int(key): tally for key, tally in found["bar"].items()}, found["type"]


def agreements(
    connection: Connection, scope: Scope, agency_id: str | None, type_code: str | None
) -> dict[str, tuple[int, int]]:
    """By type, how many decisions were read by a second person, and on how many of them the two agree."""
    agree = func.sum(case((second_readings.c.verdict == decisions.c.verdict, 1), else_=0))
    statement = (
        select(second_readings.c.type_code, func.count(), agree)
        .join(decisions, decisions.c.id == second_readings.c.decision_id)
        .where(second_readings.c.verdict.is_not(None))
        .group_by(second_readings.c.type_code)
    )
    if scope.agency_ids is not None:
        statement = statement.where(second_readings.c.agency_id.in_(scope.agency_ids))
    if agency_id is not None:
        statement = statement.where(second_readings.c.agency_id == agency_id)
    if type_code is not None:
        statement = statement.where(second_readings.c.type_code == type_code)
    return {code: (read, int(agreed)) for code, read, agreed in connection.execute(statement)}


def _judged(scope: Scope, agency_id: str | None, type_code: str | None) -> CTE:
    """(bar, type_code, verdict, act) of each decision in effect on a suggestion; those of no act are each their own."""
    among: list[ColumnElement[bool]] = []
    if scope.agency_ids is not None or agency_id is not None:
        among.append(decisions.c.column_id.in_(_columns_of(scope, agency_id)))
    if type_code is not None:
        among.append(decisions.c.type_code == type_code)
    now = held(*among).subquery("held_decisions")
    # Most suggestions are strong ones, so that the last bars are asked for first.
    bar = case(*((pictures.c.strength >= EDGES[place], place) for place in range(len(EDGES) - 2, 0, -1)), else_=0)
    return (
        select(bar.label("bar"), now.c.type_code, now.c.verdict, func.coalesce(now.c.act_id, -now.c.id).label("act"))
        .join(pictures, and_(pictures.c.decision_id == now.c.id, pictures.c.strength.is_not(None)))
        .cte("judged")
    )


def _columns_of(scope: Scope, agency_id: str | None) -> Select[int]:
    statement = (
        select(columns.c.id)
        .join(datasets, datasets.c.id == columns.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
    )
    if scope.agency_ids is not None:
        statement = statement.where(systems.c.agency_id.in_(scope.agency_ids))
    return statement if agency_id is None else statement.where(systems.c.agency_id == agency_id)


def _acts(judged: CTE) -> CTE:
    """What each act says of each bar and type."""
    confirmed = func.sum(case((judged.c.verdict == Verdict.CONFIRMED, 1), else_=0))
    by = judged.c.act, judged.c.bar, judged.c.type_code  # numbers first: they are compared faster
    return select(*by, func.count().label("decided"), confirmed.label("confirmed")).group_by(*by).cte("acts")


def _sums(by: str, acts: CTE, key: ColumnElement[str]) -> Select[str, str, int, int, int, int]:
    """The same by one of the two, over all acts."""
    each = (
        select(
            key.label("key"), func.sum(acts.c.decided).label("decided"), func.sum(acts.c.confirmed).label("confirmed")
        )
        .group_by(acts.c.act, key)
        .subquery(f"each_{by}")
    )
    return select(
        literal(by),
        each.c.key,
        func.sum(each.c.decided),
        func.sum(each.c.confirmed),
        func.count(),
        func.sum(each.c.decided * each.c.decided),
    ).group_by(each.c.key)
