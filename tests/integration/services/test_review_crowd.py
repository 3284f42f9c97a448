"""Many people decide on the same few columns at once and send every form twice: a small one of the proof ``review``."""

from pathlib import Path

import pytest

from benchmarks import review_acts
from catalog.search.memory_index import MemoryIndex
from catalog.services.catalog import Catalog


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_done_twice(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    cluster = request.getfixturevalue("postgres_cluster") if database == "postgresql" else ""
    catalog, actors, pairs = review_acts.a_crowd(tmp_path, cluster, tables=2, people=3)
    told = review_acts.play(
        lambda: Catalog.open(catalog.settings, index=MemoryIndex()), actors, pairs, clients=6, each=5, seed=1
    )
    found = review_acts.held_against(catalog, told)
    catalog.close()
    assert found.amiss == []
    assert found.counted["repeated"] > 0
    assert found.counted["acts"] > 0
