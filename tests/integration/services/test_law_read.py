"""Flows, programs, protocols, declared-only systems, events and reports, as read in a city with one fault of each."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import event

from catalog.errors import NotFound
from catalog.model.actors import Actor
from catalog.model.decisions import Standing, Verdict
from catalog.model.law_views import FlowLine
from catalog.model.reconciliation import Approval, Doubt, Force, Presence
from catalog.model.register import Classification, Verb
from catalog.services import (
    declared,
    events,
    flows,
    holdings,
    programmes,
    protocols,
    register,
    review,
    search,
)
from catalog.services.catalog import Catalog
from catalog.services.records import reference_order
from tests.support import city as cities
from tests.support.builders import CPO, an_activity, officer
from tests.support.city import City

DSS, DOH = officer("DSS"), officer("DOH")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city that no test changes."""
    made = cities.build(tmp_path_factory.mktemp("city"))
    yield made
    made.catalog.close()


@pytest.fixture
def own_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = cities.build(tmp_path_factory.mktemp("own"))
    yield made
    made.catalog.close()


def doubts(line: FlowLine) -> set[Doubt]:
    return {one.doubt for one in line.concerns}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("intake", {Doubt.SUSPECTED, Doubt.MAY_BE_MISSED}),
        ("referral", {Doubt.TYPES_DIFFER}),
        ("received", {Doubt.TYPES_DIFFER, Doubt.SUSPECTED, Doubt.NOT_FOUND, Doubt.MAY_BE_MISSED}),
        ("unanswered", {Doubt.NOT_MIRRORED}),
        ("study", {Doubt.LAPSED, Doubt.NO_AGREEMENT}),
        ("vendor", {Doubt.NO_APPROVAL, Doubt.NO_AGREEMENT, Doubt.NOT_LOOKED}),
        ("dashboard", set()),
    ],
)
def test_each_fault_is_found_where_it_is(city: City, name: str, expected: set[Doubt]) -> None:
    page = flows.flow(CPO, city.catalog, getattr(city.law, name))
    assert doubts(page.line) == expected


def test_what_is_not_looked_at_everywhere_is_no_warning(city: City) -> None:
    line = flows.flow(CPO, city.catalog, city.law.vendor).line
    assert {one.doubt for one in line.doubts} == {Doubt.NO_APPROVAL, Doubt.NO_AGREEMENT}


def test_a_flow_that_is_only_suspected_is_counted_apart(own_city: City) -> None:
    catalog = own_city.catalog
    paper = own_city.law.designation
    visits = an_activity("DSS", "Visiting homes")
    register.add_activity(
        CPO, catalog, visits, type_codes=["PHONE"], dataset_ids=[own_city.visits], protocol_ids=[paper]
    )
    page = flows.find(CPO, catalog, text="visiting homes")
    assert (page.total, page.doubtful, page.suspected) == (1, 0, 1)
    assert flows.find(CPO, catalog, sort="doubts").lines[-1].doubts == ()


def test_a_person_who_confirms_turns_a_suspicion_into_a_fact(own_city: City) -> None:
    columns = cities.column_ids(own_city.catalog, own_city.clients)
    review.decide(CPO, own_city.catalog, columns["email_address"], "EMAIL", Verdict.CONFIRMED)
    line = flows.flow(CPO, own_city.catalog, own_city.law.intake).line
    said = {one.doubt: [kind.code for kind in one.types] for one in line.concerns}
    assert said[Doubt.UNDECLARED] == ["EMAIL"]
    assert said[Doubt.SUSPECTED] == ["CASE_ID"]
    worst = protocols.gaps(CPO, own_city.catalog).lines[0]
    assert worst.line.dataset.id == own_city.clients
    assert [(gap.type.code, gap.standing) for gap in worst.gaps] == [
        ("EMAIL", Standing.CONFIRMED),
        ("CASE_ID", Standing.SUGGESTED),
    ]


def test_what_is_over_needs_no_approval_any_more(own_city: City) -> None:
    catalog = own_city.catalog
    over = replace(an_activity("DSS", "Long ago"), ended_on=catalog.clock.now().date().replace(year=2020))
    added = register.add_activity(CPO, catalog, over, type_codes=["NAME"], dataset_ids=[own_city.clients])
    line = flows.flow(CPO, catalog, added.id).line
    assert line.view.approval is Approval.NONE
    assert Doubt.NO_APPROVAL not in doubts(line)


