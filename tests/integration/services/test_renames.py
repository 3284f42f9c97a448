"""A renamed dataset keeps its decisions and records; where more than one could be meant, nobody guesses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import NotFound, SkipReason
from catalog.model.decisions import Standing, Verdict
from catalog.model.differences import State
from catalog.model.holdings import Description, Disclosure, Source
from catalog.model.runs import DatasetResult, ListedDataset, Run, RunState, SafeName
from catalog.services import holdings, reconciling, recording, resolutions, review, scans
from catalog.services.catalog import Catalog
from catalog.store import scans as stored
from tests.support.builders import CPO, OPERATOR, FixedClock, a_column, a_finding, a_result, listed, tell

CLIENTS = a_result(
    [
        a_column("ssn", [a_finding("SSN")]),
        a_column("last", [a_finding("NAME")], position=1),
        a_column("code", position=2),
    ]
)
OTHER = a_result([a_column("zip"), a_column("stat", position=1), a_column("amt", position=2)])


def the_next_night(catalog: Catalog, source: Source) -> Run:
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    return recording.begin(OPERATOR, catalog, source.id, seed=1)


def a_night(
    catalog: Catalog,
    source: Source,
    results: dict[str, DatasetResult],
    unlisted: tuple[tuple[ListedDataset, SkipReason], ...] = (),
    view: str = "",
) -> tuple[int, dict[str, int]]:
    run = the_next_night(catalog, source)
    due = recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in results], unlisted, view)
    for name, dataset_id in due.items():
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", results[name])
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return run.id, dict(due)


def decide(catalog: Catalog, dataset_id: int) -> None:
    column = holdings.dataset(CPO, catalog, dataset_id).columns[0].column
    review.decide(CPO, catalog, column.id, "SSN", Verdict.CONFIRMED, "Seen on the form")


def test_a_renamed_table_keeps_its_decision_its_words_and_its_address(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER})
    decide(catalog, first["clients"])
    tell(CPO, catalog, Description(first["clients"], "Clients", "", "", "", (), Disclosure.FULL))
    run_id, _ = a_night(catalog, source, {"clients_v2": CLIENTS, "other": OTHER})
    page = holdings.dataset(CPO, catalog, first["clients"])
    assert (page.line.dataset.name, page.line.title) == ("clients_v2", "Clients")
    assert [tag.standing for tag in page.columns[0].tags] == [Standing.CONFIRMED]
    assert [tag.standing for tag in page.columns[1].tags] == [Standing.SUGGESTED]
    assert page.coverage is not None
    assert page.coverage.run_id == run_id
    assert len(holdings.agency(CPO, catalog, "dso").datasets) == 2
    with catalog.reading() as connection:
        renames = stored.renames_of(connection, [run_id])
    assert [(one.dataset_id, one.old_name, one.new_name) for one in renames] == [
        (first["clients"], "clients", "clients_v2")
    ]
    outcome = next(view.outcome for view in scans.run(OPERATOR, catalog, run_id).outcomes)
    assert (outcome.dataset_id, outcome.types_new, outcome.types_gone) == (first["clients"], (), ())


def test_the_night_after_knows_it_by_its_new_name(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER})
    a_night(catalog, source, {"clients_v2": CLIENTS, "other": OTHER})
    _, due = a_night(catalog, source, {"clients_v2": CLIENTS, "other": OTHER})
    assert not due
    assert {line.dataset.id for line in holdings.agency(CPO, catalog, "dso").datasets} == set(first.values())


def test_a_table_made_anew_under_another_name_takes_decisions_to_the_columns_of_their_names(
    catalog: Catalog, source: Source
) -> None:
    """The engine's numbers of columns start from one again, over other columns."""

    def numbered(result: DatasetResult) -> DatasetResult:
        named = [
            replace(one, name=replace(one.name, key=f"attnum:{place}"), position=place)
            for place, one in enumerate(result.columns)
        ]
        return replace(result, columns=tuple(named))

    other = a_result([a_column("city"), a_column("stat"), a_column("amt")])
    _, first = a_night(catalog, source, {"clients": numbered(CLIENTS), "other": numbered(other)})
    decide(catalog, first["clients"])
    moved = replace(CLIENTS, columns=(CLIENTS.columns[1], CLIENTS.columns[2], CLIENTS.columns[0]))
    a_night(catalog, source, {"clients_v2": numbered(moved), "other": numbered(other)})
    page = holdings.dataset(CPO, catalog, first["clients"])
    assert page.line.dataset.name == "clients_v2"
    standings = {view.column.name: [tag.standing for tag in view.tags] for view in page.columns}
    assert standings == {"ssn": [Standing.CONFIRMED], "last": [Standing.SUGGESTED], "code": []}


def test_tables_are_not_alike_because_their_columns_are_numbered_alike(catalog: Catalog, source: Source) -> None:
    def numbered(*names: str) -> DatasetResult:
        columns = [
            replace(a_column(name, position=i), name=SafeName(name, f"attnum:{i}", False))
            for i, name in enumerate(names)
        ]
        return a_result(columns)

    _, first = a_night(catalog, source, {"clients": numbered("ssn", "last", "code"), "other": OTHER})
    a_night(catalog, source, {"trees": numbered("species", "borough", "height"), "other": OTHER})
    assert holdings.dataset(CPO, catalog, first["clients"]).line.dataset.name == "clients"


def named_by_number(catalog: Catalog, source: Source, tables: dict[str, int]) -> dict[str, int]:
    """A night's listing of tables the engine knows by numbers; their ids by name."""
    run = the_next_night(catalog, source)
    names = [listed(name, key=f"oid:{number}", change_key=f"{number}") for name, number in tables.items()]
    due = recording.record_listing(OPERATOR, catalog, run, names, [])
    recording.finish(OPERATOR, catalog, run, RunState.CANCELLED)
    return {name: due[f"oid:{number}"] for name, number in tables.items()}


