"""The short form of the kill proof: see benchmarks/kill.py."""

from pathlib import Path

from benchmarks.kill import Estate, sqlite_of, trials


def test_killing_the_coordinator_or_a_child_loses_and_doubles_nothing(tmp_path: Path) -> None:
    estate = Estate(tmp_path, sqlite_of(tmp_path, 8), tables=8)
    coordinator, child = trials(estate, 2, seed=3)
    estate.catalog.close()
    assert not coordinator
    assert not child
