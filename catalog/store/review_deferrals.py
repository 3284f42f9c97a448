"""What is put off or asked about in review: the questions, and the items that do not wait for a decision now."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from catalog.model.actors import Scope
from catalog.model.review import ActKind, ReviewAct, ReviewItem, ReviewState
from catalog.store import rows
from catalog.store.review_schema import deferrals, review_acts, review_items
from catalog.store.schema import columns, datasets, sources, systems


def agencies_of(connection: Connection, act_id: int) -> frozenset[str]:
    """The agencies in which an act put something off or asked about it."""
    return frozenset(connection.execute(_agencies().where(deferrals.c.act_id == act_id).distinct()).scalars())


def questions(
    connection: Connection, person_id: str, own: Scope, decides: Scope, limit: int
) -> list[tuple[ReviewAct, ReviewAct | None]]:
    """Questions with their answers, those that wait first: the oldest of them, and the latest of what is answered.

    What was taken back, or settled without an answer, is none.

    Parameters:
        person_id: who was asked, of columns in the part ``own``; whoever asked, of columns in the part ``decides``.
    """
    place = _agencies().where(deferrals.c.act_id == review_acts.c.id)
    asked = and_(review_acts.c.to_person_id == person_id, _within(place, own).exists())
    seen = or_(asked, _within(place, decides).exists())
    answers = review_acts.alias("answers")
    answered = and_(answers.c.of_id == review_acts.c.id, answers.c.kind == ActKind.ANSWER)
    statement = (
        select(review_acts.c.id, answers.c.id)
        .outerjoin(answers, answered)
        .where(review_acts.c.kind == ActKind.ASK, seen, or_(answers.c.id.is_not(None), _waits().exists()))
        .order_by(answers.c.id.is_not(None), answers.c.id.desc(), review_acts.c.id)
        .limit(limit)
    )
    pairs = [(question, answer) for question, answer in connection.execute(statement)]
    acts = _acts(connection, {key for pair in pairs for key in pair if key is not None})
    return [(acts[question], acts.get(answer or 0)) for question, answer in pairs]


def waiting_for(connection: Connection, own: Scope, person_id: str) -> int:
    """How many questions wait for somebody's answer."""
    of_them = and_(review_items.c.state == ReviewState.ASKED, review_items.c.person_id == person_id, _seen(own))
    many = select(func.count(deferrals.c.act_id.distinct())).join(review_items, _on_it())
    return connection.execute(many.where(of_them, _is_last())).scalar_one()


def waiting_on(connection: Connection, person_id: str) -> list[tuple[int, ReviewItem]]:
    """The items that were handed to somebody or asked of them, each with the act by which."""
    statement = (
        select(deferrals.c.act_id, review_items)
        .join(review_items, _on_it())
        .where(review_items.c.person_id == person_id, _is_last())
        .order_by(deferrals.c.act_id, review_items.c.column_id, review_items.c.type_code)
    )
    return [(row.act_id, rows.from_row(ReviewItem, row)) for row in connection.execute(statement)]


def still_asked(connection: Connection, act_id: int) -> list[ReviewItem]:
    """The items that wait for the answer to a question."""
    statement = (
        select(review_items)
        .join(deferrals, _on_it())
        .where(deferrals.c.act_id == act_id, review_items.c.state == ReviewState.ASKED, _is_last())
        .order_by(review_items.c.column_id, review_items.c.type_code)
    )
    return [rows.from_row(ReviewItem, row) for row in connection.execute(statement)]


def items_of(connection: Connection, seen: Scope, act_ids: Collection[int], most: int) -> dict[int, list[ReviewItem]]:
    """The first items that questions are about and that are still there, whatever became of them, by question."""
    about = select(deferrals.c.act_id, deferrals.c.column_id, deferrals.c.type_code).distinct()
    asked = about.where(rows.among(deferrals.c.act_id, act_ids)).subquery()
    order = (review_items.c.column_id, review_items.c.type_code)
    place = func.row_number().over(partition_by=asked.c.act_id, order_by=order)
    same_type = review_items.c.type_code == asked.c.type_code
    every = (
        select(asked.c.act_id, place.label("place"), review_items)
        .join(review_items, and_(review_items.c.column_id == asked.c.column_id, same_type))
        .where(_seen(seen))
        .subquery()
    )
    found: dict[int, list[ReviewItem]] = {}
    for row in connection.execute(select(every).where(every.c.place <= most).order_by(every.c.act_id, every.c.place)):
        found.setdefault(row.act_id, []).append(rows.from_row(ReviewItem, row))
    return found


def later(connection: Connection, seen: Scope, today: date, limit: int, offset: int) -> list[ReviewItem]:
    """What is put off until a day to come, the soonest first, and then what was handed to somebody."""
    order = (review_items.c.until.is_(None), review_items.c.until, review_items.c.column_id, review_items.c.type_code)
    statement = select(review_items).where(*_put_off(seen, today)).order_by(*order).limit(limit).offset(offset)
    return [rows.from_row(ReviewItem, row) for row in connection.execute(statement)]


def count_later(connection: Connection, seen: Scope, today: date) -> int:
    """How many items are put off or handed to somebody."""
    statement = select(func.count()).select_from(review_items).where(*_put_off(seen, today))
    return connection.execute(statement).scalar_one()


def _put_off(seen: Scope, today: date) -> tuple[ColumnElement[bool], ...]:
    not_yet = or_(review_items.c.until.is_(None), review_items.c.until > today)
    return review_items.c.state == ReviewState.DEFERRED, not_yet, _seen(seen)


def _waits() -> Select[int]:
    """The rows of a question on items that wait for its answer."""
    return (
        select(deferrals.c.id)
        .join(review_items, _on_it())
        .where(deferrals.c.act_id == review_acts.c.id, review_items.c.state == ReviewState.ASKED, _is_last())
        .correlate(review_acts)
    )


def _on_it() -> ColumnElement[bool]:
    same_type = review_items.c.type_code == deferrals.c.type_code
    return and_(review_items.c.column_id == deferrals.c.column_id, same_type)


def _is_last() -> ColumnElement[bool]:
    """Whether no later word on putting it off was said."""
    newer = deferrals.alias("newer")
    on_it = and_(newer.c.column_id == deferrals.c.column_id, newer.c.type_code == deferrals.c.type_code)
    return and_(~deferrals.c.ends, ~select(newer.c.id).where(on_it, newer.c.id > deferrals.c.id).exists())


def _agencies() -> Select[str]:
    """The agencies of what is put off."""
    return (
        select(systems.c.agency_id)
        .join(sources, sources.c.system_id == systems.c.id)
        .join(datasets, datasets.c.source_id == sources.c.id)
        .join(columns, columns.c.dataset_id == datasets.c.id)
        .join(deferrals, deferrals.c.column_id == columns.c.id)
    )


def _within(statement: Select[str], part: Scope) -> Select[str]:
    return statement if part.agency_ids is None else statement.where(systems.c.agency_id.in_(part.agency_ids))


def _seen(part: Scope) -> ColumnElement[bool]:
    return true() if part.agency_ids is None else review_items.c.agency_id.in_(part.agency_ids)


def _acts(connection: Connection, ids: Collection[int]) -> dict[int, ReviewAct]:
    return {one.id: one for one in rows.find(connection, review_acts, ReviewAct, rows.among(review_acts.c.id, ids))}
