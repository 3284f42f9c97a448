"""Decisions on suggestions, counted by how strong the suggestion was and by type, and by whether two readers agree."""

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
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
    judged = _judged(scope, agency_id, type_code)
    by_bar = _acts(judged, judged.c.bar, cast(null(), String))
    by_type = _acts(judged, cast(null(), Integer), judged.c.type_code)
    bars: dict[int, Tally] = {}
    types: dict[str, Tally] = {}
    for bar, code, decided, confirmed, acts, squares in connection.execute(union_all(_sums(by_bar), _sums(by_type))):
        tally = Tally(int(decided), int(confirmed), acts, int(squares))
        if bar is not None:
            bars[bar] = tally
        if code is not None:
            types[code] = tally
    return bars, types


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
    now = held(*among)
    bar = sum((case((pictures.c.strength >= edge, 1), else_=0) for edge in EDGES[1:-1]), literal(0))
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


def _acts(judged: CTE, bar: ColumnElement[int | None], code: ColumnElement[str | None]) -> Subquery:
    """What each act says of each bar or type."""
    confirmed = func.sum(case((judged.c.verdict == Verdict.CONFIRMED, 1), else_=0))
    return (
        select(bar.label("bar"), code.label("code"), func.count().label("decided"), confirmed.label("confirmed"))
        .select_from(judged)
        .group_by("bar", "code", judged.c.act)
        .subquery()
    )


def _sums(acts: Subquery) -> Select[int | None, str | None, int, int, int, int]:
    return select(
        acts.c.bar,
        acts.c.code,
        func.sum(acts.c.decided),
        func.sum(acts.c.confirmed),
        func.count(),
        func.sum(acts.c.decided * acts.c.decided),
    ).group_by(acts.c.bar, acts.c.code)
