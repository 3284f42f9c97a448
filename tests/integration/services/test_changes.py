"""What changed is what moved against what was known: a first look is none, a failed look is no absence."""

from datetime import timedelta

import pytest

from catalog.errors import NotAllowed, NotFound, SkipReason
from catalog.model.changes import ColumnsMoved
from catalog.model.coverage import Look
from catalog.model.decisions import Verdict
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, PauseReason, RunState
from catalog.services import changes, holdings, recording, review, scans
from catalog.services.catalog import Catalog
from tests.support.builders import CPO, OPERATOR, RESEARCHER, FixedClock, a_column, a_finding, a_result, listed, officer

SSN = a_column("ssn", [a_finding("SSN")])
NAME = a_column("last", [a_finding("NAME")], position=1)
CODE = a_column("code", position=2)
FAILED = DatasetResult(Look.COULD_NOT_LOOK, SkipReason.TIMED_OUT, 0, None, None, 1, "", ())


def a_night(catalog: Catalog, source: Source, results: dict[str, DatasetResult]) -> None:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    due = recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in results], [])
    for name, dataset_id in due.items():
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", results[name])
    recording.finish(OPERATOR, catalog, run, RunState.DONE)


def test_a_first_look_is_no_change(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([SSN, NAME])})
    page = changes.since(CPO, catalog, 7)
    assert (page.is_quiet, page.first_looks, page.compared, page.sources) == (True, 1, 0, 1)


def test_a_new_column_with_a_type_is_told_with_its_name(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([NAME, CODE])})
    a_night(catalog, source, {"clients": a_result([SSN, NAME, CODE])})
    page = changes.since(CPO, catalog, 1)
    (moved,) = page.moved
    assert ([kind.code for kind in moved.new], moved.gone, moved.columns) == (["SSN"], (), ColumnsMoved(("ssn",)))
    assert page.compared == 1
    assert not page.appeared


def test_the_first_look_at_a_dataset_is_no_change_whatever_run_it_happens_in(catalog: Catalog, source: Source) -> None:
    names = [listed("clients"), listed("visits")]
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    due = recording.record_listing(OPERATOR, catalog, run, names, [])
    recording.record_result(OPERATOR, catalog, run, due["clients"], "v1", a_result([NAME, CODE]))
    recording.finish(OPERATOR, catalog, run, RunState.CANCELLED)
    a_night(catalog, source, {"clients": a_result([SSN, NAME, CODE]), "visits": a_result([SSN, NAME])})
    page = changes.since(CPO, catalog, 7)
    assert [one.line.dataset.name for one in page.moved] == ["clients"]
    assert not any((page.appeared, page.reshaped))


def test_a_failed_look_is_no_first_one(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": FAILED, "visits": a_result([NAME])})
    a_night(catalog, source, {"clients": a_result([SSN]), "visits": a_result([NAME])})
    assert not changes.since(CPO, catalog, 7).moved


def test_columns_that_come_and_go_are_told_where_the_types_stay(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([NAME, CODE]), "visits": a_result([NAME])})
    other = a_column("mobile", [a_finding("NAME")], position=7)
    a_night(catalog, source, {"clients": a_result([NAME, other]), "visits": a_result([NAME])})
    page = changes.since(CPO, catalog, 1)
    (one,) = page.reshaped
    assert (one.line.dataset.name, one.columns) == ("clients", ColumnsMoved(("mobile",), ("code",)))
    assert not page.moved
    assert not page.is_quiet
    a_night(catalog, source, {"clients": a_result([NAME, other]), "visits": a_result([NAME])})
    (still,) = changes.since(CPO, catalog, 7).reshaped
    assert still.run_id == one.run_id, "the third night moved nothing"


def test_a_run_tells_the_columns_of_its_own_looks(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([NAME, CODE])})
    a_night(catalog, source, {"clients": a_result([NAME, a_column("mobile", position=7)])})
    last, first = (line.run for line in scans.runs(CPO, catalog))
    (moved,) = changes.columns_of_run(CPO, catalog, last, "dso").values()
    assert moved == ColumnsMoved(("mobile",), ("code",))
    assert changes.columns_of_run(CPO, catalog, first, "dso") == {}, "what it found was there"
    with pytest.raises(NotFound):
        changes.columns_of_run(officer("dch"), catalog, last, "dso")
    with pytest.raises(NotAllowed):
        changes.columns_of_run(OPERATOR, catalog, last, "dso")


