"""The queue of review in a whole city: how long its pages, one decision, and all of it anew take; whether it counts.

A city of 160 agencies, 100,000 datasets and a million columns on PostgreSQL, three in ten of which hold something;
their names are drawn of four hundred, few in every agency and most in hardly any. What the queue counts is
compared with statements that share nothing with it. ``QUEUE_AGENCIES`` makes a smaller city, for a first look.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import text

from benchmarks.law_estate import Size
from benchmarks.proof import Proof
from benchmarks.reconciliation import a_city
from catalog.services import review_queue, review_states
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.services.filtering import Chosen
from tests.support.builders import CPO, officer

SEED = 20261129
_AGENCIES = int(os.environ.get("QUEUE_AGENCIES", "160"))
_MOST_OF_ONE = 0.150
_TURNS = 40
#: Twenty by twenty words of which a name is made, the first far more often than the last.
_NAMES = """
UPDATE columns SET name = 'w' || chr(97 + n / 20) || '_v' || chr(97 + n % 20)
FROM (SELECT id, floor(400 * power((hashint4(id::int) & 2147483647) / 2147483648.0, 3))::int AS n FROM columns) drawn
WHERE drawn.id = columns.id
"""
#: What waits, in columns, and in how many groups: out of what stands and was found, without the queue's own tables.
_WAITING = """
SELECT systems.agency_id, standings.type_code, types.tier, findings.strength, standings.standing, columns.name
FROM standings JOIN columns ON columns.id = standings.column_id JOIN datasets ON datasets.id = columns.dataset_id
JOIN sources ON sources.id = datasets.source_id JOIN systems ON systems.id = sources.system_id
JOIN findings ON findings.column_id = columns.id AND findings.type_code = standings.type_code
JOIN identifier_types types ON types.code = standings.type_code
WHERE standings.standing IN ('suggested', 'reopened')
"""
_COUNTED = {
    "columns": "count(*)",
    "groups": "count(DISTINCT (name, type_code))",
    "high": "count(*) FILTER (WHERE strength >= 0.8)",
    "medium": "count(*) FILTER (WHERE strength >= 0.5 AND strength < 0.8)",
    "low": "count(*) FILTER (WHERE strength < 0.5)",
}


def proofs() -> Iterator[Proof]:
    """At full size."""
    size = replace(Size(), agencies=_AGENCIES)
    where = f"{size.agencies} agencies, {size.all_datasets:,} datasets, {size.all_datasets * size.columns:,} columns"
    with a_city(size) as catalog:
        _name(catalog)
        for what in ("made for the first time", "made again"):
            began = time.monotonic()
            amiss = review_states.rebuild(local_administrator(), catalog)
            figure = f"{time.monotonic() - began:.1f} s ({amiss:,} amiss)"
            yield Proof(f"the queue {what}, {where}", figure, "told, not promised", kept=True, seed=SEED)
            _tidy(catalog, "review_items", "review_groups", "review_totals")
        yield _agrees(catalog, "before")
        chance = random.Random(SEED)
        for what, turn in _turns(catalog, chance).items():
            yield _timed(what, turn)
        yield _timed("one decision's part in the queue", lambda: _touched(catalog, size, chance))
        amiss = review_states.rebuild(local_administrator(), catalog)
        yield Proof("what is amiss in the queue after these", f"{amiss}", "nothing", amiss == 0, SEED)
        yield _agrees(catalog, "after")


def _name(catalog: Catalog) -> None:
    with catalog.engine.begin() as connection:
        connection.execute(text(_NAMES))
    _tidy(catalog, "columns")


def _tidy(catalog: Catalog, *tables: str) -> None:
    """What a server does by itself, but for those of tests."""
    with catalog.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.execute(text(f"VACUUM ANALYZE {table}"))


def _turns(catalog: Catalog, chance: random.Random) -> dict[str, Callable[[], float]]:
    """What is timed, by what it is."""
    one = officer("a1")
    filters = ("band", "agency", "type", "tier", "q")

    def page(actor: object, chosen: Chosen, **rest: object) -> float:
        began = time.monotonic()
        review_queue.queue(actor, catalog, chosen, **rest)  # type: ignore[arg-type]  # either of the two actors
        return time.monotonic() - began

    def drawn() -> Chosen:
        known = {
            "band": ["high", "medium", "low"],
            "agency": [f"a{number}" for number in range(1, _AGENCIES + 1)],
            "type": ["SSN", "NAME", "PHONE", "RACE"],
            "tier": ["1", "2", "3", "4"],
            "q": ["wa", "vb", "social", "name"],
        }
        return {key: [chance.choice(known[key])] for key in chance.sample(filters, chance.randint(1, 2))}

    def near() -> float:
        keys = [line.key for line in review_queue.queue(CPO, catalog, {}).lines]
        began = time.monotonic()
        review_queue.around(CPO, catalog, chance.choice(keys), {})
        return time.monotonic() - began

    def counted() -> float:
        began = time.monotonic()
        review_queue.counts(CPO, catalog)
        return time.monotonic() - began

    return {
        "a page of the queue for the CPO": lambda: page(CPO, {}, page=chance.randint(1, 40)),
        "a page by columns or name for the CPO": lambda: page(CPO, {}, order=chance.choice(["columns", "name"])),
        "a page with one or two filters for the CPO": lambda: page(CPO, drawn()),
        "a page of the queue for an officer": lambda: page(one, {}, page=chance.randint(1, 10)),
        "a page with one or two filters for an officer": lambda: page(one, drawn()),
        "the groups before and after one for the CPO": near,
        "the counts for the CPO": counted,
    }


def _timed(what: str, turn: Callable[[], float]) -> Proof:
    waits = [turn() for _ in range(_TURNS)]
    p95 = statistics.quantiles(waits, n=20)[-1]
    figure = f"p95 {1000 * p95:.0f} ms, median {1000 * statistics.median(waits):.0f} ms of {len(waits)}"
    return Proof(what, figure, f"p95 <= {1000 * _MOST_OF_ONE:.0f} ms", p95 <= _MOST_OF_ONE, SEED)


def _touched(catalog: Catalog, size: Size, chance: random.Random) -> float:
    """Seconds in which the queue learns that a column's standing moved."""
    dataset_id = chance.randint(1, size.all_datasets)
    column_id = (dataset_id - 1) * size.columns + chance.randint(1, size.holding)
    standing = chance.choice(("confirmed", "rejected", "reopened", "suggested"))
    with catalog.changing(CPO, "decide", f"column:{column_id}") as change:
        change.alone()
        told = {"standing": standing, "column_id": column_id}
        change.connection.execute(text("UPDATE standings SET standing = :standing WHERE column_id = :column_id"), told)
        began = time.monotonic()
        review_states.touch(change, catalog, [dataset_id])
        return time.monotonic() - began


