"""The decision in effect on each type of each column, as :func:`catalog.model.decisions.in_effect` has it, in SQL."""

from sqlalchemy import CTE, ColumnElement, and_, or_, select, union_all

from catalog.model.decisions import VERDICTS
from catalog.store.schema import decisions


def held(*among: ColumnElement[bool]) -> CTE:
    """(id, column_id, type_code, verdict, act_id) of the decisions in effect; nothing where the last was taken back.

    Parameters:
        among: which of the decisions to look at, by their columns and types: whatever leaves out one decision on a
            type in a column has to leave out all of them.
    """
    made, newer = decisions, decisions.alias("newer")
    is_newer = or_(newer.c.at > made.c.at, and_(newer.c.at == made.c.at, newer.c.id > made.c.id))
    on_the_same = and_(newer.c.column_id == made.c.column_id, newer.c.type_code == made.c.type_code)
    is_last = ~select(newer.c.id).where(on_the_same, is_newer).exists()
    latest = select(made.c.id, made.c.restores).where(is_last, *among).cte("latest_words")
    # A word that puts an earlier one back stands for it, and that one may stand for another.
    first = select(latest.c.id, latest.c.restores).where(latest.c.restores.is_not(None))
    back = first.cte("put_back", recursive=True)
    back = back.union_all(
        select(made.c.id, made.c.restores).join(back, back.c.restores == made.c.id).where(back.c.restores.is_not(None))
    )
    ids = union_all(
        select(latest.c.id).where(latest.c.restores.is_(None)), select(back.c.id).where(back.c.restores.is_(None))
    ).subquery("held_ids")
    return (
        select(made.c.id, made.c.column_id, made.c.type_code, made.c.verdict, made.c.act_id)
        .join(ids, ids.c.id == made.c.id)
        .where(made.c.verdict.in_(VERDICTS))
        .cte("held_decisions")
    )