def test_a_flow_tells_who_signed_its_terms_and_the_other_side(city: City) -> None:
    page = flows.flow(CPO, city.catalog, city.law.referral)
    (approval,) = page.approvals
    assert [(one.signer, agency.id if agency else None) for one, agency in approval.signatures] == [
        ("Ben Okafor", "DSS"),
        ("Mei Chan", "DOH"),
    ]
    bound = {terms.protocol.title: [party.agency_id for party in terms.parties] for terms in page.protocols}
    assert bound["Outreach data sharing agreement"] == ["DSS", "DOH"]
    assert [line.view.activity.id for line in page.other_side] == [city.law.received]
    assert [(one.type.code, one.presence, one.other_side) for one in page.types] == [
        ("DOB", Presence.CONFIRMED, True),
        ("NAME", Presence.CONFIRMED, True),
    ]
    assert [line.system.name for line in flows.flow(CPO, city.catalog, city.law.vendor).declared] == [
        "Paper intake files"
    ]


def test_an_officer_sees_flows_from_both_ends_and_no_warning_of_others_data(city: City) -> None:
    seen = {line.view.activity.id for line in flows.find(DOH, city.catalog).lines}
    assert seen == {city.law.referral, city.law.received, city.law.health}
    line = flows.flow(DOH, city.catalog, city.law.referral).line
    assert doubts(line) == {Doubt.TYPES_DIFFER}
    assert line.datasets == ()
    with pytest.raises(NotFound):
        flows.flow(DOH, city.catalog, city.law.intake)


@pytest.mark.parametrize("key", flows.FACETS)
def test_a_facet_counts_what_its_filter_leaves(city: City, key: str) -> None:
    page = flows.find(CPO, city.catalog)
    (facet,) = (facet for facet in page.facets if facet.key == key)
    assert facet.values
    for value in facet.values:
        assert flows.find(CPO, city.catalog, {key: [value.value]}).total == value.count, value


def test_filters_add_up_and_values_of_one_are_alternatives(city: City) -> None:
    found = flows.find(CPO, city.catalog, {"verb": ["disclosure"], "doubt": ["lapsed", "no_approval"]})
    assert {line.view.activity.id for line in found.lines} == {city.law.study, city.law.vendor}
    assert (found.total, found.known, found.doubtful) == (2, 8, 2)
    nothing = flows.find(CPO, city.catalog, {"agency": ["nobody"]})
    assert (nothing.total, nothing.known) == (0, 8)
    (agency,) = (facet for facet in nothing.facets if facet.key == "agency")
    assert {(value.value, value.chosen) for value in agency.values} >= {("nobody", True), ("DSS", False)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("study", {"study"}),
        ("HOME-STAT doctor", {"referral", "dashboard"}),
        ("Quick print", {"vendor"}),
        ("zzz", set()),
    ],
)
def test_all_words_have_to_be_said_by_a_flow(city: City, text: str, names: set[str]) -> None:
    found = {line.view.activity.id for line in flows.find(CPO, city.catalog, text=text).lines}
    assert found == {getattr(city.law, name) for name in names}


def test_flows_stand_in_the_order_people_number_them(city: City) -> None:
    references = [line.view.activity.reference for line in flows.find(CPO, city.catalog).lines]
    assert references == ["D3", "S1", "S2", "S2-DOH", "S10", "S11", "", ""]
    several = [an_activity("DSS", "", reference=text) for text in ("", "S10", "S²", "9" * 5000, "2", "B", "S2a", "S2")]
    ordered = [one.reference for one in sorted(several, key=reference_order)]
    assert ordered == ["9" * 5000, "B", "S2", "S2a", "S10", "S²", "2", ""]


@pytest.mark.parametrize("sort", flows.SORTS)
def test_sorting_loses_nothing_and_pages_hold_all(city: City, sort: str) -> None:
    everything = {line.view.activity.id for line in flows.find(CPO, city.catalog, sort=sort).lines}
    paged = [flows.find(CPO, city.catalog, sort=sort, page=number, per_page=3) for number in (1, 2, 3, 99)]
    assert [page.page for page in paged] == [1, 2, 3, 3]
    assert {line.view.activity.id for page in paged for line in page.lines} == everything
    assert len(everything) == 8


def test_the_matrix_counts_disclosures_of_people_by_who_receives_them(city: City) -> None:
    matrix = flows.find(CPO, city.catalog).matrix
    assert dict(matrix.cells) == {
        ("DSS", "city_agency"): 2,
        ("DSS", "researcher"): 1,
        ("DSS", "vendor"): 1,
    }
    assert matrix.finding == "4 disclosures, 2 of them to third parties."
    none = flows.find(CPO, city.catalog, {"verb": ["collection"]}).matrix
    assert none.finding == "No disclosure of identifying information is among these."


