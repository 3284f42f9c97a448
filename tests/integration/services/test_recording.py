"""What a run may and may not do to the catalog."""

from datetime import timedelta

import pytest

from catalog.errors import Conflict, SkipReason
from catalog.model.actors import Scope
from catalog.model.coverage import Look
from catalog.model.decisions import Standing, Verdict
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, ListedDataset, PauseReason, RunState
from catalog.services import audit, holdings, indexing, recording, review, scans
from catalog.services.catalog import Catalog
from catalog.store import holdings as stored
from tests.support.builders import CPO, OPERATOR, FixedClock, a_column, a_finding, a_result, listed


def a_run(
    catalog: Catalog,
    source: Source,
    results: dict[str, DatasetResult],
    *,
    unlisted: tuple[tuple[ListedDataset, SkipReason], ...] = (),
    change_key: str = "v1",
    full: bool = False,
) -> dict[str, int]:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=full)
    names = [listed(name, change_key=change_key) for name in results]
    due = recording.record_listing(OPERATOR, catalog, run, names, unlisted)
    for name, dataset_id in due.items():
        recording.record_result(OPERATOR, catalog, run, dataset_id, change_key, results[name])
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dict(due)


SSN = a_column("ssn", [a_finding("SSN")])


def test_a_result_is_on_the_dataset_page_with_its_evidence(catalog: Catalog, source: Source) -> None:
    due = a_run(catalog, source, {"clients": a_result([SSN, a_column("note", position=1)])})
    page = holdings.dataset(CPO, catalog, due["clients"])
    assert [column.column.name for column in page.columns] == ["ssn", "note"]
    tag = page.columns[0].tags[0]
    assert (tag.type.code, tag.standing, tag.strength) == ("SSN", Standing.SUGGESTED, 0.9)
    assert tag.reasons == ("the column name says “social security number”",)
    assert page.line.look is Look.SCANNED
    assert page.coverage is not None
    assert page.coverage.rows_looked_at == 10


def test_an_unchanged_dataset_is_left_alone_and_a_changed_or_full_one_is_not(catalog: Catalog, source: Source) -> None:
    results = {"clients": a_result([SSN])}
    assert a_run(catalog, source, results)
    assert not a_run(catalog, source, results)
    assert a_run(catalog, source, results, change_key="v2")
    assert a_run(catalog, source, results, change_key="v2", full=True)


def test_a_failed_look_is_not_a_finding_of_absence(catalog: Catalog, source: Source) -> None:
    due = a_run(catalog, source, {"clients": a_result([SSN])})
    failed = DatasetResult(Look.COULD_NOT_LOOK, SkipReason.TIMED_OUT, 0, None, None, 1, "", ())
    a_run(catalog, source, {"clients": failed}, full=True)
    page = holdings.dataset(CPO, catalog, due["clients"])
    assert page.coverage is not None
    assert (page.coverage.look, page.coverage.reason) == (Look.COULD_NOT_LOOK, SkipReason.TIMED_OUT)
    assert page.coverage.rows_looked_at == 10, "the last good look stays on record"
    assert [tag.type.code for tag in page.columns[0].tags] == ["SSN"]
    assert a_run(catalog, source, {"clients": a_result([SSN])}), "a failed one is due again though nothing changed"


def test_what_cannot_be_looked_at_is_in_the_catalog_with_its_reason(catalog: Catalog, source: Source) -> None:
    a_run(catalog, source, {}, unlisted=((listed("broken.xlsx"), SkipReason.UNREADABLE),))
    line = holdings.agency(CPO, catalog, "dso").datasets[0]
    assert (line.dataset.name, line.look) == ("broken.xlsx", Look.COULD_NOT_LOOK)
    page = scans.run(OPERATOR, catalog, scans.runs(OPERATOR, catalog)[0].run.id)
    assert [view.outcome.reason for view in page.outcomes] == [SkipReason.UNREADABLE]
    assert page.line.looks.could_not_look == 1


def test_two_things_of_one_name_are_one_that_can_be_looked_at(catalog: Catalog, source: Source) -> None:
    twice = (listed("book.xlsx#a"), SkipReason.UNKNOWN_FORMAT)
    due = a_run(catalog, source, {"book.xlsx#a": a_result([SSN])}, unlisted=(twice, twice))
    assert holdings.dataset(CPO, catalog, due["book.xlsx#a"]).line.look is Look.SCANNED
    a_run(catalog, source, {}, unlisted=((listed("gone"), SkipReason.EMPTY), (listed("gone"), SkipReason.EMPTY)))


def test_a_killed_run_is_taken_up_and_repeats_nothing(catalog: Catalog, source: Source) -> None:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    names = [listed("a"), listed("b")]
    due = recording.record_listing(OPERATOR, catalog, run, names, ())
    recording.record_result(OPERATOR, catalog, run, due["a"], "v1", a_result([SSN]))
    again = recording.begin(OPERATOR, catalog, source.id, seed=2)
    assert (again.id, again.seed) == (run.id, 1)
    rest = recording.record_listing(OPERATOR, catalog, again, names, ())
    assert set(rest) == {"b"}
    recording.record_result(OPERATOR, catalog, again, rest["b"], "v1", a_result([SSN]))
    ended = recording.finish(OPERATOR, catalog, again, RunState.DONE)
    assert (ended.datasets_due, ended.datasets_done) == (2, 2)


