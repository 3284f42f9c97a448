"""Which rows of a PostgreSQL relation are looked at: a plan for each kind of relation, with what follows if it fails.

Small tables are read whole. Of larger ones every row has the same chance, whatever block it lies in: row by row of a
small one, and of a large one from about twice as many blocks as rows are wanted, thinned by chance, so that the cost
does not grow with the table. Besides, a few of the oldest and newest rows are taken. The engine draws from no view or
foreign table; rows scattered over it are read where that takes little time, otherwise its first ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import psycopg
from psycopg import sql

from catalog.model.coverage import SampleMethod
from catalog.ports import SamplePlan
from connectors.rows import choose
from connectors.sql.postgres_reading import Line, Lines, Reading
from connectors.sql.postgres_selects import SPARE, Chance, Relation, Selects

_TRIES = 4
_LIMIT = 4
_LEAP = 30
_RETREAT = 16
_ROOM = 0.7
_APART = 0.75
_RANDOM_SHARE = 1 / 2
_COUNT_SHARE = 1 / 6
_SCATTERED_SHARE = 1 / 3
_ENDS_SHARE = 1 / 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """The rows of a sample, and how they were chosen; the words are those of ``Sample``."""

    lines: Sequence[Line] = field(repr=False)
    method: SampleMethod
    rows_total: int | None = None
    draws: int | None = None
    oldest: int = 0
    newest: int = 0
    cut: bool = False


def drawn(reading: Reading, relation: Relation, selects: Selects, plan: SamplePlan) -> Drawn:
    """Choose rows of a relation and read them.

    Raises:
        psycopg.Error: when not even the first rows can be read.
    """
    if not relation.is_stored:
        return _of_a_view(reading, selects, plan)
    if relation.rows <= 2 * plan.rows:
        every = reading.lines(selects.first(2 * plan.rows + 1))
        if not every.cut and len(every.found) <= plan.rows:
            return Drawn(every.found, SampleMethod.ALL_ROWS, rows_total=len(every.found))
        if not every.cut and len(every.found) <= 2 * plan.rows:
            chosen, seen = choose(every.found, plan.rows, plan.seed)
            sample = Drawn(chosen, SampleMethod.RANDOM_ROWS, rows_total=seen, draws=len(chosen))
            return _with_ends(reading, selects, plan, sample)
    return _with_ends(reading, selects, plan, _at_random(reading, relation, selects, plan))


def _at_random(reading: Reading, relation: Relation, selects: Selects, plan: SamplePlan) -> Drawn:
    """Draw rows until about enough have come: how many there are is an estimate, and so is how long they are."""
    wanted, cut = plan.rows, False
    row = SPARE * wanted / max(relation.rows, 1)
    for _ in range(_TRIES):
        chance = Chance.of(relation, wanted, row)
        try:
            found = _by_chance(reading, relation, selects.drawn(chance, _LIMIT * plan.rows), selects)
        except psycopg.errors.QueryCanceled:
            return _of_few_places(reading, relation, selects, plan, row)
        count = len(found.found)
        if found.cut:
            # Fewer rows from all over the table rather than many from its beginning.
            cut, wanted = True, max(1, int(_ROOM * min(count, wanted)))
            row = _ROOM * max(count, 1) / max(relation.rows, 1)
        elif count == _LIMIT * plan.rows:
            row /= _RETREAT
        elif 2 * count < wanted and chance.row < 1:
            row *= SPARE * wanted / max(count, wanted / _LEAP)
        else:
            chosen = choose(found.found, wanted, plan.seed)[0]
            draws = _places(relation, chosen) if chance.draws_blocks else len(chosen)
            return Drawn(chosen, SampleMethod.RANDOM_ROWS, draws=draws, cut=cut)
    return _first(reading.lines(selects.first(plan.rows)), plan)


def _by_chance(reading: Reading, relation: Relation, query: sql.Composed, selects: Selects) -> Lines:
    if not relation.whole:
        reading.number(selects.seeded())
    return reading.lines(query, share=_RANDOM_SHARE)


def _of_few_places(reading: Reading, relation: Relation, selects: Selects, plan: SamplePlan, row: float) -> Drawn:
    """What can be had of a table whose blocks are slow to come by: neighbours from a few places."""
    chance = Chance.few(relation, plan.rows, row)
    found = _by_chance(reading, relation, selects.drawn(chance, _LIMIT * plan.rows), selects)
    chosen = choose(found.found, plan.rows, plan.seed)[0]
    return Drawn(chosen, SampleMethod.PLACES, draws=_places(relation, chosen), cut=found.cut)


def _places(relation: Relation, lines: Sequence[Line]) -> int:
    """How many of the rows count as independent draws: one of each block, whose rows may all be alike."""
    if not relation.whole:
        return int(_APART * len(lines))
    return len({line.block for line in lines})


def _of_a_view(reading: Reading, selects: Selects, plan: SamplePlan) -> Drawn:
    first = reading.lines(selects.first(plan.rows + 1))
    if not first.cut and len(first.found) <= plan.rows:
        return Drawn(first.found, SampleMethod.ALL_ROWS, rows_total=len(first.found))
    try:
        return _scattered(reading, selects, plan) or _first(first, plan)
    except psycopg.Error:
        if reading.is_lost():
            raise
        return _first(first, plan)


def _scattered(reading: Reading, selects: Selects, plan: SamplePlan) -> Drawn | None:
    """Rows from all over a view, which is read twice for them: how many there are is known to nobody."""
    count = reading.number(selects.count(), share=_COUNT_SHARE)
    reading.number(selects.seeded())
    share = min(SPARE * plan.rows / max(count, 1), 1.0)
    found = reading.lines(selects.scattered(share, _LIMIT * plan.rows), share=_SCATTERED_SHARE)
    if found.cut or not found.found:
        return None
    chosen = choose(found.found, plan.rows, plan.seed)[0]
    return Drawn(chosen, SampleMethod.RANDOM_ROWS, rows_total=count, draws=len(chosen))


def _first(lines: Lines, plan: SamplePlan) -> Drawn:
    return Drawn(lines.found[: plan.rows], SampleMethod.FIRST_ROWS, draws=0, cut=lines.cut)


def _with_ends(reading: Reading, selects: Selects, plan: SamplePlan, sample: Drawn) -> Drawn:
    """Add the oldest and newest rows that were not drawn anyway."""
    ends = selects.ends(reading.server_version) if plan.ends > 0 else None
    if ends is None:
        return sample
    lines = list(sample.lines)
    taken = {line.mark for line in lines}
    room = reading.characters
    counts = []
    for query in ends:
        reading.characters = room - sum(len(line.record) for line in lines)
        fresh = [line for line in _if_cheap(reading, query) if line.mark not in taken]
        taken.update(line.mark for line in fresh)
        lines += fresh
        counts.append(len(fresh))
    return replace(sample, lines=lines, oldest=counts[0], newest=counts[1])


def _if_cheap(reading: Reading, query: sql.Composed) -> Sequence[Line]:
    try:
        return reading.lines(query, share=_ENDS_SHARE).found
    except psycopg.Error:
        if reading.is_lost():
            raise
        return ()
