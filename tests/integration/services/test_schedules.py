"""What is due when, what a night does once, and what is looked at again."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from catalog.errors import Conflict, NotFound, RequestError, SkipReason
from catalog.model.coverage import Coverage, Look, SampleMethod
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, IntentKind, PauseReason, Run, RunState
from catalog.model.schedules import TAKE_UP_AFTER
from catalog.services import audit, nights, recording, scans, schedules
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms
from catalog.store import holdings as stored
from catalog.store.audit import events
from tests.integration.services.conftest import add_source
from tests.support.builders import CPO, OPERATOR, FixedClock, a_result, listed, officer

NIGHT = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
"""An hour before midnight in the city, a Friday."""
SAMPLED = replace(a_result(), method=SampleMethod.RANDOM_ROWS, rows_looked_at=100, rows_total=5000, draws=100)


def at(catalog: Catalog, moment: datetime) -> None:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time = moment


def due(catalog: Catalog) -> list[str]:
    return [one.source.name for one in schedules.due(OPERATOR, catalog)]


def begin(catalog: Catalog, source: Source) -> Run:
    (one,) = [one for one in schedules.due(OPERATOR, catalog) if one.source.id == source.id]
    return recording.begin(OPERATOR, catalog, source.id, seed=1, night=one.window.night)


def a_night(catalog: Catalog, source: Source, result: DatasetResult, change_key: str = "v1") -> int:
    """A whole run; how many datasets were due."""
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    found = recording.record_listing(OPERATOR, catalog, run, [listed("clients", change_key=change_key)], ())
    for dataset_id in found.values():
        recording.record_result(OPERATOR, catalog, run, dataset_id, change_key, result)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return len(found)


def test_a_source_is_due_in_its_window_once_a_night(catalog: Catalog, source: Source) -> None:
    add_source(catalog, "dch", "only-when-asked")
    schedules.put(OPERATOR, catalog, source.id, Terms())
    at(catalog, NIGHT - timedelta(hours=2))
    assert due(catalog) == []
    at(catalog, NIGHT)
    assert due(catalog) == ["shelter-db"]
    run = begin(catalog, source)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    assert due(catalog) == []
    with pytest.raises(Conflict, match="scanned this night"):
        recording.begin(OPERATOR, catalog, source.id, seed=2, night=run.night)
    at(catalog, NIGHT + timedelta(days=1))
    assert due(catalog) == ["shelter-db"]


def test_what_waits_longest_comes_first(catalog: Catalog, source: Source) -> None:
    late = add_source(catalog, "dch", "never-scanned")
    for one in (source, late):
        schedules.put(OPERATOR, catalog, one.id, Terms())
    a_night(catalog, source, a_result())
    at(catalog, NIGHT)
    assert due(catalog) == ["never-scanned", "shelter-db"]


def test_a_hold_keeps_a_source_from_being_scanned_until_it_is_released(catalog: Catalog, source: Source) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())
    at(catalog, NIGHT)
    schedules.hold(OPERATOR, catalog, source.id, "They move house")
    schedules.put(OPERATOR, catalog, source.id, Terms(opens=time(20)))
    assert due(catalog) == [], "another window ends no hold"
    assert schedules.all_of(CPO, catalog)[source.id].hold_reason == "They move house"
    schedules.release(OPERATOR, catalog, source.id)
    assert due(catalog) == ["shelter-db"]
    schedules.remove(OPERATOR, catalog, source.id)
    assert due(catalog) == []
    with pytest.raises(NotFound):
        schedules.hold(OPERATOR, catalog, source.id, "again")


@pytest.mark.parametrize(
    "terms",
    [Terms(days=()), Terms(days=("someday",)), Terms(seconds_a_day=0), Terms(most_lag=-1), Terms(look_again_days=-1)],
)
def test_terms_that_make_no_sense_are_refused(catalog: Catalog, source: Source, terms: Terms) -> None:
    with pytest.raises(RequestError):
        schedules.put(OPERATOR, catalog, source.id, terms)
    assert schedules.all_of(OPERATOR, catalog) == {}


def test_a_run_that_failed_is_tried_again_the_same_night_and_keeps_what_it_did(
    catalog: Catalog, source: Source
) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())
    at(catalog, NIGHT)
    run = begin(catalog, source)
    found = recording.record_listing(OPERATOR, catalog, run, [listed("a"), listed("b")], ())
    recording.record_result(OPERATOR, catalog, run, found["a"], "v1", a_result())
    recording.finish(OPERATOR, catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)
    assert due(catalog) == []
    at(catalog, NIGHT + timedelta(hours=1))
    again = begin(catalog, source)
    assert (again.id, again.state) == (run.id, RunState.LISTING)
    assert set(recording.record_listing(OPERATOR, catalog, again, [listed("a"), listed("b")], ())) == {"b"}


def test_what_a_failed_run_could_not_reach_is_tried_again_with_it(catalog: Catalog, source: Source) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())
    at(catalog, NIGHT)
    run = begin(catalog, source)
    names = [listed("a"), listed("b"), listed("c")]
    found = recording.record_listing(OPERATOR, catalog, run, names, ())
    for name, reason in (("a", SkipReason.UNREACHABLE), ("b", SkipReason.UNREADABLE)):
        failed = DatasetResult(Look.COULD_NOT_LOOK, reason, 0, None, None, 1, "", ())
        recording.record_result(OPERATOR, catalog, run, found[name], "v1", failed)
    recording.finish(OPERATOR, catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)
    at(catalog, NIGHT + timedelta(hours=1))
    again = begin(catalog, source)
    assert set(recording.record_listing(OPERATOR, catalog, again, names, ())) == {"a", "c"}


def test_a_killed_run_is_due_again_when_it_has_stood_still_and_may_be_asked_to_be_full(
    catalog: Catalog, source: Source
) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms())
    at(catalog, NIGHT)
    run = begin(catalog, source)
    assert due(catalog) == []
    at(catalog, NIGHT + TAKE_UP_AFTER)
    assert due(catalog) == ["shelter-db"]
    taken = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    assert (taken.id, taken.full) == (run.id, True)


def test_a_paused_run_is_gone_on_with_and_repeats_nothing(catalog: Catalog, source: Source) -> None:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    found = recording.record_listing(OPERATOR, catalog, run, [listed("a"), listed("b")], ())
    recording.record_result(OPERATOR, catalog, run, found["a"], "v1", a_result())
    paused = recording.pause(OPERATOR, catalog, run, PauseReason.PERSON)
    assert (paused.state, paused.paused, paused.ended_at) == (RunState.PAUSED, PauseReason.PERSON, None)
    with pytest.raises(Conflict):
        recording.record_result(OPERATOR, catalog, run, found["b"], "v1", a_result())
    again = recording.begin(OPERATOR, catalog, source.id, seed=2)
    assert (again.id, again.paused) == (run.id, None)
    assert set(recording.record_listing(OPERATOR, catalog, again, [listed("a"), listed("b")], ())) == {"b"}


def test_what_looks_cost_is_summed_over_the_day_and_taken_from_its_allowance(catalog: Catalog, source: Source) -> None:
    schedule = schedules.put(OPERATOR, catalog, source.id, Terms(seconds_a_day=10, megabytes_a_day=1))
    at(catalog, NIGHT)
    assert not schedules.allowance(catalog, schedule).is_spent
    a_night(catalog, source, replace(a_result(), source_ms=9_000, source_bytes=1000))
    left = schedules.allowance(catalog, schedule)
    assert (left.ms, left.bytes, left.is_spent) == (1000, 999_000, False)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    recording.record_listing(OPERATOR, catalog, run, [listed("clients")], (), listing_ms=400)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    assert schedules.allowance(catalog, schedule).ms == 600, "listings count too"
    a_night(catalog, source, replace(a_result(), source_ms=1_000, source_bytes=0), "v2")
    assert schedules.allowance(catalog, schedule).is_spent
    page = nights.source(CPO, catalog, source.id)
    assert (page.ms_today, page.bytes_today) == (10_400, 1000)
    at(catalog, NIGHT + timedelta(hours=1, minutes=1))
    assert not schedules.allowance(catalog, schedule).is_spent, "in the city it is another day"


def test_a_source_whose_day_is_spent_is_due_when_it_is_given_more(catalog: Catalog, source: Source) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms(seconds_a_day=10))
    at(catalog, NIGHT)
    run = begin(catalog, source)
    found = recording.record_listing(OPERATOR, catalog, run, [listed("a"), listed("b")], ())
    recording.record_result(OPERATOR, catalog, run, found["a"], "v1", replace(a_result(), source_ms=10_000))
    recording.pause(OPERATOR, catalog, run, PauseReason.ALLOWANCE)
    assert due(catalog) == []
    schedules.put(OPERATOR, catalog, source.id, Terms(seconds_a_day=11))
    assert due(catalog) == ["shelter-db"]


def test_what_was_only_sampled_is_looked_at_again_after_a_while(catalog: Catalog, source: Source) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms(look_again_days=30))
    at(catalog, NIGHT)
    assert a_night(catalog, source, SAMPLED) == 1
    at(catalog, NIGHT + timedelta(days=29))
    assert a_night(catalog, source, SAMPLED) == 0
    at(catalog, NIGHT + timedelta(days=30))
    assert a_night(catalog, source, SAMPLED) == 1
    (look,) = _coverage(catalog)
    assert (look.looks, look.rows_in_all, look.since) == (2, 200, NIGHT)
    assert a_night(catalog, source, replace(a_result(), detector="test-1"), "v2") == 1
    at(catalog, NIGHT + timedelta(days=300))
    assert a_night(catalog, source, a_result(), "v2") == 0, "all of its rows were read"


def test_another_detector_begins_to_count_anew(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, SAMPLED)
    a_night(catalog, source, replace(SAMPLED, detector="test-2"), "v2")
    (look,) = _coverage(catalog)
    assert (look.looks, look.rows_in_all) == (1, 100)


@pytest.mark.parametrize(("reason", "nights_tried"), [(SkipReason.CRASHED, 1), (SkipReason.TIMED_OUT, 3)])
def test_what_fails_by_itself_is_set_aside_after_three_tries(
    catalog: Catalog, source: Source, reason: SkipReason, nights_tried: int
) -> None:
    failed = DatasetResult(Look.COULD_NOT_LOOK, reason, 0, None, None, 1, "", ())
    at(catalog, NIGHT)
    tried = [a_night(catalog, source, failed) for _ in range(5)]
    assert tried == [1] * nights_tried + [0] * (5 - nights_tried)
    again = [a_night(catalog, source, failed, "v2") for _ in range(5)]
    assert again == tried, "it has changed, and is tried as often as before"
    at(catalog, NIGHT + timedelta(days=14))
    assert a_night(catalog, source, a_result(), "v2") == 1, "a fortnight has passed"


def test_what_may_not_be_read_is_tried_every_night(catalog: Catalog, source: Source) -> None:
    failed = DatasetResult(Look.COULD_NOT_LOOK, SkipReason.NO_PERMISSION, 0, None, None, 1, "", ())
    assert [a_night(catalog, source, failed) for _ in range(5)] == [1] * 5


def test_a_source_without_a_signal_is_always_due_and_yet_set_aside(catalog: Catalog, source: Source) -> None:
    assert [a_night(catalog, source, a_result(), "") for _ in range(3)] == [1, 1, 1]
    failed = DatasetResult(Look.COULD_NOT_LOOK, SkipReason.CRASHED, 0, None, None, 1, "", ())
    assert [a_night(catalog, source, failed, "") for _ in range(2)] == [1, 0]


def test_officers_see_the_nights_of_their_own_sources(catalog: Catalog, source: Source) -> None:
    other = add_source(catalog, "dch", "health-db")
    assert set(nights.of_sources(officer("dso"), catalog)) == {source.id}
    assert nights.source(officer("dso"), catalog, source.id).line.source == source
    with pytest.raises(NotFound):
        nights.source(officer("dso"), catalog, other.id)


def test_what_people_ask_and_set_is_on_record(catalog: Catalog, source: Source) -> None:
    schedules.put(OPERATOR, catalog, source.id, Terms(days=("fri",), seconds_a_day=900, most_lag=None))
    schedules.hold(OPERATOR, catalog, source.id, "They move house")
    scans.ask(OPERATOR, catalog, IntentKind.PAUSE, source.id)
    assert audit.verify(CPO, catalog).broken_at is None
    with catalog.reading() as connection:
        told = [(one.action, one.detail) for one in events(connection)][-3:]
    terms = "fri 22:00-06:00 seconds=900 megabytes=none active=16 lag=none again=30"
    assert told == [("set_schedule", terms), ("hold_source", "They move house"), ("ask", "pause")]


def _coverage(catalog: Catalog) -> list[Coverage]:
    with catalog.reading() as connection:
        return list(stored.coverage_by_id(connection, [1]).values())
