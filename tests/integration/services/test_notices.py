"""What is noticed, and that it is noticed once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from catalog.errors import SKIP_TEXT, SkipReason
from catalog.model.actors import Role
from catalog.model.coverage import Look
from catalog.model.holdings import Source
from catalog.model.notice_words import sentence
from catalog.model.notices import Channel, DeliveryState, NoticeKind
from catalog.model.runs import DatasetResult, PauseReason, Run, RunState
from catalog.services import notice_pages, notices, people, recording, schedules, sources
from catalog.services.catalog import Catalog
from catalog.services.schedules import Terms
from catalog.store import notices as store
from catalog.store import scans as stored_scans
from tests.integration.services.conftest import add_source
from tests.support.builders import (
    CPO,
    OPERATOR,
    FixedClock,
    a_catalog,
    a_column,
    a_finding,
    a_result,
    an_agency,
    listed,
    officer,
)

MAIL = {"smtp_host": "127.0.0.1", "mail_from": "catalog@city.example", "webhook_url": "http://127.0.0.1:9/hook"}
CRASHED = DatasetResult(Look.COULD_NOT_LOOK, SkipReason.CRASHED, 0, None, None, 1, "test-1", ())


def with_ways_out(made: Catalog) -> Catalog:
    """A catalog whose people have addresses, and that has ways out."""
    people.add_person(OPERATOR, made, "apo-dso", "Officer", Role.OFFICER, "dso", "apo-dso@city.example")
    for account, role in (("cpo", Role.CPO), ("ops", Role.OPERATOR)):
        people.add_person(OPERATOR, made, account, account, role, None, f"{account}@city.example")
    return replace(made, settings=made.settings.model_copy(update=MAIL))


@pytest.fixture
def single(tmp_path: Path) -> Iterator[Catalog]:
    """Two agencies on SQLite, with no way out."""
    made = a_catalog(tmp_path)
    for agency_id in ("dso", "dch"):
        sources.add_agency(OPERATOR, made, an_agency(agency_id))
    yield made
    made.close()


@pytest.fixture
def told(single: Catalog) -> Catalog:
    return with_ways_out(single)


@pytest.fixture
def either(catalog: Catalog) -> Catalog:
    """On SQLite and on PostgreSQL: for what is mostly queries."""
    return with_ways_out(catalog)


@pytest.fixture
def source(told: Catalog) -> Source:
    return add_source(told, "dso", "shelter-db")


def clock(catalog: Catalog) -> FixedClock:
    assert isinstance(catalog.clock, FixedClock)
    return catalog.clock


def later(catalog: Catalog, **length: float) -> None:
    clock(catalog).time += timedelta(**length)


def ended(catalog: Catalog, run: Run, state: RunState, reason: SkipReason | None = None) -> Run:
    """End a run, as whoever ends one has to."""
    run = recording.finish(OPERATOR, catalog, run, state, reason)
    with catalog.changing(OPERATOR, "test", "test") as change:
        notices.after_run(change, catalog, run)
    return run


def fail(catalog: Catalog, source: Source) -> Run:
    run = recording.begin(OPERATOR, catalog, source.id, 1)
    return ended(catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)


def scan(catalog: Catalog, source: Source, results: dict[str, DatasetResult]) -> Run:
    """A run that lists these datasets and looks at them."""
    run = recording.begin(OPERATOR, catalog, source.id, 1, full=True)
    due = recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in results], [])
    for name, result in results.items():
        recording.record_result(OPERATOR, catalog, run, due[name], "v1", result)
    return ended(catalog, run, RunState.DONE)


def holding(*codes: str) -> DatasetResult:
    return a_result([a_column("c", [a_finding(code) for code in codes])])


def kinds(catalog: Catalog) -> list[tuple[NoticeKind, str | None]]:
    """What was told, oldest first: the kind and the dataset."""
    page = notice_pages.page(OPERATOR, catalog)
    return [(one.notice.kind, one.dataset.name if one.dataset else None) for one in reversed(page.notices)]


def on_the_way(catalog: Catalog) -> set[tuple[Channel, str | None]]:
    with catalog.reading() as connection:
        found = store.in_state(connection, DeliveryState.WAITING, 100)
    return {(one.channel, one.person_id) for one in found}


def test_a_source_that_fails_is_told_once_until_it_recovered(either: Catalog) -> None:
    told, source = either, add_source(either, "dso", "shelter-db")
    for _ in range(3):
        fail(told, source)
        later(told, days=1)
    assert kinds(told) == [(NoticeKind.SOURCE_FAILED, None)]
    assert on_the_way(told) == {(Channel.WEBHOOK, None), (Channel.EMAIL, "ops")}
    scan(told, source, {"a": holding()})
    fail(told, source)
    assert len(kinds(told)) == 2


def test_a_source_that_goes_on_failing_is_told_again_after_a_week(told: Catalog, source: Source) -> None:
    fail(told, source)
    later(told, days=6, hours=23)
    fail(told, source)
    assert len(kinds(told)) == 1
    later(told, hours=2)
    fail(told, source)
    fail(told, source)
    assert len(kinds(told)) == 2


def try_at(catalog: Catalog, source: Source, hour: datetime, state: RunState = RunState.FAILED) -> Run:
    """One try of the night of 2 November."""
    clock(catalog).time = hour
    run = recording.begin(OPERATOR, catalog, source.id, 1, night=date(2026, 11, 2))
    return ended(catalog, run, state, SkipReason.UNREACHABLE if state is RunState.FAILED else None)


#: When the window of that night opens and closes in New York.
TEN, SIX = datetime(2026, 11, 3, 3, 0, tzinfo=UTC), datetime(2026, 11, 3, 11, 0, tzinfo=UTC)


def test_a_night_that_recovers_by_itself_tells_nobody(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    try_at(told, source, TEN)
    assert look(told) == 0
    try_at(told, source, TEN + timedelta(minutes=30), RunState.DONE)
    clock(told).time = SIX
    assert look(told) == 0
    assert kinds(told) == []


def test_a_night_that_fails_twice_is_told_then_and_once(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    for half_hour in range(3):
        assert len(kinds(told)) == max(half_hour - 1, 0)
        try_at(told, source, TEN + half_hour * timedelta(minutes=30))
    assert kinds(told) == [(NoticeKind.SOURCE_FAILED, None)]
    clock(told).time = SIX
    assert look(told) == 0


def test_a_night_that_failed_once_and_was_not_tried_again_is_told_when_its_window_closes(
    told: Catalog, source: Source
) -> None:
    scheduled(told, source)
    run = try_at(told, source, TEN)
    clock(told).time = SIX - timedelta(minutes=1)
    assert look(told) == 0
    clock(told).time = SIX
    assert look(told) == 1
    assert look(told) == 0
    (line,) = notice_pages.page(OPERATOR, told).notices
    assert (line.notice.run_id, line.notice.reason) == (run.id, SkipReason.UNREACHABLE)
    later(told, days=30)
    assert not [one for one in kinds(told)[1:] if one[0] is NoticeKind.SOURCE_FAILED]


def test_a_night_with_no_time_for_another_try_is_told_at_once(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    try_at(told, source, SIX - timedelta(minutes=30))
    assert len(kinds(told)) == 1


def test_a_failure_of_our_own_is_told_like_any_other(told: Catalog, source: Source) -> None:
    run = recording.begin(OPERATOR, told, source.id, 1)
    ended(told, run, RunState.FAILED, SkipReason.CRASHED)
    (line,) = notice_pages.page(OPERATOR, told).notices
    assert (line.notice.kind, line.notice.reason) == (NoticeKind.SOURCE_FAILED, SkipReason.CRASHED)
    assert "could not be read: the reader died" in sentence(line)
    assert on_the_way(told) == {(Channel.WEBHOOK, None), (Channel.EMAIL, "ops")}


def test_another_source_has_its_own_streak(told: Catalog, source: Source) -> None:
    fail(told, source)
    fail(told, add_source(told, "dch", "clinics"))
    assert len(kinds(told)) == 2


def test_a_canceled_run_neither_ends_nor_begins_a_streak(told: Catalog, source: Source) -> None:
    fail(told, source)
    ended(told, recording.begin(OPERATOR, told, source.id, 1), RunState.CANCELLED)
    fail(told, source)
    assert len(kinds(told)) == 1


def test_what_the_first_complete_run_finds_is_no_news(told: Catalog, source: Source) -> None:
    scan(told, source, {"guests": holding("SSN")})
    assert kinds(told) == []


def test_a_sensitive_type_that_appears_is_told_to_its_officer_and_the_cpo(either: Catalog) -> None:
    told, source = either, add_source(either, "dso", "shelter-db")
    scan(told, source, {"guests": holding("NAME"), "beds": holding()})
    later(told, days=1)
    scan(told, source, {"guests": holding("NAME", "SSN"), "beds": holding()})
    assert kinds(told) == [(NoticeKind.SENSITIVE_TYPE, "guests")]
    (line,) = notice_pages.page(officer("dso"), told).notices
    assert [kind.code for kind in line.types] == ["SSN"]
    assert on_the_way(told) == {(Channel.WEBHOOK, None), (Channel.EMAIL, "apo-dso"), (Channel.EMAIL, "cpo")}
    later(told, days=1)
    scan(told, source, {"guests": holding("NAME", "SSN"), "beds": holding()})
    assert len(kinds(told)) == 1


def test_a_type_that_is_not_sensitive_is_no_news(told: Catalog, source: Source) -> None:
    scan(told, source, {"guests": holding()})
    scan(told, source, {"guests": holding("EMAIL", "NAME")})
    assert [kind for kind, _ in kinds(told)] == []


def test_a_first_look_at_what_could_not_be_read_before_is_no_news_but_a_new_dataset_is(
    told: Catalog, source: Source
) -> None:
    scan(told, source, {"sealed": replace(CRASHED, reason=SkipReason.NO_PERMISSION)})
    later(told, days=1)
    scan(told, source, {"sealed": holding("SSN"), "new": holding("SSN")})
    assert kinds(told) == [(NoticeKind.SENSITIVE_TYPE, "new")]


def test_a_flood_of_sensitive_types_is_told_as_one(single: Catalog) -> None:
    source = add_source(single, "dso", "flooded")
    names = [f"d{number}" for number in range(30)]
    scan(single, source, {name: holding() for name in names})
    scan(single, source, {name: holding("SSN") for name in names})
    assert kinds(single) == [(NoticeKind.SENSITIVE_TYPE, None)]


def test_what_kills_its_reader_is_told_until_it_was_read_again(either: Catalog) -> None:
    told, source = either, add_source(either, "dso", "shelter-db")
    scan(told, source, {"poison": CRASHED, "sealed": replace(CRASHED, reason=SkipReason.NO_PERMISSION)})
    scan(told, source, {"poison": CRASHED})
    assert kinds(told) == [(NoticeKind.SET_ASIDE, "poison")]
    scan(told, source, {"poison": holding()})
    scan(told, source, {"poison": CRASHED})
    assert kinds(told) == [(NoticeKind.SET_ASIDE, "poison")] * 2


@pytest.mark.parametrize("reason", [SkipReason.TIMED_OUT, SkipReason.OUT_OF_MEMORY])
def test_what_takes_too_much_is_told_when_it_is_set_aside(reason: SkipReason, told: Catalog, source: Source) -> None:
    for night in range(4):
        assert len(kinds(told)) == night // 3
        scan(told, source, {"huge": replace(CRASHED, reason=reason)})
    assert kinds(told) == [(NoticeKind.SET_ASIDE, "huge")]
    (line,) = notice_pages.page(OPERATOR, told).notices
    assert line.notice.reason is reason
    assert f"set aside after three tries: {SKIP_TEXT[reason]}." in sentence(line)


def scheduled(catalog: Catalog, source: Source) -> None:
    """Every night from 22 to 6, set on a day at noon."""
    clock(catalog).time = datetime(2026, 11, 2, 17, 0, tzinfo=UTC)
    schedules.put(OPERATOR, catalog, source.id, Terms(opens=time(22), closes=time(6)))


def in_zone(catalog: Catalog) -> Catalog:
    return replace(catalog, settings=catalog.settings.model_copy(update={"timezone": "America/New_York"}))


def look(catalog: Catalog) -> int:
    return notices.look_around(OPERATOR, catalog)


def test_a_night_that_says_nothing_is_noticed_when_its_window_has_closed(told: Catalog, source: Source) -> None:
    told = in_zone(told)
    scheduled(told, source)
    clock(told).time = datetime(2026, 11, 3, 10, 59, tzinfo=UTC)  # one minute to six in New York
    assert look(told) == 0
    assert not notice_pages.alarm(OPERATOR, told).silent
    later(told, minutes=1)
    assert look(told) == 1
    assert look(told) == 0
    assert [kind for kind, _ in kinds(told)] == [NoticeKind.QUIET_NIGHT]
    assert [one.source.name for one in notice_pages.alarm(OPERATOR, told).silent] == [source.name]


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED])
def test_a_night_with_a_run_is_not_quiet_however_it_ended(state: RunState, told: Catalog, source: Source) -> None:
    scheduled(told, source)
    clock(told).time = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
    ended(told, recording.begin(OPERATOR, told, source.id, 1), state)
    clock(told).time = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
    assert look(told) == 0


def test_silence_is_told_on_the_first_night_on_the_second_and_then_once_a_week(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    nights = []
    for night in range(1, 20):
        clock(told).time = datetime(2026, 11, 2, 12, 0, tzinfo=UTC) + timedelta(days=night)
        nights += [night] * look(told)
    assert nights == [1, 2, 9, 16]


def night_of_pauses(catalog: Catalog, source: Source, night: int, why: PauseReason) -> Run:
    """Twice in a night a run is taken up, lists its source, and is paused before it looks at anything."""
    for hour in (28, 34):
        clock(catalog).time = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=night, hours=hour)
        run = recording.begin(OPERATOR, catalog, source.id, 1)
        recording.record_listing(OPERATOR, catalog, run, [listed("a"), listed("b")], [])
        recording.pause(OPERATOR, catalog, run, why)
    clock(catalog).time = datetime(2026, 11, 1, 12, 0, tzinfo=UTC) + timedelta(days=night + 1)
    return run


@pytest.mark.parametrize(
    ("why", "all_nights", "told_on"),
    [(PauseReason.BUSY, 9, [1, 2, 9]), (PauseReason.WINDOW, 1, [1]), (PauseReason.ALLOWANCE, 1, [1])],
)
def test_nights_of_nothing_but_pauses_say_nothing(
    why: PauseReason, all_nights: int, told_on: list[int], told: Catalog, source: Source
) -> None:
    scheduled(told, source)
    nights = []
    for night in range(1, all_nights + 1):
        run = night_of_pauses(told, source, night, why)
        nights += [night] * look(told)
    assert nights == told_on
    (silent,) = notice_pages.alarm(OPERATOR, told).silent
    assert (silent.heard_at, silent.paused) == (None, why)
    assert {line.notice.run_id for line in notice_pages.page(OPERATOR, told).notices} == {run.id}


def test_a_night_that_looked_at_something_is_not_quiet_though_its_run_waits(either: Catalog) -> None:
    told, source = either, add_source(either, "dso", "shelter-db")
    scheduled(told, source)
    clock(told).time = looked_at = TEN + timedelta(minutes=30)
    run = recording.begin(OPERATOR, told, source.id, 1)
    due = recording.record_listing(OPERATOR, told, run, [listed("a"), listed("b")], [])
    recording.record_result(OPERATOR, told, run, due["a"], "v1", holding())
    recording.pause(OPERATOR, told, run, PauseReason.ALLOWANCE)
    clock(told).time = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
    assert look(told) == 0
    night_of_pauses(told, source, 2, PauseReason.BUSY)
    assert look(told) == 1
    assert [one.heard_at for one in notice_pages.alarm(OPERATOR, told).silent] == [looked_at]


def test_a_night_in_which_a_run_ended_is_not_quiet_though_the_next_one_waits(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    clock(told).time = TEN
    scan(told, source, {"a": holding()})
    night_of_pauses(told, source, 1, PauseReason.BUSY)
    assert look(told) == 0


def test_a_run_that_goes_on_now_is_no_silence_but_one_that_was_killed_is(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    clock(told).time = SIX + timedelta(minutes=30)
    recording.begin(OPERATOR, told, source.id, 1)
    later(told, minutes=30)
    assert look(told) == 0
    later(told, minutes=31)
    assert look(told) == 1


def test_who_paused_a_run_is_not_told_of_a_quiet_night(told: Catalog, source: Source) -> None:
    scheduled(told, source)
    night_of_pauses(told, source, 1, PauseReason.PERSON)
    assert look(told) == 0
    assert not notice_pages.alarm(OPERATOR, told).silent


def test_silence_after_a_run_begins_anew(either: Catalog) -> None:
    told, source = either, add_source(either, "dso", "shelter-db")
    scheduled(told, source)
    clock(told).time = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
    assert look(told) == 1
    clock(told).time = datetime(2026, 11, 4, 4, 0, tzinfo=UTC)
    scan(told, source, {"a": holding()})
    clock(told).time = datetime(2026, 11, 4, 12, 0, tzinfo=UTC)
    assert look(told) == 0
    clock(told).time = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
    assert look(told) == 1


def test_what_is_on_hold_or_has_no_schedule_may_be_silent(told: Catalog, source: Source) -> None:
    add_source(told, "dch", "by-hand")
    scheduled(told, source)
    schedules.hold(OPERATOR, told, source.id, "the server is moved")
    later(told, days=3)
    assert look(told) == 0
    assert not notice_pages.alarm(OPERATOR, told).is_raised


def paused(catalog: Catalog, source: Source, why: PauseReason) -> Run:
    run = recording.begin(OPERATOR, catalog, source.id, 1)
    catalog.note(
        lambda connection: stored_scans.change_run(
            connection, run.id, state=RunState.PAUSED, paused=why, last_progress_at=catalog.clock.now()
        )
    )
    return run


def test_a_run_that_a_person_left_paused_needs_one_after_a_day(told: Catalog, source: Source) -> None:
    paused(told, source, PauseReason.PERSON)
    later(told, hours=23)
    assert look(told) == 0
    later(told, hours=1)
    assert look(told) == 1
    later(told, days=1)
    assert look(told) == 0
    assert [kind for kind, _ in kinds(told)] == [NoticeKind.NEEDS_A_PERSON]


def test_a_run_that_waits_by_itself_needs_nobody(told: Catalog, source: Source) -> None:
    paused(told, source, PauseReason.WINDOW)
    later(told, days=3)
    assert look(told) == 0


def test_many_datasets_no_longer_listed_need_a_person(told: Catalog, source: Source) -> None:
    scan(told, source, {f"d{number}": holding() for number in range(60)})
    for _ in range(3):
        later(told, days=1)
        scan(told, source, {"d0": holding()})
    assert look(told) == 1
    assert look(told) == 0
    (line,) = notice_pages.page(OPERATOR, told).notices
    assert line.notice.kind is NoticeKind.NEEDS_A_PERSON
    assert line.source == source


def test_officers_see_the_notices_of_their_agencies_only(told: Catalog, source: Source) -> None:
    fail(told, source)
    fail(told, add_source(told, "dch", "clinics"))
    assert [line.source.name for line in notice_pages.page(officer("dso"), told).notices if line.source] == [
        source.name
    ]
    assert len(notice_pages.page(CPO, told).notices) == 2
    assert notice_pages.page(officer("dso"), told).waiting == ()
    assert notice_pages.page(OPERATOR, told).waiting


def test_two_days_of_failure_raise_the_alarm_and_one_does_not(told: Catalog, source: Source) -> None:
    fail(told, source)
    later(told, hours=1)
    fail(told, source)
    assert not notice_pages.alarm(OPERATOR, told).failing
    later(told, days=1)
    fail(told, source)
    assert [one.source for one in notice_pages.alarm(officer("dso"), told).failing] == [source]
    assert not notice_pages.alarm(officer("dch"), told).failing
    scan(told, source, {"a": holding()})
    assert not notice_pages.alarm(OPERATOR, told).failing


def test_without_ways_out_a_notice_is_kept_and_nothing_waits(single: Catalog) -> None:
    fail(single, add_source(single, "dso", "plain"))
    assert len(kinds(single)) == 1
    assert on_the_way(single) == set()


def test_a_notice_is_lost_with_the_change_that_made_it(single: Catalog) -> None:
    source = add_source(single, "dso", "plain")
    run = recording.begin(OPERATOR, single, source.id, 1)

    def break_off() -> None:
        with single.changing(OPERATOR, "test", "test") as change:
            stored_scans.change_run(change.connection, run.id, state=RunState.FAILED)
            notices.after_run(change, single, replace(run, state=RunState.FAILED))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert kinds(single) == []