def _agrees(catalog: Catalog, when: str) -> Proof:
    """Whether the queue counts what plain statements count: in all, by agency, by type and by tier, for two people."""
    wrong, compared = [], 0
    for who, actor, only in (("CPO", CPO, ""), ("officer", officer("a1"), " AND systems.agency_id = 'a1'")):
        page = review_queue.queue(actor, catalog, {})
        told = {"columns": page.counts.columns, "groups": page.counts.groups, **page.counts.bands}
        known = _counted(catalog, only)
        facets = {each.key: {one.value: one.count for one in each.values} for each in page.facets}
        by = {key: _by(catalog, column, only) for key, column in _COLUMNS.items()}
        by["state"] = {key: many for key, many in by["state"].items() if many}
        pairs = [(told, known), *((facets[key], by[key]) for key in by)]
        compared += sum(len(mine) for mine, _ in pairs)
        wrong += [f"{who}: {mine} is not {theirs}" for mine, theirs in pairs if mine != theirs]
    figure = f"{len(wrong)} of {compared} counts differ {' '.join(wrong)[:200]}".strip()
    return Proof(f"counts of the queue against plain statements, {when} decisions", figure, "none", not wrong, SEED)


_COLUMNS = {"agency": "agency_id", "type": "type_code", "tier": "tier::text", "state": "standing"}


def _counted(catalog: Catalog, only: str) -> dict[str, int]:
    named = ", ".join(f"{what} AS {name}" for name, what in _COUNTED.items())
    with catalog.engine.connect() as connection:
        row = connection.execute(text(f"SELECT {named} FROM ({_WAITING}{only}) waiting")).one()
    return {name: int(row._mapping[name]) for name in _COUNTED}


def _by(catalog: Catalog, column: str, only: str) -> dict[str, int]:
    statement = f"SELECT {column}, count(*) FROM ({_WAITING}{only}) waiting GROUP BY 1"
    with catalog.engine.connect() as connection:
        return {str(value): int(many) for value, many in connection.execute(text(statement))}
