"""A small part of ``make proof NAME=interference``: what a reader may not know makes no difference to any answer."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.interference.proofs import compared
from benchmarks.interference.worlds import FOR_OFFICERS, FOR_RESEARCHERS, KNOWN, Base, Change, World, begin
from catalog.services.catalog import Catalog
from tests.support.city import City

#: Questions of each pair.
EACH = 70


@pytest.fixture(scope="module")
def base(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder, city = city_folder
    copy = tmp_path_factory.mktemp("worlds") / "base"
    shutil.copytree(folder, copy)
    catalog = Catalog.open(city.catalog.settings.model_copy(update={"data_dir": copy}))
    return begin(copy, replace(city, catalog=catalog))


def together(changes: Sequence[Change]) -> Change:
    def every(world: World) -> None:
        for change in changes:
            change(world)

    return every


@pytest.mark.parametrize(
    ("person", "changes"),
    [("researcher", FOR_RESEARCHERS[::2]), ("researcher", FOR_RESEARCHERS[1::2]), ("officer-dss", FOR_OFFICERS)],
)
def test_what_they_may_not_know_makes_none(person: str, changes: Sequence[Change], base: Base) -> None:
    score = compared(base, [(person, together(changes))], EACH, seed=1)
    assert score.differences == []
    assert score.statuses["200"] > EACH // 3


def test_what_they_may_know_makes_a_difference(base: Base) -> None:
    """The comparison itself sees something."""
    assert compared(base, [("researcher", together(KNOWN))], EACH, seed=1).differences
