"""The decision in effect on each type of each column, as :func:`catalog.model.decisions.in_effect` has it, in SQL."""

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from catalog.model.decisions import VERDICTS, Verdict
from catalog.store.schema import decisions

#: The decision that the last word on a type in a column puts in effect: an earlier one, or itself.
HELD = func.coalesce(decisions.c.restores, decisions.c.id)


def held(*among: ColumnElement[bool]) -> Select[int, int, str, Verdict, int | None]:
    """(id, column_id, type_code, verdict, act_id) of the decisions in effect; nothing where the last was taken back.

    What puts an earlier word back names one that puts back none itself, and says its verdict again.

    Parameters:
        among: which of the decisions to look at, by their columns and types: whatever leaves out one decision on a
            type in a column has to leave out all of them.
    """
    last, newer, first = decisions, decisions.alias("newer"), decisions.alias("first")
    is_newer = or_(newer.c.at > last.c.at, and_(newer.c.at == last.c.at, newer.c.id > last.c.id))
    on_the_same = and_(newer.c.column_id == last.c.column_id, newer.c.type_code == last.c.type_code)
    return (
        select(
            HELD.label("id"),
            last.c.column_id,
            last.c.type_code,
            last.c.verdict,
            case((last.c.restores.is_(None), last.c.act_id), else_=first.c.act_id).label("act_id"),
        )
        .outerjoin(first, first.c.id == last.c.restores)
        .where(~select(newer.c.id).where(on_the_same, is_newer).exists(), last.c.verdict.in_(VERDICTS), *among)
    )
