"""What is no longer listed and waits for a person: no doubt retires anything, and a word exactly what was shown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, SkipReason
from catalog.model.decisions import Standing, Verdict
from catalog.model.holdings import DatasetKind, Source
from catalog.model.runs import ListedDataset, PauseReason, RunState
from catalog.services import holdings, recording, review, vanished
from catalog.services.catalog import Catalog
from catalog.store import audit, scans
from tests.support.builders import CPO, OPERATOR, RESEARCHER, FixedClock, a_column, a_finding, a_result, listed, officer

MANY = [f"t{number}" for number in range(20)]

#: One database is enough where the statements are held to both elsewhere in this module.
ON_SQLITE = pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)


def a_night(
    catalog: Catalog,
    source: Source,
    names: Iterable[str],
    view: str = "wide",
    unlisted: tuple[tuple[ListedDataset, SkipReason], ...] = (),
    later: timedelta = timedelta(days=1),
) -> dict[str, int]:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += later
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    due = recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in names], unlisted, view)
    for dataset_id in due.values():
        result = a_result([a_column(f"ssn{dataset_id}", [a_finding("SSN")])])
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", result)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dict(due)


def live(catalog: Catalog, source: Source) -> set[str]:
    with catalog.reading() as connection:
        return {one.name for one in scans.datasets_of(connection, source.id) if one.retired_at is None}


@ON_SQLITE
def test_a_narrower_filter_removes_nothing_until_a_person_says_so(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, MANY)
    for _ in range(3):
        a_night(catalog, source, MANY[1:], view="narrow")
    assert live(catalog, source) == set(MANY)
    (waiting,) = vanished.waiting(OPERATOR, catalog)
    assert [one.name for one in waiting.vanished.other_view] == ["t0"]
    assert vanished.confirm_gone(OPERATOR, catalog, source.id, "Taken out of the filter") == 1
    assert live(catalog, source) == set(MANY[1:])
    assert not vanished.waiting(OPERATOR, catalog)


@ON_SQLITE
def test_the_night_the_view_changes_says_nothing(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, MANY)
    a_night(catalog, source, MANY[1:])
    a_night(catalog, source, MANY[1:], view="narrow")
    assert live(catalog, source) == set(MANY)
    assert not vanished.waiting(OPERATOR, catalog)


def test_so_many_at_once_wait_for_a_person(catalog: Catalog, source: Source) -> None:
    ids = a_night(catalog, source, MANY)
    column = holdings.dataset(CPO, catalog, ids["t0"]).columns[0].column
    review.decide(CPO, catalog, column.id, "SSN", Verdict.CONFIRMED)
    for _ in range(2):
        a_night(catalog, source, MANY[5:])
    (waiting,) = vanished.waiting(OPERATOR, catalog)
    assert (waiting.source.id, waiting.agency.id, len(waiting.vanished.too_many)) == (source.id, "dso", 5)
    with pytest.raises(Conflict):
        vanished.confirm_gone(OPERATOR, catalog, source.id, "", seen=4)
    assert live(catalog, source) == set(MANY)
    assert vanished.confirm_gone(OPERATOR, catalog, source.id, "Moved to the archive", seen=5) == 5
    with catalog.reading() as connection:
        *_, last = audit.events(connection)
    assert (last.action, last.detail) == ("confirm_gone", "datasets=5 Moved to the archive")
    a_night(catalog, source, MANY)
    assert live(catalog, source) == set(MANY)
    tags = holdings.dataset(CPO, catalog, ids["t0"]).columns[0].tags
    assert [tag.standing for tag in tags] == [Standing.CONFIRMED], "what returns brings its decisions"


def test_what_was_behind_a_closed_door_the_night_before_is_not_gone(catalog: Catalog, source: Source) -> None:
    everything = [*MANY, "book.xlsx#May"]
    a_night(catalog, source, everything)
    a_night(catalog, source, MANY, unlisted=((_file("book.xlsx"), SkipReason.UNREADABLE),))
    a_night(catalog, source, MANY)
    assert "book.xlsx#May" in live(catalog, source)
    a_night(catalog, source, MANY)
    assert "book.xlsx#May" not in live(catalog, source)


@ON_SQLITE
def test_who_may_say_so(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, MANY)
    for _ in range(2):
        a_night(catalog, source, MANY[5:])
    for actor in (CPO, officer("dso"), RESEARCHER):
        with pytest.raises(NotAllowed):
            vanished.confirm_gone(actor, catalog, source.id, "")
    assert len(vanished.waiting(officer("dso"), catalog)) == 1
    assert len(vanished.waiting(officer("dch"), catalog)) == 0
    with pytest.raises(NotAllowed):
        vanished.waiting(RESEARCHER, catalog)


@ON_SQLITE
def test_where_nothing_waits_there_is_nothing_to_say(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, MANY)
    with pytest.raises(Conflict):
        vanished.confirm_gone(OPERATOR, catalog, source.id, "")
    with pytest.raises(NotFound):
        vanished.confirm_gone(OPERATOR, catalog, 99, "")


def _file(name: str) -> ListedDataset:
    return replace(listed(name), kind=DatasetKind.FILE)


@ON_SQLITE
@pytest.mark.parametrize("is_killed", [False, True])
def test_a_run_taken_up_nights_later_lists_when_it_lists(catalog: Catalog, source: Source, is_killed: bool) -> None:
    """A run that was killed or paused before it listed is old; what it then lists is seen at that moment alone."""
    assert isinstance(catalog.clock, FixedClock)
    a_night(catalog, source, MANY)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    if not is_killed:
        recording.pause(OPERATOR, catalog, run, PauseReason.BUSY)
    a_night(catalog, source, MANY[1:])
    a_night(catalog, source, MANY[1:], later=timedelta(minutes=1))
    assert live(catalog, source) == set(MANY), "two listings a minute apart"
    assert not vanished.waiting(OPERATOR, catalog)
    a_night(catalog, source, MANY[1:])
    assert live(catalog, source) == set(MANY[1:])


@ON_SQLITE
def test_a_run_that_waited_a_night_before_it_listed_counts_for_that_night(catalog: Catalog, source: Source) -> None:
    assert isinstance(catalog.clock, FixedClock)
    a_night(catalog, source, MANY)
    a_night(catalog, source, MANY[1:])
    recording.begin(OPERATOR, catalog, source.id, seed=1)
    a_night(catalog, source, MANY[1:])
    assert live(catalog, source) == set(MANY[1:])