def test_a_program_keeps_counts_apart_from_people(city: City) -> None:
    page = programmes.programme(CPO, city.catalog, "STREET-OUTREACH")
    assert [line.view.activity.reference for line in page.flows] == ["S1", "S2", "S2-DOH", "S11"]
    assert {line.dataset.id for line in page.datasets} == {city.clients, city.foreign}
    assert {line.dataset.id for line in page.counts_only} == {city.plain}
    assert [(one.party.name, one.part, one.flows) for one in page.members] == [
        ("Department of Social Services", "Leads", 4),
        ("Department of Health", "Treats people", 2),
        ("Harbor Street Teams", "Outreach by night", 0),
    ]
    assert {terms.protocol.title for terms in page.agreements} == {
        "Outreach: agreement of both officers",
        "Outreach data sharing agreement",
    }
    assert page.who_handles.cells["DSS", "NAME"] == 2
    assert page.who_handles.finding.startswith("Most widely shared: Date of birth, Name, handled by 2 agencies")


def test_an_officer_sees_their_part_of_a_program_they_are_in(city: City) -> None:
    page = programmes.programme(DOH, city.catalog, "STREET-OUTREACH")
    assert [line.view.activity.reference for line in page.flows] == ["S2", "S2-DOH"]
    assert {line.dataset.id for line in page.datasets} == {city.foreign}
    assert page.counts_only == ()
    assert programmes.every(officer("TAX"), city.catalog) == ()
    with pytest.raises(NotFound):
        programmes.programme(officer("TAX"), city.catalog, "STREET-OUTREACH")


@pytest.mark.parametrize("text", ["HOME-STAT", "homestat", "STREET-OUTREACH", "street outreach"])
def test_a_program_and_its_datasets_are_found_by_any_of_its_names(city: City, text: str) -> None:
    page = search.find(CPO, city.catalog, text)
    assert ("programme", "STREET-OUTREACH") in {(hit.kind, hit.id) for hit in page.others}
    assert city.clients in {line.dataset.id for line in page.datasets}


def test_a_program_is_a_facet_of_search(city: City) -> None:
    page = search.find(CPO, city.catalog, "", {"programme": ["STREET-OUTREACH"]})
    assert {line.dataset.id for line in page.datasets} == {city.clients, city.plain, city.foreign}
    (facet,) = (facet for facet in page.facets if facet.key == "programme")
    assert [(value.label, value.count) for value in facet.values] == [("Street outreach", 3)]


def test_protocols_tell_what_stands_on_them_and_whether_they_hold(city: City) -> None:
    lines = {line.protocol.title: line for line in protocols.every(CPO, city.catalog).lines}
    assert lines["Case approval: study of intake"].force is Force.EXPIRED
    assert lines["Routine designation 4: eligibility"].force is Force.REVIEW_OVERDUE
    routine = lines["Routine designation 4: eligibility"]
    assert (routine.activities, routine.datasets) == (1, 1)
    assert {kind.code for kind in routine.types} == {"SSN", "NAME", "DOB", "GENDER_IDENTITY"}
    page = protocols.protocol(CPO, city.catalog, city.law.designation)
    assert [line.view.activity.id for line in page.flows] == [city.law.intake]
    assert {line.dataset.id for line in page.datasets} == {city.clients}


@pytest.mark.parametrize("key", protocols.FACETS)
def test_protocols_are_filtered_as_counted(city: City, key: str) -> None:
    page = protocols.every(CPO, city.catalog)
    (facet,) = (facet for facet in page.facets if facet.key == key)
    for value in facet.values:
        assert len(protocols.every(CPO, city.catalog, {key: [value.value]}).lines) == value.count, value


def test_protocols_answer_to_words_and_to_every_order(city: City) -> None:
    second = protocols.every(CPO, city.catalog, page=2, per_page=4)
    assert (second.page, second.pages, second.total, len(second.lines)) == (2, 2, 7, 3)
    assert [line.protocol.title for line in protocols.every(CPO, city.catalog, text="study INTAKE").lines] == [
        "Case approval: study of intake"
    ]
    for sort in protocols.SORTS:
        assert len(protocols.every(CPO, city.catalog, sort=sort).lines) == 7
    by_activities = protocols.every(CPO, city.catalog, sort="activities").lines
    assert [line.activities for line in by_activities] == sorted(
        (one.activities for one in by_activities), reverse=True
    )


def test_authorities_by_types_count_activities(city: City) -> None:
    matrix = protocols.every(CPO, city.catalog).matrix
    rows = {label: key for key, label in matrix.rows}
    assert matrix.cells[rows["Outreach: agreement of both officers"], "NAME"] == 2
    assert "Citywide handling policy" not in rows
    assert protocols.every(CPO, city.catalog, {"class": ["handling"]}).matrix.columns == ()


