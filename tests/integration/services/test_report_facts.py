"""What the records draft: every edit of a record changes the items that rest on it, and no other."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.model.report_answers import digest
from catalog.model.report_drafts import items
from catalog.model.report_items import Item
from catalog.services import report_facts
from tests.support.report_world import EDITS, FIRST, LAST, LAST_EDITS, ReportWorld, a_report_world, changed_by
from tests.support.review_world import a_history


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportWorld]:
    made = a_report_world(tmp_path_factory.mktemp("report"))
    yield made
    made.catalog.close()


@pytest.fixture
def world(whole: ReportWorld) -> Iterator[ReportWorld]:
    """The agency for one test, of which nothing stays."""
    with a_history(whole.city) as city:
        yield replace(whole, city=city)


def drafted(world: ReportWorld) -> dict[str, Item]:
    with world.catalog.reading() as connection:
        facts = report_facts.gather_all(connection, world.catalog, [("dso", FIRST, LAST)])["dso"]
    return {one.key: one for one in items(facts)}


def changed(before: dict[str, Item], after: dict[str, Item]) -> frozenset[str]:
    """The items that say or rest on something else; everything of the others is the same, to what they are called."""
    moved = {key for key in before.keys() & after.keys() if digest(before[key]) != digest(after[key])}
    for key in before.keys() & after.keys() - moved:
        assert {(one.kind, one.id, one.version) for one in before[key].sources} == {
            (one.kind, one.id, one.version) for one in after[key].sources
        }
        assert replace(before[key], sources=()) == replace(after[key], sources=())
    return frozenset(moved | (before.keys() ^ after.keys()))


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_changes_what_rests_on_the_record_and_nothing_else(world: ReportWorld, name: str) -> None:
    before = drafted(world)
    EDITS[name][0](world)
    assert changed(before, drafted(world)) == changed_by(world, name)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(sorted(EDITS.keys() - LAST_EDITS)), unique=True, min_size=2, max_size=5))
def test_edits_change_together_what_each_changes(whole: ReportWorld, names: list[str]) -> None:
    with a_history(whole.city) as city:
        world = replace(whole, city=city)
        before = drafted(world)
        for name in names:
            EDITS[name][0](world)
        expected = {key for name in names for key in changed_by(world, name)}
        assert changed(before, drafted(world)) == expected
