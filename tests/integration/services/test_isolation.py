"""Search, counts, facets and pages say nothing outside the actor's scope. Each dataset carries its own word."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalog.errors import NotAllowed, NotFound, SkipReason
from catalog.model.actors import Actor, Grant, Role
from catalog.model.agreements import DeclaredSystem, Unscannable
from catalog.model.decisions import Verdict
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.holdings import Description, Disclosure
from catalog.model.parties import Party, PartyKind
from catalog.model.reconciliation import Doubt, Presence
from catalog.model.register import ActivityDataset, Classification, Verb
from catalog.services import (
    declared,
    describing,
    events,
    flows,
    holdings,
    indexing,
    law_records,
    programmes,
    protocols,
    published,
    recording,
    register,
    reporting,
    review,
    review_queue,
    scans,
    search,
)
from catalog.services.catalog import Catalog
from catalog.store import rows
from catalog.store.law_schema import activity_datasets
from tests.integration.services.conftest import DATABASES, add_source, two_agencies
from tests.integration.services.test_recording import a_run
from tests.support.builders import (
    CPO,
    OPERATOR,
    RESEARCHER,
    a_column,
    a_finding,
    a_programme,
    a_protocol,
    a_result,
    an_activity,
    listed,
    officer,
    tell,
)

CODES = {"dso": "SSN", "dch": "HEALTH_ID"}


#: A catalog and the ids of what is in it.
Held = tuple[Catalog, dict[str, int]]


@pytest.fixture(scope="module", params=DATABASES)
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    with two_agencies(request, tmp_path_factory.mktemp("shared")) as made:
        yield made, fill(made)


@pytest.fixture
def catalog(shared: Held) -> Catalog:
    """Made once: most tests here only read, and those that change something take their own."""
    return shared[0]


@pytest.fixture
def ids(shared: Held) -> dict[str, int]:
    return shared[1]


@pytest.fixture(params=DATABASES)
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Held]:
    with two_agencies(request, tmp_path) as made:
        yield made, fill(made)


def fill(catalog: Catalog) -> dict[str, int]:
    """Two datasets an agency: one published with a confirmed NAME and a suggested type, one not published."""
    made: dict[str, int] = {}
    for agency, code in CODES.items():
        source = add_source(catalog, agency, f"{agency}-db")
        columns = [a_column("who", [a_finding("NAME")]), a_column("number", [a_finding(code)], position=1)]
        names = {f"{agency}_open": a_result(columns), f"{agency}_closed": a_result(columns)}
        made |= a_run(catalog, source, names)
        words = Description(made[f"{agency}_open"], f"Open of {agency}", "", "", "", (), Disclosure.FULL)
        tell(CPO, catalog, words)
        for name in names:
            page = holdings.dataset(CPO, catalog, made[name])
            review.decide(CPO, catalog, page.columns[0].column.id, "NAME", Verdict.CONFIRMED)
        programme = law_records.add_programme(CPO, catalog, a_programme(f"PROGRAM-{agency}", agency))
        activity = an_activity(agency, f"Intake of {agency}", programme_id=programme.id)
        drawn = [made[f"{agency}_closed"]]
        paper = register.add_protocol(CPO, catalog, a_protocol(f"Paper of {agency}", agency))
        added = register.add_activity(
            CPO, catalog, activity, type_codes=["NAME"], dataset_ids=drawn, protocol_ids=[paper.id]
        )
        made[f"{agency}_intake"], made[f"{agency}_paper"] = added.id, paper.id
        tell_of(catalog, agency, added.id)
    indexing.refresh(catalog)
    return made


def tell_of(catalog: Catalog, agency: str, activity_id: int) -> None:
    """A system, an event and a violation of an agency, which nobody of another may hear of."""
    day = date(2026, 1, 5)
    system = DeclaredSystem(
        0, agency, f"Cabinet of {agency}", "", "", Unscannable.PAPER, None, ("SSN",), (), "", day
    )  # fmt: skip
    law_records.declare_system(CPO, catalog, system, [activity_id])
    event = ExigentEvent(
        0, agency, activity_id, Verb.COLLECTION, f"Storm of {agency}", "", None, ("SSN",), "", ExigentState.OCCURRED,
        day, None,
    )  # fmt: skip
    reporting.add_exigent_event(CPO, catalog, event)
    violation = Violation(
        0, agency, None, f"Slip of {agency}", "", "", None, ("SSN",), "", False, ViolationState.REPORTED, day, day,
        None, None,
    )  # fmt: skip
    reporting.add_violation(CPO, catalog, violation)


def found(catalog: Catalog, actor: Actor, text: str) -> set[str]:
    return {line.dataset.name for line in search.find(actor, catalog, text).datasets}


@pytest.mark.parametrize("agency", ["dso", "dch"])
def test_what_one_may_see_is_found_though_the_rest_of_the_city_answers_first(
    catalog: Catalog, ids: dict[str, int], agency: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED", 2)
    assert found(catalog, officer(agency), "name") == {f"{agency}_open", f"{agency}_closed"}


@pytest.mark.parametrize(
    ("actor", "names"),
    [
        (CPO, {"dso_open", "dso_closed", "dch_open", "dch_closed"}),
        (officer("dso"), {"dso_open", "dso_closed"}),
    ],
)
def test_everybody_finds_what_they_may(catalog: Catalog, ids: dict[str, int], actor: Actor, names: set[str]) -> None:
    page = search.find(actor, catalog, "")
    assert {line.dataset.name for line in page.datasets} == names
    assert page.total == page.without_filters == len(names)
    assert found(catalog, actor, "name") == names
    for facet in page.facets:
        assert sum(value.count for value in facet.values if facet.key == "agency") in {0, len(names)}
    heat = holdings.heat_map(actor, catalog)
    assert sum(row.looks.known for row in heat.rows) == len(names)


def test_an_officer_learns_nothing_of_another_agency(catalog: Catalog, ids: dict[str, int]) -> None:
    me = officer("dso")
    said = str(search.find(me, catalog, "")) + str(search.find(me, catalog, "dch")) + str(holdings.home(me, catalog))
    said += str(holdings.heat_map(me, catalog)) + str(scans.sources(me, catalog)) + str(scans.runs(me, catalog))
    said += str(holdings.types(me, catalog)) + str(holdings.type_page(me, catalog, "NAME"))
    said += str(flows.find(me, catalog)) + str(programmes.every(me, catalog)) + str(protocols.every(me, catalog))
    said += str(protocols.gaps(me, catalog)) + str(declared.systems(me, catalog)) + str(events.events(me, catalog))
    said += str(holdings.agency(me, catalog, "dso")) + str(programmes.programme(me, catalog, "PROGRAM-dso"))
    said += str(protocols.protocol(me, catalog, ids["dso_paper"])) + str(flows.flow(me, catalog, ids["dso_intake"]))
    waits = str(review_queue.queue(me, catalog, {})) + str(review_queue.queue(me, catalog, {"agency": ["dch"]}))
    assert "Department of Health" not in waits
    assert review_queue.of_type(me, catalog, "HEALTH_ID") == 0 < review_queue.of_type(CPO, catalog, "HEALTH_ID")
    assert "dch_" not in said
    assert "Intake of dch" not in said
    for word in ("PROGRAM", "Paper of", "Cabinet of", "Storm of", "Slip of"):
        assert word in said
    for name in ("PROGRAM-dch", "Paper of dch", "Cabinet of dch", "Storm of dch", "Slip of dch"):
        assert name not in said
    assert holdings.type_page(me, catalog, "HEALTH_ID").counts.total == 0
    for name in ("dch_open", "dch_closed"):
        with pytest.raises(NotFound):
            holdings.dataset(me, catalog, ids[name])
    with pytest.raises(NotFound):
        holdings.agency(me, catalog, "dch")
    with pytest.raises(NotFound):
        programmes.programme(me, catalog, "PROGRAM-dch")
    with pytest.raises(NotFound):
        protocols.protocol(me, catalog, ids["dch_paper"])
    with pytest.raises(NotFound):
        flows.flow(me, catalog, ids["dch_intake"])


def test_both_ends_of_a_flow_see_it_and_the_receiver_none_of_the_data_behind_it(own: Held) -> None:
    catalog, ids = own
    party = law_records.add_party(CPO, catalog, Party(0, "Health", PartyKind.CITY_AGENCY, "dch"))
    activity = an_activity(
        "dso", "Handing on", verb=Verb.DISCLOSURE, classification=Classification.ROUTINE_INTERAGENCY, party_id=party.id
    )
    drawn = [ids["dso_open"], ids["dso_closed"]]
    paper = register.add_protocol(CPO, catalog, a_protocol("Second paper of dso", "dso"))
    added = register.add_activity(
        CPO, catalog, activity, type_codes=["NAME", "DOB"], dataset_ids=drawn, protocol_ids=[paper.id]
    )
    indexing.refresh(catalog)
    giver, receiver = (flows.flow(officer(agency), catalog, added.id) for agency in ("dso", "dch"))
    assert {line.dataset.name for line in giver.datasets} == {"dso_open", "dso_closed"}
    assert giver.own
    assert [one.presence for one in giver.types] == [Presence.NOT_FOUND, Presence.CONFIRMED]
    of_data = {Doubt.NOT_FOUND, Doubt.SUSPECTED}
    assert {one.doubt for one in giver.line.concerns} == {Doubt.NOT_MIRRORED, *of_data}
    assert "dso_" not in str(receiver)
    assert not receiver.own
    assert [one.presence for one in receiver.types] == [None, None]
    assert {one.doubt for one in receiver.line.concerns} == {Doubt.NOT_MIRRORED}
    assert protocols.protocol(officer("dch"), catalog, paper.id).datasets == ()
    assert added.id in {int(hit.id) for hit in search.find(officer("dch"), catalog, "handing").others}


def test_a_researcher_reads_no_page_of_officers(catalog: Catalog, ids: dict[str, int]) -> None:
    me = RESEARCHER
    for refused in (
        lambda: search.find(me, catalog, ""),
        lambda: holdings.heat_map(me, catalog),
        lambda: holdings.agency(me, catalog, "dso"),
        lambda: holdings.dataset(me, catalog, ids["dso_open"]),
        lambda: holdings.types(me, catalog),
        lambda: holdings.type_page(me, catalog, "NAME"),
        lambda: flows.find(me, catalog),
        lambda: flows.flow(me, catalog, ids["dso_intake"]),
        lambda: programmes.every(me, catalog),
        lambda: programmes.programme(me, catalog, "PROGRAM-dso"),
        lambda: protocols.every(me, catalog),
        lambda: protocols.protocol(me, catalog, ids["dso_paper"]),
        lambda: protocols.gaps(me, catalog),
        lambda: declared.systems(me, catalog),
        lambda: events.events(me, catalog),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_whoever_knows_a_code_learns_no_name_by_filtering_with_it(catalog: Catalog, ids: dict[str, int]) -> None:
    page = search.find(officer("dso"), catalog, "", {"agency": ["dch"], "programme": ["PROGRAM-dch"]})
    named = {value.value: value.label for facet in page.facets for value in facet.values}
    assert (named["dch"], named["PROGRAM-dch"]) == ("dch", "PROGRAM-dch")
    own = search.find(officer("dso"), catalog, "dso_closed", {"programme": ["PROGRAM-dso"], "agency": ["dch"]})
    assert "Program PROGRAM-dso" in {value.label for facet in own.facets for value in facet.values}


def test_a_foreign_dataset_and_none_at_all_are_told_in_the_same_words(catalog: Catalog, ids: dict[str, int]) -> None:
    with pytest.raises(NotFound) as foreign:
        holdings.dataset(officer("dso"), catalog, ids["dch_open"])
    with pytest.raises(NotFound) as missing:
        holdings.dataset(officer("dso"), catalog, 999_999)
    assert str(foreign.value) == str(missing.value)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("agency:dso", {"dso_open", "dso_closed"}),
        ("-agency:dso", {"dch_open", "dch_closed"}),
        ("column:numb*", {"dso_open", "dso_closed", "dch_open", "dch_closed"}),
        ("column:nothing*", set()),
        ("type:ssn dso", {"dso_open", "dso_closed"}),
        ("dataset:dso_open", {"dso_open"}),
    ],
)
def test_words_and_filters(catalog: Catalog, ids: dict[str, int], text: str, names: set[str]) -> None:
    assert found(catalog, CPO, text) == names


@pytest.mark.parametrize(("text", "first"), [("PROGRAM-dch", "dch_closed"), ("dso_open", "dso_open")])
def test_the_best_hit_comes_first(catalog: Catalog, ids: dict[str, int], text: str, first: str) -> None:
    assert search.find(CPO, catalog, text).datasets[0].dataset.name == first


def test_facets_offer_only_what_leaves_something_and_count_like_the_filter(
    catalog: Catalog, ids: dict[str, int]
) -> None:
    page = search.find(CPO, catalog, "", {"agency": ["dso"]})
    assert page.total == 2
    assert page.without_filters == 4
    for facet in page.facets:
        for value in facet.values:
            assert value.count > 0
            if facet.key != "agency":
                narrowed = search.find(CPO, catalog, "", {"agency": ["dso"], facet.key: [value.value]})
                assert narrowed.total == value.count, (facet.key, value.value)


def test_matched_columns_are_named(catalog: Catalog, ids: dict[str, int]) -> None:
    page = search.find(CPO, catalog, "type:SSN")
    assert {line.matched_columns for line in page.datasets} == {("number",)}


def test_the_operator_runs_scans_and_reads_no_findings(catalog: Catalog, ids: dict[str, int]) -> None:
    assert len(scans.sources(OPERATOR, catalog)) == 2
    for refused in (search.find, holdings.heat_map):
        with pytest.raises(Exception, match="may not"):
            refused(OPERATOR, catalog, "") if refused is search.find else refused(OPERATOR, catalog)


def test_rebuilding_gives_the_index_that_grew(own: Held) -> None:
    catalog, _ = own
    grown = {text: found(catalog, CPO, text) for text in ("name", "open", "intake", "dso_closed")}
    indexing.rebuild(OPERATOR, catalog)
    assert {text: found(catalog, CPO, text) for text in grown} == grown


def not_found(catalog: Catalog, dataset_id: int) -> set[str]:
    every = holdings.dataset(CPO, catalog, dataset_id).concerns.values()
    return {kind.code for found in every for one in found if one.doubt is Doubt.NOT_FOUND for kind in one.types}


def test_declared_but_not_found_looks_at_all_datasets_of_the_activity(own: Held) -> None:
    catalog, ids = own
    activity = an_activity("dso", "Both")
    both = [ids["dso_open"], ids["dso_closed"]]
    register.add_activity(CPO, catalog, activity, type_codes=["SSN", "DOB"], dataset_ids=both)
    assert not_found(catalog, ids["dso_open"]) == {"DOB"}
    unseen = add_source(catalog, "dso", "dso-unseen")
    run = recording.begin(OPERATOR, catalog, unseen.id, seed=1)
    recording.record_listing(OPERATOR, catalog, run, [], [(listed("broken"), SkipReason.UNREADABLE)])
    broken = next(d.id for d in describing.datasets(CPO, catalog, unseen.id))
    register.add_activity(
        CPO, catalog, replace(activity, title="Three"), type_codes=["EMAIL"], dataset_ids=[*both, broken]
    )
    assert not_found(catalog, ids["dso_open"]) == {"DOB"}, "a failed look is no finding of absence"


BOTH = Actor("both", "Both", frozenset({Grant(Role.OFFICER, "dso"), Grant(Role.OFFICER, "dch")}))


@pytest.mark.parametrize("actor", [officer("dso"), BOTH, CPO])
def test_nobody_draws_a_dataset_of_another_agency_into_an_activity(own: Held, actor: Actor) -> None:
    catalog, ids = own
    activity = an_activity("dso", "Reaching over")
    for dataset_id in (ids["dch_open"], 99_999):
        with pytest.raises(NotFound, match="its agency has no such dataset"):
            register.add_activity(actor, catalog, activity, dataset_ids=[ids["dso_open"], dataset_id])
    assert not holdings.dataset(CPO, catalog, ids["dso_open"]).activities


def test_an_activity_of_another_agency_on_a_dataset_counts_for_nothing(own: Held) -> None:
    """Releases before this let such a thing be recorded."""
    catalog, ids = own

    def shown() -> tuple[object, ...]:
        me = officer("dso")
        indexing.rebuild(OPERATOR, catalog)
        return (
            [search.find(me, catalog, text) for text in ("", "programme:PROGRAM-dch", "reaching", "gap:no_activity")],
            [search.find(CPO, catalog, text) for text in ("programme:PROGRAM-dch", "gap:undeclared")],
            [holdings.dataset(actor, catalog, ids["dso_open"]) for actor in (me, CPO)],
            holdings.home(me, catalog),
            holdings.agency(me, catalog, "dso"),
            protocols.gaps(me, catalog),
            published.find(RESEARCHER, catalog, ""),
            published.seen_by_researchers(me, catalog, ids["dso_open"]),
            catalog.search_index.search("reaching", 9),
        )

    programme = next(one.programme for one in programmes.every(CPO, catalog) if one.programme.code == "PROGRAM-dch")
    activity = an_activity("dch", "Reaching", programme_id=programme.id)
    papers = [ids["dch_paper"]]
    over = register.add_activity(CPO, catalog, activity, type_codes=["SSN"], protocol_ids=papers)
    before = shown()
    with catalog.changing(CPO, "add_activity", "agency:dch") as change:
        rows.add_all(change.connection, activity_datasets, [ActivityDataset(over.id, ids["dso_open"])])
    assert shown() == before


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("type:NAME state:confirmed", {"dso_open", "dso_closed", "dch_open", "dch_closed"}),
        ("type:NAME state:suggested", set()),
        ("type:SSN state:confirmed", set()),
        ("type:SSN state:suggested", {"dso_open", "dso_closed"}),
        ("gap:no_activity", {"dso_open", "dch_open"}),
        ("gap:undeclared agency:dso", {"dso_closed"}),
        ("-gap:no_activity", {"dso_closed", "dch_closed"}),
    ],
)
def test_a_state_is_of_the_type_asked_for_and_gaps_can_be_listed(
    catalog: Catalog, ids: dict[str, int], text: str, names: set[str]
) -> None:
    assert found(catalog, CPO, text) == names


def test_counts_of_states_are_of_the_type_chosen(catalog: Catalog, ids: dict[str, int]) -> None:
    page = search.find(CPO, catalog, "", {"type": ["SSN"]})
    (states,) = (facet for facet in page.facets if facet.key == "state")
    assert {value.value: value.count for value in states.values} == {"suggested": 2}


def test_a_page_beyond_the_last_is_the_last(catalog: Catalog, ids: dict[str, int]) -> None:
    page = search.find(CPO, catalog, "", page=99, per_page=3)
    assert (page.page, page.pages, len(page.datasets)) == (2, 2, 1)