def test_gaps_say_why_nothing_permits_a_type(own_city: City) -> None:
    catalog = own_city.catalog
    expired = register.add_activity(
        CPO,
        catalog,
        an_activity("DSS", "Visits", classification=Classification.CASE_BY_CASE),
        type_codes=["ADDR_HOME"],
        dataset_ids=[own_city.visits],
        protocol_ids=[own_city.law.lapsed_protocol],
    )
    never = an_activity("DSS", "Calls")
    register.add_activity(CPO, catalog, never, type_codes=["PHONE"], dataset_ids=[own_city.visits])
    page = protocols.gaps(DSS, catalog)
    gaps = {gap.type.code: (gap.lapsed, gap.declared) for line in page.lines for gap in line.gaps}
    assert gaps["ADDR_HOME"] == (True, True)
    assert gaps["PHONE"] == (False, True)
    assert gaps["GPS_LOCATION"] == (False, False)
    assert "SSN" not in gaps
    assert (page.total, page.holding) == (2, 2)
    assert flows.flow(DSS, catalog, expired.id).line.view.approval is Approval.LAPSED
    assert protocols.gaps(CPO, catalog, page=2, per_page=2).page == 2


def test_declared_systems_and_events_belong_to_their_agency(city: City) -> None:
    (line,) = declared.systems(DSS, city.catalog)
    assert (line.system.name, line.contractor.name if line.contractor else None) == (
        "Paper intake files",
        "Harbor Street Teams",
    )
    assert [view.activity.id for view in line.activities] == [city.law.vendor]
    assert declared.systems(DOH, city.catalog) == ()
    told = events.events(DSS, city.catalog)
    assert [one.event.title for one in told.exigent] == ["Telling a hospital of a person in the cold"]
    assert [one.violation.title for one in told.violations] == ["Letters to the wrong printer"]
    assert events.events(CPO, city.catalog) == told
    assert events.events(DOH, city.catalog).exigent == events.events(DOH, city.catalog).violations == ()


def test_an_agency_page_holds_the_report_against_what_is_held_now(city: City) -> None:
    page = holdings.agency(DSS, city.catalog, "DSS")
    assert page.report is not None
    assert {kind.code for kind in page.report.suggested_since} == {
        "CASE_ID", "EMAIL", "PHONE", "ADDR_HOME", "GPS_LOCATION",
    }  # fmt: skip
    assert page.report.found_since == page.report.no_longer == ()
    assert [kind.code for kind in page.report.not_looked] == ["RELIGION"], "one dataset could not be looked at"
    assert [kind.code for kind in page.report.declared_only] == ["FAMILY"]
    assert [each.contract.number for each in page.contracts] == ["24-117"]
    assert [one.code for one in page.programmes] == ["STREET-OUTREACH"]
    health = holdings.agency(DOH, city.catalog, "DOH")
    assert [line.view.activity.id for line in health.incoming] == [city.law.referral]
    assert health.report is None
    assert [one.code for one in health.programmes] == ["STREET-OUTREACH"]


def test_a_dataset_page_says_of_each_activity_what_does_not_add_up(city: City) -> None:
    page = holdings.dataset(DSS, city.catalog, city.clients)
    assert {one.doubt for one in page.concerns[city.law.study]} == {Doubt.LAPSED, Doubt.NO_AGREEMENT}
    told = {one.doubt: {kind.code for kind in one.types} for one in page.concerns[city.law.intake]}
    assert told == {Doubt.SUSPECTED: {"EMAIL", "CASE_ID"}, Doubt.MAY_BE_MISSED: {"GENDER_IDENTITY"}}


READS: dict[str, Callable[[Actor, Catalog], object]] = {
    "flows": flows.find,
    "programmes": programmes.every,
    "programme": lambda actor, catalog: programmes.programme(actor, catalog, "STREET-OUTREACH"),
    "protocols": protocols.every,
    "gaps": protocols.gaps,
    "declared": declared.systems,
    "events": events.events,
    "agency": lambda actor, catalog: holdings.agency(actor, catalog, "DSS"),
    "type": lambda actor, catalog: holdings.type_page(actor, catalog, "NAME"),
}


def statements(catalog: Catalog, read: Callable[[Actor, Catalog], object]) -> int:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(catalog.engine, "before_cursor_execute", note)
    try:
        read(CPO, catalog)
    finally:
        event.remove(catalog.engine, "before_cursor_execute", note)
    return len(asked)


def test_no_page_asks_the_database_more_often_for_more_records(own_city: City) -> None:
    catalog = own_city.catalog
    for read in READS.values():
        read(CPO, catalog)  # that somebody reads what is restricted is written down the first time
    before = {name: statements(catalog, read) for name, read in READS.items()}
    (programme,) = {one.programme.id for one in programmes.every(CPO, catalog)}
    for number in range(12):
        more = an_activity("DSS", f"More {number}", programme_id=programme, verb=Verb.DISCLOSURE)
        register.add_activity(
            CPO,
            catalog,
            more,
            type_codes=["NAME", "SSN"],
            dataset_ids=[own_city.clients, own_city.visits],
            protocol_ids=[own_city.law.designation],
        )
    assert {name: statements(catalog, read) for name, read in READS.items()} == before
    assert max(before.values()) <= 56
