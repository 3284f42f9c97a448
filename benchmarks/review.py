"""Review under load: many people deciding on the same columns at once, and a thousand columns decided in one act.

``REVIEW_FORMS`` sends fewer forms, ``REVIEW_AGENCIES`` makes a smaller city, for a first look.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select, text

from benchmarks import review_acts
from benchmarks.law_estate import Size, held_by
from benchmarks.proof import Proof
from benchmarks.reconciliation import a_city
from catalog.model.actors import Role
from catalog.model.review import MOST_AT_ONCE, ActKind, Order, Pick, Why
from catalog.search.memory_index import MemoryIndex
from catalog.services import people, review, review_states, setup
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store.metadata import metadata
from tests.support.builders import CPO
from tests.support.postgres import throwaway_postgres

SEED = 20261130
_FORMS = int(os.environ.get("REVIEW_FORMS", "20000"))
_AGENCIES = int(os.environ.get("REVIEW_AGENCIES", "160"))
_MOST_OF_MANY, _MOST_OF_ONE = 2.0, 0.150
_ONE_BY_ONE = 100
#: Every finding has three pieces of evidence, which every decision keeps in words.
_EVIDENCE = """
INSERT INTO evidence (finding_id, type_code, kind, clue, weight, form, looked_at, agreed, "distinct", by_chance)
SELECT findings.id, type_code, 'name', 'social security number', 0.5, 'full', 1000, 900, 800, 0.1
FROM findings, generate_series(1, 3)
"""


def proofs() -> Iterator[Proof]:
    """Many at once on either database, then many columns at once in a whole city."""
    with throwaway_postgres() as cluster:
        yield from _crowd("PostgreSQL", cluster, clients=50, forms=_FORMS)
    yield from _crowd("SQLite", "", clients=8, forms=_FORMS // 10)
    yield from _at_full_size(replace(Size(), agencies=_AGENCIES))
    yield from _on_sqlite(replace(Size(), agencies=2))


def _crowd(database: str, cluster: str, *, clients: int, forms: int) -> Iterator[Proof]:
    with tempfile.TemporaryDirectory(prefix="review-") as folder:
        catalog, actors, pairs = review_acts.a_crowd(Path(folder), cluster, tables=30, people=clients // 2)
        began = time.monotonic()
        told = review_acts.play(
            lambda: Catalog.open(catalog.settings, index=MemoryIndex()),
            actors,
            pairs,
            clients=clients,
            each=forms // clients,
            seed=SEED,
        )
        seconds = time.monotonic() - began
        found = review_acts.held_against(catalog, told)
        amiss = review_states.rebuild(local_administrator(), catalog)
        catalog.close()
    counted = ", ".join(f"{many:,} {name}" for name, many in found.counted.items())
    wrong = [*found.amiss, *([f"{amiss} items of the queue are not as they should be"] if amiss else [])]
    figure = f"{len(wrong)} amiss{': ' + wrong[0] if wrong else ''} ({counted}; {forms / seconds:.0f} forms a second)"
    promise = f"{clients} clients send {forms:,} forms at once, each by two, on {database}: none lost, none done twice"
    yield Proof(promise, figure, "nothing amiss", not wrong, SEED)


def _at_full_size(size: Size) -> Iterator[Proof]:
    where = f"in a city of {size.all_datasets:,} datasets"
    with _evident_city(size) as catalog:
        yield from _thousand(catalog, size, where)
        waits = [_one(catalog, size, number) for number in range(_ONE_BY_ONE)]
        p95 = statistics.quantiles(waits, n=20)[-1]
        figure = f"p95 {p95 * 1000:.0f} ms, median {statistics.median(waits) * 1000:.0f} ms of {len(waits)}"
        yield Proof(f"one decision {where}", figure, "p95 under 150 ms", p95 < _MOST_OF_ONE, SEED)


def _on_sqlite(size: Size) -> Iterator[Proof]:
    """Of as many datasets as one act takes columns, row by row those of the other database."""
    with _evident_city(size) as city, tempfile.TemporaryDirectory(prefix="review-") as folder:
        catalog = setup.init(Settings(data_dir=Path(folder)))
        with city.reading() as there, catalog.engine.begin() as here:
            for table in metadata.sorted_tables:
                copied = [dict(row._mapping) for row in there.execute(select(table))]
                if copied and not here.execute(select(table).limit(1)).first():
                    here.execute(insert(table), copied)
        people.add_person(local_administrator(), catalog, CPO.person_id, CPO.name, Role.CPO)
        yield from _thousand(catalog, size, f"on SQLite, of {size.all_datasets:,} datasets")
        catalog.close()


def _thousand(catalog: Catalog, size: Size, where: str) -> Iterator[Proof]:
    step = size.all_datasets // MOST_AT_ONCE
    columns = [number * step * size.columns + 1 for number in range(MOST_AT_ONCE)]
    picks = [Pick(column_id, held_by(column_id, size), None) for column_id in columns]
    for order in (Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA)):
        yield from _many(catalog, order, picks, where)


def _many(catalog: Catalog, order: Order, picks: Sequence[Pick], where: str) -> Iterator[Proof]:
    """A preview, the act and its undoing."""
    what = f"{order.kind.value} {len(picks):,} columns of as many datasets {where}"
    acts: list[int] = []
    yield _bulk(f"preview: {what}", lambda: review.preview(CPO, catalog, order, picks))
    yield _bulk(what, lambda: acts.append(review.act(CPO, catalog, order, picks).act.id))
    yield _bulk(f"undo: {what}", lambda: review.undo(CPO, catalog, acts[0]))


@contextmanager
def _evident_city(size: Size) -> Iterator[Catalog]:
    city: AbstractContextManager[Catalog] = a_city(size)
    with city as catalog:
        with catalog.engine.begin() as connection:
            connection.execute(text(_EVIDENCE))
        review_states.rebuild(local_administrator(), catalog)
        with catalog.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        yield catalog


def _bulk(promise: str, work: Callable[[], object]) -> Proof:
    began, used = time.monotonic(), time.process_time()
    work()
    seconds, own = time.monotonic() - began, time.process_time() - used
    figure = f"{seconds:.2f} s ({own:.2f} s of it its own work)"
    return Proof(promise, figure, "at most 2 s", seconds <= _MOST_OF_MANY, SEED)


def _one(catalog: Catalog, size: Size, number: int) -> float:
    column_id = (number * 977 % size.all_datasets) * size.columns + 2
    began = time.monotonic()
    review.act(CPO, catalog, Order(ActKind.CONFIRM), [Pick(column_id, held_by(column_id, size), None)])
    return time.monotonic() - began