def test_decisions_whose_column_is_gone_are_counted_for_whoever_may_say_where_they_belong(
    catalog: Catalog, source: Source
) -> None:
    a_night(catalog, source, {"clients": a_result([SSN, NAME])})
    (dataset_id,) = scans.dataset_ids(OPERATOR, catalog, source.id).values()
    ssn = next(one.column for one in holdings.dataset(CPO, catalog, dataset_id).columns if one.column.name == "ssn")
    review.decide(CPO, catalog, ssn.id, "SSN", Verdict.CONFIRMED, "")
    assert changes.since(CPO, catalog, 7).columns_gone == 0
    a_night(catalog, source, {"clients": a_result([NAME])})
    assert changes.since(CPO, catalog, 7).columns_gone == 1
    assert changes.since(officer("dch"), catalog, 7).columns_gone == 0


def test_what_a_resumed_run_no_longer_listed_is_missing(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([SSN])})
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    recording.record_listing(OPERATOR, catalog, run, [listed("clients"), listed("visits")], [])
    recording.pause(OPERATOR, catalog, run, PauseReason.WINDOW)
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    recording.record_listing(OPERATOR, catalog, run, [listed("visits")], [])
    assert [one.dataset.name for one in changes.since(CPO, catalog, 7).missing] == ["clients"]


def test_a_type_no_longer_found_is_told(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([SSN, NAME])})
    a_night(catalog, source, {"clients": a_result([a_column("ssn"), NAME])})
    (moved,) = changes.since(CPO, catalog, 1).moved
    assert ([kind.code for kind in moved.gone], moved.new) == (["SSN"], ())


def test_what_appears_goes_and_goes_for_good(catalog: Catalog, source: Source) -> None:
    many = {f"t{number}": a_result([CODE]) for number in range(10)}
    a_night(catalog, source, {"clients": a_result([SSN]), **many})
    a_night(catalog, source, {"leads": a_result([NAME]), **many})
    page = changes.since(CPO, catalog, 7)
    assert [line.dataset.name for line in page.appeared] == ["leads"]
    assert [(one.dataset.name, one.dataset.retired_at) for one in page.missing] == [("clients", None)]
    a_night(catalog, source, {"leads": a_result([NAME]), **many})
    (gone,) = changes.since(CPO, catalog, 7).missing
    assert gone.dataset.retired_at is not None


def test_a_renamed_dataset_is_neither_new_nor_missing(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([SSN, NAME, CODE])})
    a_night(catalog, source, {"clients_v2": a_result([SSN, NAME, CODE])})
    page = changes.since(CPO, catalog, 7)
    assert [(one.old_name, one.line.dataset.name) for one in page.renamed] == [("clients", "clients_v2")]
    assert not any((page.appeared, page.missing, page.moved))


def test_what_cannot_be_read_any_more_is_told_and_counts_as_there(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([SSN]), "broken": FAILED})
    a_night(catalog, source, {"clients": FAILED, "broken": FAILED})
    page = changes.since(CPO, catalog, 7)
    assert [line.dataset.name for line in page.unreadable] == ["clients"]
    assert not any((page.missing, page.moved))


def test_a_source_that_was_not_reached_is_told_and_nothing_of_it_is_missing(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([SSN])})
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    recording.finish(OPERATOR, catalog, run, RunState.FAILED, SkipReason.UNREACHABLE)
    page = changes.since(CPO, catalog, 7)
    assert [line.source.id for line in page.failed] == [source.id]
    assert not page.missing


def test_only_what_an_actor_sees(catalog: Catalog, source: Source) -> None:
    a_night(catalog, source, {"clients": a_result([NAME, CODE])})
    a_night(catalog, source, {"clients": a_result([SSN, NAME, CODE])})
    assert changes.since(officer("dso"), catalog, 1).moved
    other = changes.since(officer("dch"), catalog, 1)
    assert (other.sources, other.is_quiet) == (0, True)
    with pytest.raises(NotFound):
        changes.since(officer("dch"), catalog, 1, "dso")
    for actor in (RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            changes.since(actor, catalog, 1)
