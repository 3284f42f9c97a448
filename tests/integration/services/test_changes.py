"""What changed is what moved against what was known: a first look is none, a failed look is no absence."""

from datetime import timedelta

import pytest

from catalog.errors import NotAllowed, NotFound, SkipReason
from catalog.model.coverage import Look
from catalog.model.holdings import Source
from catalog.model.runs import DatasetResult, RunState
from catalog.services import changes, recording
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
    assert ([kind.code for kind in moved.new], moved.gone, moved.columns) == (["SSN"], (), ("ssn",))
    assert page.compared == 1
    assert not page.appeared


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
