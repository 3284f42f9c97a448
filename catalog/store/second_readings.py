"""Decisions that come back to a second reader: which wait for whom, and what was read."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from catalog.model.actors import Scope
from catalog.model.decisions import Verdict
from catalog.model.review import ActKind, ReviewItem, ReviewState, SecondReading
from catalog.store import rows
from catalog.store.in_effect import HELD, held
from catalog.store.review_schema import proposals, review_acts, review_items, second_readings
from catalog.store.schema import columns, datasets, decisions, sources, systems

#: As it stands in the queue where nothing about it is open.
_STANDS = (ReviewState.CONFIRMED, ReviewState.REJECTED)


def add(connection: Connection, drawn: Iterable[SecondReading]) -> None:
    """Let these decisions come back."""
    rows.add_all(connection, second_readings, drawn)


def kinds_of(connection: Connection, act_ids: Iterable[int]) -> dict[int, ActKind]:
    """The kinds of these acts."""
    statement = select(review_acts.c.id, review_acts.c.kind).where(rows.among(review_acts.c.id, set(act_ids)))
    return {row.id: row.kind for row in connection.execute(statement)}


def one(connection: Connection, reading_id: int) -> SecondReading | None:
    """One of them."""
    return rows.find_one(connection, second_readings, SecondReading, second_readings.c.id == reading_id)


def agency_of(connection: Connection, column_id: int) -> tuple[int, str] | None:
    """The dataset that a column is of, and the agency that this is of now."""
    statement = (
        select(datasets.c.id, systems.c.agency_id)
        .join(columns, columns.c.dataset_id == datasets.c.id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .where(columns.c.id == column_id)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else (row.id, row.agency_id)


def first_word(connection: Connection, decision_id: int) -> Verdict:
    """The verdict of the decision that came back."""
    return connection.execute(select(decisions.c.verdict).where(decisions.c.id == decision_id)).scalar_one()


def has_spoken(connection: Connection, person_id: str, column_id: int, type_code: str) -> bool:
    """Whether somebody ever decided on one type in one column, or proposed to."""
    of_it = (second_readings.c.column_id == column_id) & (second_readings.c.type_code == type_code)
    silent = _not_of(select(second_readings.c.id).where(of_it), person_id)
    return connection.execute(silent.limit(1)).first() is None


def waits(connection: Connection, reading_id: int) -> bool:
    """Whether one of them is still to be read, by whomever."""
    return connection.execute(_waiting(Scope(None)).where(second_readings.c.id == reading_id)).first() is not None


def waiting_for(connection: Connection, scope: Scope, person_id: str) -> list[int]:
    """Those that wait for somebody: of this part of the catalog, and on nothing they ever spoke on."""
    return list(connection.execute(_not_of(_waiting(scope), person_id)).scalars())


def waiting_in(connection: Connection, scope: Scope, person_id: str, key: str) -> list[ReviewItem]:
    """The items of a group that wait for somebody's second reading."""
    waits = _not_of(_waiting(scope), person_id).where(review_items.c.group_key == key)
    items: Select[Any] = waits.with_only_columns(*review_items.c)
    return [rows.from_row(ReviewItem, row) for row in connection.execute(items)]


def count_for(connection: Connection, scope: Scope, person_id: str) -> int:
    """How many wait for somebody."""
    every = _not_of(_waiting(scope), person_id).subquery()
    return connection.execute(select(func.count()).select_from(every)).scalar_one()


def write(connection: Connection, read: SecondReading) -> None:
    """Keep what the second reader said."""
    rows.change(
        connection,
        second_readings,
        second_readings.c.id == read.id,
        reader_id=read.reader_id,
        verdict=read.verdict,
        why=read.why,
        reason=read.reason,
        read_at=read.read_at,
    )


def _waiting(scope: Scope) -> Select[int]:
    """Those that nobody has read, whose decision is in effect and stands, on what is still found in a live column."""
    of_it = (review_items.c.column_id == second_readings.c.column_id) & (
        review_items.c.type_code == second_readings.c.type_code
    )
    statement = (
        select(second_readings.c.id)
        .join(review_items, of_it)
        .where(second_readings.c.verdict.is_(None), review_items.c.state.in_(_STANDS), review_items.c.form.is_not(None))
        .where(_is_in_effect())
    )
    return statement if scope.agency_ids is None else statement.where(second_readings.c.agency_id.in_(scope.agency_ids))


def _is_in_effect() -> ColumnElement[bool]:
    """Whether the decision that came back is the one in effect: asked of each, since few of all decisions come back."""
    on_it = decisions.c.column_id == second_readings.c.column_id, decisions.c.type_code == second_readings.c.type_code
    return held(*on_it, second_readings.c.decision_id == HELD).correlate(second_readings).exists()


def _not_of(statement: Select[int], person_id: str) -> Select[int]:
    """But for those on what somebody themselves ever decided on, or proposed to."""
    column_id, type_code = second_readings.c.column_id, second_readings.c.type_code
    decided = select(decisions.c.id).where(
        decisions.c.column_id == column_id, decisions.c.type_code == type_code, decisions.c.person_id == person_id
    )
    proposed = (
        select(proposals.c.id)
        .join(review_acts, review_acts.c.id == proposals.c.act_id)
        .where(proposals.c.column_id == column_id, proposals.c.type_code == type_code)
        .where(review_acts.c.person_id == person_id)
    )
    return statement.where(~decided.exists(), ~proposed.exists())