def test_a_copy_restored_elsewhere_is_known_by_names_as_its_numbers_mean_others(
    catalog: Catalog, source: Source
) -> None:
    first = named_by_number(catalog, source, {"a": 1, "b": 2, "c": 3, "d": 4})
    assert named_by_number(catalog, source, {"a": 2, "b": 3, "c": 1, "d": 9}) == first
    assert named_by_number(catalog, source, {"a": 3, "b": 1, "c": 2, "d": 4, "e": 9})["d"] == first["d"]
    assert named_by_number(catalog, source, {"a": 3, "b": 1, "c": 2, "d": 4}) == first


def test_two_tables_of_many_that_exchange_names_are_known_by_their_numbers(catalog: Catalog, source: Source) -> None:
    first = named_by_number(catalog, source, {"now": 1, "old": 2, "c": 3, "d": 4, "e": 5})
    then = named_by_number(catalog, source, {"now": 2, "old": 1, "c": 3, "d": 4, "e": 5})
    assert (then["now"], then["old"], then["c"]) == (first["old"], first["now"], first["c"])


def test_what_comes_and_goes_with_the_view_was_not_renamed(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER}, view="wide")
    a_night(catalog, source, {"clients_v2": CLIENTS, "other": OTHER}, view="narrow")
    assert holdings.dataset(CPO, catalog, first["clients"]).line.dataset.name == "clients"


def test_what_was_retired_goes_on_when_it_comes_back_under_another_name(catalog: Catalog, source: Source) -> None:
    rest = {f"t{i}": a_result([a_column(f"c{i}{j}") for j in range(3)]) for i in range(9)}
    _, first = a_night(catalog, source, {"clients": CLIENTS, **rest})
    decide(catalog, first["clients"])
    for _ in range(2):
        a_night(catalog, source, rest)
    with pytest.raises(NotFound):
        holdings.dataset(CPO, catalog, first["clients"])
    a_night(catalog, source, {"clients_v2": CLIENTS, **rest})
    page = holdings.dataset(CPO, catalog, first["clients"])
    assert page.line.dataset.name == "clients_v2"
    assert [tag.standing for tag in page.columns[0].tags] == [Standing.CONFIRMED]


def test_what_could_be_either_of_two_is_left_to_a_person(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER})
    decide(catalog, first["clients"])
    a_night(catalog, source, {"copy_1": CLIENTS, "copy_2": CLIENTS, "other": OTHER})
    assert holdings.dataset(CPO, catalog, first["clients"]).line.dataset.name == "clients"
    assert len(holdings.agency(CPO, catalog, "dso").datasets) == 4


def test_a_dataset_somebody_has_described_stays_its_own(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER})
    run = the_next_night(catalog, source)
    due = recording.record_listing(OPERATOR, catalog, run, [listed("clients_v2"), listed("other")], [])
    recording.record_result(OPERATOR, catalog, run, due["clients_v2"], "v1", CLIENTS)
    tell(CPO, catalog, Description(due["clients_v2"], "Another list", "", "", "", (), Disclosure.HIDDEN))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    assert holdings.dataset(CPO, catalog, first["clients"]).line.dataset.name == "clients"
    assert holdings.dataset(CPO, catalog, due["clients_v2"]).line.title == "Another list"


def test_a_sheet_behind_a_workbook_that_could_not_be_opened_has_not_vanished(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"book.xlsx#clients": CLIENTS, "other": OTHER})
    a_night(catalog, source, {"copy": CLIENTS, "other": OTHER}, ((listed("book.xlsx"), SkipReason.UNREADABLE),))
    assert holdings.dataset(CPO, catalog, first["book.xlsx#clients"]).line.dataset.name == "book.xlsx#clients"


def test_a_cancelled_run_recognises_nothing(catalog: Catalog, source: Source) -> None:
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER})
    run = the_next_night(catalog, source)
    due = recording.record_listing(OPERATOR, catalog, run, [listed("clients_v2"), listed("other")], [])
    recording.record_result(OPERATOR, catalog, run, due["clients_v2"], "v1", CLIENTS)
    recording.finish(OPERATOR, catalog, run, RunState.CANCELLED)
    assert holdings.dataset(CPO, catalog, first["clients"]).line.dataset.name == "clients"


def test_a_word_on_a_line_of_the_new_one_keeps_it_itself(catalog: Catalog, source: Source) -> None:
    """Else the word would be of nothing, or of whatever gets the number next."""
    _, first = a_night(catalog, source, {"clients": CLIENTS, "other": OTHER})
    run = the_next_night(catalog, source)
    due = recording.record_listing(OPERATOR, catalog, run, [listed("clients_v2"), listed("other")], [])
    for name, dataset_id in due.items():
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", CLIENTS if name == "clients_v2" else OTHER)
    reconciling.run(OPERATOR, catalog)
    key = f"d:{due['clients_v2']}:SSN"
    (line,) = (one for one in reconciling.find(CPO, catalog).lines if one.difference.key == key)
    resolutions.note_exception(CPO, catalog, line.difference.id, "A pilot", None, line.difference.facts)
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    assert holdings.dataset(CPO, catalog, due["clients_v2"]).line.dataset.name == "clients_v2"
    (still,) = (one for one in reconciling.find(CPO, catalog).lines if one.difference.key == key)
    assert still.state is State.RESOLVED
    assert holdings.dataset(CPO, catalog, first["clients"]).line.dataset.name == "clients"
