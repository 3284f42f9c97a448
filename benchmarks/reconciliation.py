"""Paper against data: how long a whole city takes, and whether all that is planted in the demo city comes to light.

(a) A city of 160 agencies, 100,000 datasets and a million columns on PostgreSQL: the first reconciliation, one after
which nothing has changed, and a person's decision with the lines it moves. (b) The demo city: every line against
``city/planted.toml``, and each planted one undone and done again.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import law_estate, law_planted
from benchmarks.law_estate import Size
from benchmarks.proof import Proof
from catalog.model.decisions import VERDICTS
from catalog.services import reconciling, review, setup
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from tests.support.builders import CPO
from tests.support.postgres import create_database, throwaway_postgres

SEED = 20261128
_MOST_SECONDS = 60.0
_MOST_OF_ONE = 1.0
_DECISIONS = 100


def proofs() -> Iterator[Proof]:
    """At full size, then the demo city line by line."""
    yield from _at_full_size(Size())
    yield from law_planted.proofs()


def _at_full_size(size: Size) -> Iterator[Proof]:
    with a_city(size) as catalog:
        first, again = (reconciling.run(local_administrator(), catalog) for _ in range(2))
        where = (
            f"{size.agencies} agencies, {size.all_datasets:,} datasets, {size.all_datasets * size.columns:,} columns"
        )
        for what, done in (("first reconciliation", first), ("one in which nothing has changed", again)):
            moved = f"{done.new:,} new, {done.gone:,} gone, {done.moved:,} moved of {done.differences:,} lines"
            figure = f"{done.seconds:.1f} s ({moved})"
            kept = done.seconds < _MOST_SECONDS and done.differences > 0
            yield Proof(f"{what} of {where}", figure, f"under {_MOST_SECONDS:.0f} s", kept, SEED)
        waits = [_decided(catalog, size, chance) for chance in _chances()]
        p95 = statistics.quantiles(waits, n=20)[-1]
        figure = f"p95 {p95:.3f} s, median {statistics.median(waits):.3f} s of {len(waits)}"
        yield Proof("a decision with the lines it moves", figure, "p95 under 1 s", p95 < _MOST_OF_ONE, SEED)
        left = reconciling.run(local_administrator(), catalog)
        figure = f"{left.new} new, {left.gone} gone, {left.moved} moved"
        kept = (left.new, left.gone, left.moved) == (0, 0, 0)
        yield Proof("what a full reconciliation finds amiss after these", figure, "nothing", kept, SEED)


@contextmanager
def a_city(size: Size) -> Iterator[Catalog]:
    """A catalog on PostgreSQL, filled."""
    with throwaway_postgres() as cluster, tempfile.TemporaryDirectory(prefix="reconciliation-") as folder:
        address = create_database(cluster)
        catalog = setup.init(Settings(data_dir=Path(folder), database_url=address))
        law_estate.fill(catalog.engine, size)
        try:
            yield catalog
        finally:
            catalog.close()


def _chances() -> Iterator[random.Random]:
    return (random.Random(f"{SEED} {number}") for number in range(_DECISIONS))


def _decided(catalog: Catalog, size: Size, chance: random.Random) -> float:
    """Seconds that one decision on a column that holds something takes."""
    column_id = chance.randrange(size.all_datasets) * size.columns + chance.randint(1, size.holding)
    code = law_estate.held_by(column_id, size)
    began = time.monotonic()
    review.decide(CPO, catalog, column_id, code, chance.choice(VERDICTS), "For the proof")
    return time.monotonic() - began