def test_who_comes_back_after_their_run_was_taken_up_can_do_no_harm(catalog: Catalog, source: Source) -> None:
    undead = recording.begin(OPERATOR, catalog, source.id, seed=1)
    due = recording.record_listing(OPERATOR, catalog, undead, [listed("a")], ())
    again = recording.begin(OPERATOR, catalog, source.id, seed=1)
    for write in (
        lambda run: recording.record_listing(OPERATOR, catalog, run, [], ()),
        lambda run: recording.record_result(OPERATOR, catalog, run, due["a"], "v1", a_result()),
        lambda run: recording.pause(OPERATOR, catalog, run, PauseReason.PERSON),
        lambda run: recording.finish(OPERATOR, catalog, run, RunState.CANCELLED),
    ):
        with pytest.raises(Conflict, match="taken up by another"):
            write(undead)
    recording.record_listing(OPERATOR, catalog, again, [listed("a")], ())
    recording.record_result(OPERATOR, catalog, again, due["a"], "v1", a_result([SSN]))
    recording.finish(OPERATOR, catalog, again, RunState.DONE)
    with pytest.raises(Conflict, match="it has ended"):
        recording.finish(OPERATOR, catalog, again, RunState.DONE)


def test_a_result_counts_once(catalog: Catalog, source: Source) -> None:
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    due = recording.record_listing(OPERATOR, catalog, run, [listed("a")], ())
    recording.record_result(OPERATOR, catalog, run, due["a"], "v1", a_result([SSN]))
    entries = audit.verify(CPO, catalog).entries
    with pytest.raises(Conflict):
        recording.record_result(OPERATOR, catalog, run, due["a"], "v1", a_result())
    assert audit.verify(CPO, catalog).entries == entries, "what is refused leaves no trace of a change"
    assert holdings.dataset(CPO, catalog, due["a"]).columns[0].tags


def test_one_vanished_dataset_is_retired_only_after_two_complete_listings_on_two_days(
    catalog: Catalog, source: Source
) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    many = {f"t{i}": a_result() for i in range(10)}
    gone = a_run(catalog, source, many)["t0"]
    rest = {name: result for name, result in many.items() if name != "t0"}
    a_run(catalog, source, rest)
    assert _is_live(catalog, gone), "the same day proves nothing"
    clock.time += timedelta(days=1)
    a_run(catalog, source, rest)
    clock.time += timedelta(days=1)
    a_run(catalog, source, rest)
    assert not _is_live(catalog, gone)
    a_run(catalog, source, many)
    assert _is_live(catalog, gone), "what returns is recognised"


def test_an_empty_listing_retires_nothing(catalog: Catalog, source: Source) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    ids = a_run(catalog, source, {f"t{i}": a_result() for i in range(10)})
    for _ in range(3):
        clock.time += timedelta(days=1)
        a_run(catalog, source, {})
    assert all(_is_live(catalog, dataset_id) for dataset_id in ids.values())


def test_a_decision_survives_rescans_and_reopens_only_on_a_material_change(catalog: Catalog, source: Source) -> None:
    due = a_run(catalog, source, {"clients": a_result([SSN])})
    column_id = holdings.dataset(CPO, catalog, due["clients"]).columns[0].column.id
    review.decide(CPO, catalog, column_id, "SSN", Verdict.CONFIRMED, "asked the steward")

    def standing(strength: float | None) -> Standing:
        findings = [a_finding("SSN", strength)] if strength else []
        a_run(catalog, source, {"clients": a_result([a_column("ssn", findings)])}, full=True)
        tag = holdings.dataset(CPO, catalog, due["clients"]).columns[0].tags[0]
        assert tag.decision is not None
        assert tag.decision.reason == "asked the steward"
        return tag.standing

    assert standing(0.85) is Standing.CONFIRMED
    assert standing(0.3) is Standing.REOPENED
    assert standing(None) is Standing.REOPENED
    assert standing(0.9) is Standing.CONFIRMED


def test_a_column_that_is_gone_keeps_its_decision_and_gets_it_back(catalog: Catalog, source: Source) -> None:
    due = a_run(catalog, source, {"clients": a_result([SSN])})
    column_id = holdings.dataset(CPO, catalog, due["clients"]).columns[0].column.id
    review.decide(CPO, catalog, column_id, "SSN", Verdict.CONFIRMED)
    a_run(catalog, source, {"clients": a_result([a_column("other")])}, full=True)
    assert holdings.dataset(CPO, catalog, due["clients"]).line.types == ()
    a_run(catalog, source, {"clients": a_result([SSN])}, full=True)
    assert holdings.dataset(CPO, catalog, due["clients"]).columns[0].tags[0].standing is Standing.CONFIRMED


def test_search_may_wait_for_more_changes(catalog: Catalog, source: Source) -> None:
    a_run(catalog, source, {"clients": a_result([SSN])})
    assert indexing.refresh(catalog, least=1000) == 0
    assert indexing.refresh(catalog, least=1) > 0
    assert indexing.refresh(catalog) == 0


def test_only_one_run_of_a_source_goes_on(catalog: Catalog, source: Source) -> None:
    with scans.locked(OPERATOR, catalog, source.id) as first:
        assert first
        with scans.locked(OPERATOR, catalog, source.id) as second:
            assert not second
    with scans.locked(OPERATOR, catalog, source.id) as third:
        assert third


def _is_live(catalog: Catalog, dataset_id: int) -> bool:
    with catalog.reading() as connection:
        return stored.sees(connection, Scope(None), dataset_id)
