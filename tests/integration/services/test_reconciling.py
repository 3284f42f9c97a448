"""The reconciliation of a city with one fault of each kind: what is listed, to whom, why, and what is done about it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from catalog.errors import CatalogError, Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.coverage import Coverage, SampleMethod
from catalog.model.decisions import ABSENT, Standing, Verdict
from catalog.model.difference_views import DifferenceLine, Gravest, Step
from catalog.model.differences import Match, Reason, Settling, State
from catalog.model.memberships import MembershipVerdict
from catalog.model.parties import Party
from catalog.model.reconciliation import Doubt
from catalog.model.register import Activity
from catalog.model.revisions import RecordKind
from catalog.services import flows, history, holdings, memberships, mirrors, reconciling, register, resolutions, review
from catalog.services.catalog import Catalog
from catalog.store import law, rows
from catalog.store import register as stored
from catalog.store.engine import Connection
from catalog.store.schema import coverage
from tests.support import city as cities
from tests.support.builders import CPO, OPERATOR, RESEARCHER, officer
from tests.support.city import City

DSS = Actor("officer-dss", "Ben Okafor", frozenset({Grant(Role.OFFICER, "DSS")}))
DOH, PARKS = officer("DOH"), officer("PRK")
STEWARD = Actor("steward-dss", "Ivo Petrov", frozenset({Grant(Role.STEWARD, "DSS")}))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city that no test changes."""
    made = cities.build(tmp_path_factory.mktemp("city"))
    yield made
    made.catalog.close()


@pytest.fixture(scope="module")
def own_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city of which each test changes another line."""
    made = cities.build(tmp_path_factory.mktemp("own"))
    yield made
    made.catalog.close()


def lines(catalog: Catalog, actor: Actor = CPO, **chosen: str) -> dict[str, DifferenceLine]:
    page = reconciling.find(actor, catalog, {key: [value] for key, value in chosen.items()}, per_page=500)
    return {line.difference.key: line for line in page.lines}


def expected(city: City) -> dict[str, tuple[str, Match, Reason]]:
    """Written from the records and columns of the city, before anything was reconciled."""
    law = city.law
    clients, visits, foreign = (f"d:{one}" for one in (city.clients, city.visits, city.foreign))
    elsewhere, undeclared = Match.DECLARED_ELSEWHERE, Match.UNDECLARED
    not_found, missed, mirror = Match.NOT_FOUND, Match.MAY_BE_MISSED, Match.MIRROR_MISMATCH
    beside, alone, other = Reason.NOT_AMONG_DECLARED, Reason.IN_NO_ACTIVITY, Reason.DECLARED_OF_OTHER_DATA
    nowhere = Reason.NOWHERE_IN_ITS_DATA
    return {
        f"{clients}:CASE_ID": ("DSS", undeclared, beside),
        f"{clients}:EMAIL": ("DSS", undeclared, beside),
        # Home addresses are declared of what a vendor prints; nothing else of the home visits is declared anywhere.
        f"{visits}:ADDR_HOME": ("DSS", elsewhere, other),
        f"{visits}:GPS_LOCATION": ("DSS", undeclared, alone),
        f"{visits}:PHONE": ("DSS", undeclared, alone),
        f"{foreign}:HEALTH_ID": ("DOH", elsewhere, other),
        # How often scans find a gender identity or health information was never measured.
        f"a:{law.intake}:GENDER_IDENTITY": ("DSS", missed, Reason.NOT_MEASURED),
        f"a:{law.received}:NAME": ("DOH", not_found, nowhere),
        f"a:{law.received}:DOB": ("DOH", not_found, nowhere),
        f"a:{law.received}:HEALTH_INFO": ("DOH", missed, Reason.NOT_MEASURED),
        f"a:{law.health}:HEALTH_ID": ("DOH", Match.NOT_SCANNABLE, Reason.NO_DATA_NAMED),
        f"a:{law.vendor}:NAME": ("DSS", Match.NOT_SCANNABLE, Reason.HELD_WHERE_NOBODY_LOOKS),
        f"a:{law.vendor}:ADDR_HOME": ("DSS", Match.NOT_SCANNABLE, Reason.HELD_WHERE_NOBODY_LOOKS),
        f"a:{law.referral}:mirror": ("DSS", mirror, Reason.OTHER_RECORDS_OTHERWISE),
        f"a:{law.received}:mirror": ("DOH", mirror, Reason.OTHER_RECORDS_OTHERWISE),
        f"a:{law.unanswered}:mirror": ("DSS", mirror, Reason.OTHER_RECORDS_NOTHING),
        f"a:{law.unanswered}:unanswered": ("PRK", mirror, Reason.OWN_SIDE_MISSING),
        f"a:{law.study}:approval": ("DSS", Match.PROTOCOL_EXPIRED, Reason.APPROVAL_ENDED),
        f"a:{law.study}:agreement": ("DSS", Match.NO_AGREEMENT, Reason.NO_AGREEMENT_IN_FORCE),
        f"a:{law.vendor}:approval": ("DSS", Match.NO_PROTOCOL, Reason.NEVER_APPROVED),
        f"a:{law.vendor}:agreement": ("DSS", Match.NO_AGREEMENT, Reason.NO_AGREEMENT_IN_FORCE),
    }


def test_each_fault_of_the_city_is_a_line_and_nothing_else_is(city: City) -> None:
    found = {key: (line.agency.id, line.match, line.difference.reason) for key, line in lines(city.catalog).items()}
    assert found == expected(city)
    moved = reconciling.run(OPERATOR, city.catalog)
    assert (moved.new, moved.gone, moved.moved) == (0, 0, 0)


def test_confirmed_and_suggested_never_look_alike(city: City) -> None:
    agreed = lines(city.catalog, match="agreed")
    assert {key.rpartition(":")[2]: line.difference.confirmed for key, line in agreed.items()} == {
        "SSN": True, "NAME": True, "DOB": True,
    }  # fmt: skip
    assert all(line.state is None for line in agreed.values())
    suggested = lines(city.catalog, standing="suggested")
    assert set(suggested) == {key for key in expected(city) if key.startswith("d:")}


def test_the_table_says_what_the_pages_of_the_law_say(city: City) -> None:
    """Both come from the same rules: each concern of a flow is a line, and each line of a flow a concern."""
    matches = {
        Doubt.LAPSED: {Match.PROTOCOL_EXPIRED},
        Doubt.NO_APPROVAL: {Match.NO_PROTOCOL},
        Doubt.NO_AGREEMENT: {Match.NO_AGREEMENT},
        Doubt.NOT_MIRRORED: {Match.MIRROR_MISMATCH},
        Doubt.TYPES_DIFFER: {Match.MIRROR_MISMATCH},
        Doubt.NOT_FOUND: {Match.NOT_FOUND},
        Doubt.MAY_BE_MISSED: {Match.MAY_BE_MISSED},
        Doubt.NOT_LOOKED: {Match.NOT_SCANNABLE, Match.STALE},
        Doubt.UNDECLARED: {Match.UNDECLARED, Match.DECLARED_ELSEWHERE},
        Doubt.SUSPECTED: {Match.UNDECLARED, Match.DECLARED_ELSEWHERE},
    }
    every = lines(city.catalog).values()
    for flow in flows.find(CPO, city.catalog, per_page=500).lines:
        own = flow.view.activity.id
        told = {
            (frozenset(matches[one.doubt]), kind.code if kind else None)
            for one in flow.concerns
            for kind in (one.types if one.doubt not in {Doubt.NOT_MIRRORED, Doubt.TYPES_DIFFER} else ()) or (None,)
        }
        about = {
            (one.difference.match, one.difference.type_code)
            for one in every
            if one.difference.activity_id == own and one.difference.reason is not Reason.OWN_SIDE_MISSING
        }
        on_it = {
            (one.difference.match, one.difference.type_code)
            for one in every
            if one.difference.dataset_id in flow.datasets and flow.view.activity.verb.value == "collection"
        }
        assert {code for _, code in told} == {code for _, code in about | on_it}, flow.view.activity.title
        for fitting, code in told:
            assert any(match in fitting and code == other for match, other in about | on_it)


def test_of_what_was_sampled_the_bound_is_told(city: City) -> None:
    line = lines(city.catalog)[f"a:{city.law.received}:DOB"]
    assert line.why.bound == pytest.approx(0.003)
    assert line.why.section == "§23-1205(a)(1)(a)"
    assert line.why.measured is not None
    assert line.why.measured.is_well_found


def test_where_scans_may_miss_it_nothing_is_open_and_somebody_can_be_asked(own_city: City) -> None:
    catalog, key = own_city.catalog, f"a:{own_city.law.intake}:GENDER_IDENTITY"
    line = lines(catalog)[key]
    assert (line.state, line.why.bound) == (None, None)
    assert line.why.measured is not None
    assert not line.why.measured.held
    assert key not in {*lines(catalog, state="open"), *lines(catalog, match="agreed")}
    steps = {step.step for step in reconciling.one(DSS, catalog, line.difference.id).steps}
    assert steps == {Step.ASK, Step.EXCEPTION}
    resolutions.ask_steward(DSS, catalog, line.difference.id, "steward-dss", "Is it kept?", line.difference.facts)
    assert lines(catalog, state="asked")[key].state is State.ASKED
    resolutions.answer_asked(STEWARD, catalog, line.difference.id, "On paper alone", line.difference.facts)
    assert lines(catalog)[key].state is None


def test_a_weak_clue_is_no_absence_until_somebody_says_that_it_is_none(own_city: City) -> None:
    """Birth dates are well found, and none was in the records of the flow: until something there looks like one."""
    catalog, key = own_city.catalog, f"a:{own_city.law.received}:DOB"
    assert lines(catalog)[key].match is Match.NOT_FOUND
    column = next(iter(cities.column_ids(catalog, own_city.foreign).values()))
    weak = (column, "DOB", Standing.SUGGESTED.value)

    def says(statement: str) -> None:
        catalog.note(lambda connection: connection.exec_driver_sql(statement, weak[: statement.count("?")]))
        reconciling.run(OPERATOR, catalog)

    says("INSERT INTO standings (column_id, type_code, standing, counts) VALUES (?, ?, ?, 0)")
    now = lines(catalog)[key]
    assert (now.match, now.difference.reason) == (Match.MAY_BE_MISSED, Reason.CLUE_TOO_WEAK)
    says("UPDATE standings SET standing = 'rejected' WHERE column_id = ? AND type_code = ?")
    assert lines(catalog)[key].match is Match.NOT_FOUND


@pytest.mark.parametrize(("actor", "agencies"), [(DSS, {"DSS"}), (DOH, {"DOH"}), (PARKS, {"PRK"}), (STEWARD, {"DSS"})])
def test_an_agencys_lines_are_its_own(city: City, actor: Actor, agencies: set[str]) -> None:
    mine = lines(city.catalog, actor)
    assert {line.agency.id for line in mine.values()} == agencies
    assert mine.keys() == {key for key, (agency_id, *_) in expected(city).items() if agency_id in agencies}
    others = [line for line in lines(city.catalog).values() if line.agency.id not in agencies]
    words = set()
    for number in [line.difference.id for line in others] + [0, 10**6]:
        with pytest.raises(NotFound) as refused:
            reconciling.one(actor, city.catalog, number)
        words.add(str(refused.value))
    assert len(words) == 1
    page = reconciling.find(actor, city.catalog)
    assert {value.value for facet in page.facets if facet.key == "agency" for value in facet.values} == agencies
    told = {line.key for by in ("agency", "dataset", "activity") for line in reconciling.tally(actor, city.catalog, by)}
    assert told & {"DSS", "DOH", "PRK"} == agencies


def test_a_number_of_another_agency_is_answered_as_one_that_nothing_has(city: City) -> None:
    """By number one filters; names come with them, and are told of what one sees alone."""
    for key, foreign in (("dataset", city.clients), ("activity", city.law.study)):
        (theirs,) = (one for one in reconciling.find(DOH, city.catalog, {key: [str(foreign)]}).facets if one.key == key)
        assert [(value.label, value.count) for value in theirs.values] == [(str(foreign), 0)]
        (own,) = (one for one in reconciling.find(DSS, city.catalog, {key: [str(foreign)]}).facets if one.key == key)
        assert [value.label for value in own.values] != [str(foreign)]


@pytest.mark.parametrize("actor", [CPO, DSS, DOH, PARKS])
def test_what_stands_beside_a_thing_begins_the_list_of_it(city: City, actor: Actor) -> None:
    own: tuple[dict[str, list[str]], ...] = (
        {},
        {"dataset": [str(city.clients)]},
        {"agency": ["DSS"], "state": ["open"]},
        {"match": ["agreed"]},
    )
    for chosen in own:
        page = reconciling.find(actor, city.catalog, chosen, per_page=2)
        assert reconciling.gravest(actor, city.catalog, chosen, 2) == Gravest(page.lines, page.total)


def test_researchers_and_operators_see_none_of_it(city: City) -> None:
    for actor in (RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            reconciling.gravest(actor, city.catalog, {}, 2)
        with pytest.raises(NotAllowed):
            reconciling.find(actor, city.catalog)
        with pytest.raises(NotAllowed):
            reconciling.one(actor, city.catalog, 1)
        with pytest.raises(NotAllowed):
            reconciling.tally(actor, city.catalog, "agency")


def test_what_nobody_looked_at_stands_beside_every_list(city: City) -> None:
    page = reconciling.find(CPO, city.catalog)
    # Of six datasets one could not be opened and one is listed only.
    assert (page.not_looked, page.datasets, page.agreed) == (2, 6, 3)
    # Of three of the 21 lines nobody can look, and in two scans may miss what is there: nothing is open in these.
    assert (page.total, page.known, page.counts) == (21, 21, {State.OPEN: 16})
    own = reconciling.find(CPO, city.catalog, {"agency": ["DOH"]})
    assert (own.not_looked, own.datasets, own.agreed) == (1, 2, 0)


def test_filters_add_up_and_facets_tell_what_each_value_would_leave(city: City) -> None:
    page = reconciling.find(CPO, city.catalog, {"agency": ["DSS"], "match": ["undeclared"]}, per_page=3)
    assert (page.total, page.pages, len(page.lines)) == (4, 2, 3)
    counts = {facet.key: {one.value: one.count for one in facet.values} for facet in page.facets}
    assert counts["agency"] == {"DSS": 4}
    assert counts["match"]["agreed"] == 3
    assert counts["match"]["mirror_mismatch"] == 2
    order = [(line.state is None, -line.difference.rank) for line in reconciling.find(CPO, city.catalog).lines]
    assert order == sorted(order)
    assert set(lines(city.catalog, dataset=str(city.visits))) == {
        key for key in expected(city) if key.startswith(f"d:{city.visits}:")
    }
    of_intake = lines(city.catalog, activity=str(city.law.intake))
    assert set(of_intake) == {
        key for key in expected(city) if key.startswith((f"d:{city.clients}:", f"a:{city.law.intake}:"))
    }
    assert {line.agency.id for line in lines(city.catalog, programme="STREET-OUTREACH").values()} == {"DSS", "DOH"}
    assert not reconciling.find(CPO, city.catalog, {"dataset": ["no number"]}).total
    assert {line.match for line in reconciling.find(CPO, city.catalog, text="home visits").lines} == {
        Match.DECLARED_ELSEWHERE, Match.UNDECLARED,
    }  # fmt: skip


def test_tallies_put_what_waits_first(city: City) -> None:
    first, *rest = reconciling.tally(CPO, city.catalog, "agency")
    assert (first.key, first.open, first.counts[Match.AGREED]) == ("DSS", 11, 3)
    assert [line.open for line in rest] == [4, 1]


def test_declaring_what_was_found_mends_the_paper(own_city: City) -> None:
    catalog, key = own_city.catalog, f"d:{own_city.clients}:CASE_ID"
    line = lines(catalog)[key]
    step = reconciling.one(DSS, catalog, line.difference.id).step(Step.DECLARE)
    assert step is not None
    assert step.allowed
    assert own_city.law.intake in {view.activity.id for view in step.activities}
    resolutions.declare(DSS, catalog, line.difference.id, own_city.law.intake, "It is asked for", line.difference.facts)
    assert key not in lines(catalog)
    assert lines(catalog, match="agreed")[key].difference.confirmed is False


def test_linking_a_dataset_with_what_declares_its_type(own_city: City) -> None:
    catalog, key = own_city.catalog, f"d:{own_city.foreign}:HEALTH_ID"
    line = lines(catalog)[key]
    step = reconciling.one(DOH, catalog, line.difference.id).step(Step.LINK)
    assert step is not None
    assert [view.activity.id for view in step.activities] == [own_city.law.health]
    resolutions.link(DOH, catalog, line.difference.id, own_city.law.health, "It is kept there", line.difference.facts)
    found = lines(catalog)
    assert key not in found
    # What was declared of no data at all is now found in it.
    assert f"a:{own_city.law.health}:HEALTH_ID" not in found


def test_rejecting_a_finding_takes_it_out_of_every_column(own_city: City) -> None:
    catalog, key = own_city.catalog, f"d:{own_city.visits}:PHONE"
    line = lines(catalog)[key]
    resolutions.reject(DSS, catalog, line.difference.id, "Extension numbers", line.difference.facts)
    assert key not in lines(catalog)
    tags = [tag for view in holdings.dataset(DSS, catalog, own_city.visits).columns for tag in view.tags]
    assert {tag.standing for tag in tags if tag.type.code == "PHONE"} == {Standing.REJECTED}


def test_an_exception_holds_until_its_day_and_as_long_as_nothing_moves(own_city: City) -> None:
    catalog, key = own_city.catalog, f"d:{own_city.clients}:EMAIL"
    line = lines(catalog)[key]
    today = catalog.clock.now().date()
    with pytest.raises(RequestError):
        resolutions.note_exception(
            DSS, catalog, line.difference.id, "Soon gone", today - timedelta(1), line.difference.facts
        )
    resolutions.note_exception(DSS, catalog, line.difference.id, "Soon gone", today, line.difference.facts)
    assert lines(catalog)[key].state is State.RESOLVED
    assert reconciling.find(DSS, catalog).counts[State.RESOLVED] == 1
    assert set(lines(catalog, state="resolved")) == {key}
    # Noise moves nothing: the same is found again. A person's confirmation does.
    reconciling.run(OPERATOR, catalog)
    assert lines(catalog)[key].state is State.RESOLVED
    column = cities.column_ids(catalog, own_city.clients)["email_address"]
    review.decide(DSS, catalog, column, "EMAIL", Verdict.CONFIRMED)
    assert lines(catalog)[key].state is State.REOPENED
    page = reconciling.one(DSS, catalog, line.difference.id)
    assert [(said.resolution.settling, said.holds) for said in page.history] == [(Settling.EXCEPTION, False)]
    assert "suggested in 1 column" in page.history[0].resolution.picture
    assert "confirmed in 1 column" in page.picture


def test_taking_an_exception_back_opens_it_again(own_city: City) -> None:
    catalog, key = own_city.catalog, f"a:{own_city.law.study}:agreement"
    seen = lines(catalog)[key].difference
    with pytest.raises(Conflict):
        resolutions.reopen(DSS, catalog, seen.id, "By mistake", seen.facts)
    resolutions.note_exception(DSS, catalog, seen.id, "It is being written", None, seen.facts)
    resolutions.reopen(DSS, catalog, seen.id, "By mistake", seen.facts)
    assert lines(catalog)[key].state is State.REOPENED
    history = reconciling.one(DSS, catalog, seen.id).history
    assert [said.resolution.settling for said in history] == [Settling.REOPENED, Settling.EXCEPTION]


def test_a_steward_is_asked_and_answers_and_the_officer_decides(own_city: City) -> None:
    catalog, key = own_city.catalog, f"d:{own_city.visits}:GPS_LOCATION"
    seen = lines(catalog)[key].difference
    with pytest.raises(RequestError):
        resolutions.ask_steward(DSS, catalog, seen.id, "officer-doh", "What is it?", seen.facts)
    resolutions.ask_steward(DSS, catalog, seen.id, "steward-dss", "What is it?", seen.facts)
    assert set(lines(catalog, STEWARD, state="asked")) == {key}
    assert reconciling.one(STEWARD, catalog, seen.id).step(Step.ANSWER) is not None
    assert reconciling.one(DSS, catalog, seen.id).step(Step.ANSWER) is None
    with pytest.raises(NotAllowed):
        resolutions.answer_asked(DSS, catalog, seen.id, "I know", seen.facts)
    with pytest.raises(Conflict, match="changed"):
        resolutions.answer_asked(STEWARD, catalog, seen.id, "The tablet adds it", "what it was before")
    resolutions.answer_asked(STEWARD, catalog, seen.id, "The tablet adds it", seen.facts)
    assert lines(catalog)[key].state is State.OPEN
    with pytest.raises(Conflict):
        resolutions.answer_asked(STEWARD, catalog, seen.id, "Once more", seen.facts)


@pytest.mark.parametrize("actor", [DSS, DOH, STEWARD, RESEARCHER])
def test_nobody_mends_what_is_not_theirs(city: City, actor: Actor) -> None:
    """Of Parks nobody of another agency may even know; stewards say nothing of the law's records."""
    catalog = city.catalog
    (seen,) = (line.difference for line in lines(catalog, agency="PRK").values())
    tries: tuple[Callable[[], None], ...] = (
        lambda: resolutions.note_exception(actor, catalog, seen.id, "Because", None, seen.facts),
        lambda: resolutions.ask_steward(actor, catalog, seen.id, "steward-dss", "Why?", seen.facts),
        lambda: resolutions.reopen(actor, catalog, seen.id, "Because", seen.facts),
        lambda: resolutions.declare(actor, catalog, seen.id, city.law.intake, "Because", seen.facts),
        lambda: resolutions.link(actor, catalog, seen.id, city.law.intake, "Because", seen.facts),
        lambda: resolutions.reject(actor, catalog, seen.id, "Because", seen.facts),
        lambda: resolutions.answer_asked(actor, catalog, seen.id, "Because", seen.facts),
    )
    for refused in tries:
        with pytest.raises((NotFound, NotAllowed)):
            refused()
    assert lines(catalog, agency="PRK").values()


def test_whoever_saw_something_else_is_told_so_and_nothing_is_written(city: City) -> None:
    catalog, law = city.catalog, city.law
    seen = lines(catalog)[f"d:{city.clients}:EMAIL"].difference
    agreed = lines(catalog, match="agreed")[f"d:{city.clients}:SSN"].difference
    refusals: list[tuple[type[CatalogError], int, str, str]] = [
        (Conflict, seen.id, "Because", "something else"),
        (RequestError, seen.id, "  ", seen.facts),
        (RequestError, agreed.id, "Because", agreed.facts),
    ]
    for error, number, reason, facts in refusals:
        with pytest.raises(error):
            resolutions.note_exception(DSS, catalog, number, reason, None, facts)
        with pytest.raises(error):
            resolutions.declare(DSS, catalog, number, law.intake, reason, facts)
        with pytest.raises(error):
            resolutions.reject(DSS, catalog, number, reason, facts)
    with pytest.raises(NotFound):  # Another agency's flow, which this officer knows of.
        resolutions.declare(DSS, catalog, seen.id, law.received, "Because", seen.facts)
    assert not reconciling.one(DSS, catalog, seen.id).history
    assert replace(lines(catalog)[seen.key].difference, since=seen.since) == seen


def test_an_approval_that_lapsed_says_since_when(city: City) -> None:
    line = lines(city.catalog)[f"a:{city.law.study}:approval"]
    assert line.why.day == date(2025, 4, 30)


def revise(catalog: Catalog, activity_id: int, more: tuple[str, ...] = (), **but: object) -> None:
    """Change an activity of DSS on record, and perhaps have it declare more."""
    with catalog.reading() as connection:
        activity = law.one(connection, Activity, activity_id)
        assert activity is not None
        joined = stored.joined_of(connection, activity_id)
        latest = history.latest(connection, RecordKind.ACTIVITY, activity_id)
    after = replace(activity, **but)  # type: ignore[arg-type]  # Fields by name.
    register.revise_activity(
        DSS,
        catalog,
        after,
        type_codes=sorted({*joined.type_codes, *more}),
        dataset_ids=joined.dataset_ids,
        protocol_ids=joined.protocol_ids,
        reason="Because",
        expected=latest,
    )


def test_what_one_agency_said_is_never_shown_to_the_next(own_city: City) -> None:
    """A disclosure to Parks, of which Parks records nothing and says why, turns out to be one to Health."""
    catalog, disclosure = own_city.catalog, own_city.law.unanswered
    key = f"a:{disclosure}:unanswered"
    seen = lines(catalog, PARKS)[key].difference
    resolutions.note_exception(PARKS, catalog, seen.id, "Words of Parks", None, seen.facts)
    assert lines(catalog, PARKS)[key].state is State.RESOLVED
    with catalog.reading() as connection:
        health = next(one.id for one in law.every(connection, Party) if one.agency_id == "DOH")
    revise(catalog, disclosure, party_id=health)
    line = lines(catalog, DOH)[key]
    assert (line.state, line.resolution, line.resolved_by) == (State.OPEN, None, "")
    assert reconciling.one(DOH, catalog, line.difference.id).history == ()
    assert key in lines(catalog, DOH, state="open")
    assert key not in lines(catalog, PARKS)


def test_what_first_rows_or_an_old_look_did_not_show_is_not_said_to_be_absent(own_city: City) -> None:
    """Birth dates are well found: that none was is said on the strength of the look alone."""
    catalog, key = own_city.catalog, f"a:{own_city.law.received}:DOB"
    of_it = coverage.c.dataset_id == own_city.foreign
    with catalog.reading() as connection:
        look = rows.find(connection, coverage, Coverage, of_it)[0]

    def looked(**but: object) -> tuple[Match, Reason, float | None, set[Doubt]]:
        as_it_was = {"method": look.method, "rows_looked_at": look.rows_looked_at, "scanned_at": look.scanned_at}

        def write(connection: Connection) -> None:
            rows.change(connection, coverage, of_it, **(as_it_was | {"draws": look.draws} | but))

        catalog.note(write)
        reconciling.run(OPERATOR, catalog)
        one = lines(catalog)[key].difference
        concerns = flows.flow(DOH, catalog, own_city.law.received).line.concerns
        about = {each.doubt for each in concerns if any(kind.code == "DOB" for kind in each.types)}
        return one.match, one.reason, one.bound, about & {Doubt.NOT_FOUND, Doubt.NOT_LOOKED}

    absent = looked()
    assert absent[:2] == (Match.NOT_FOUND, Reason.NOWHERE_IN_ITS_DATA)
    assert absent[3] == {Doubt.NOT_FOUND}
    partly = (Match.NOT_SCANNABLE, Reason.LOOKED_PARTLY, None, {Doubt.NOT_LOOKED})
    assert looked(method=SampleMethod.FIRST_ROWS, rows_looked_at=5, draws=None) == partly
    old = (Match.STALE, Reason.LOOK_TOO_OLD, None, {Doubt.NOT_LOOKED})
    assert looked(scanned_at=catalog.clock.now() - timedelta(2000)) == old
    assert looked() == absent


def test_what_ended_leaves_nothing_to_mend_on_either_side(own_city: City) -> None:
    catalog, disclosure = own_city.catalog, own_city.law.referral
    of_it = {key for key in lines(catalog) if key.startswith(f"a:{disclosure}:")}
    assert of_it
    with catalog.reading() as connection:
        before = law.one(connection, Activity, disclosure)
    assert before is not None
    revise(catalog, disclosure, started_on=date(2019, 1, 1), ended_on=date(2020, 1, 1))
    assert not {key for key in lines(catalog) if key.startswith(f"a:{disclosure}:")}
    assert flows.flow(DSS, catalog, disclosure).line.concerns == ()
    assert disclosure not in {one.disclosure.activity.id for one in mirrors.to_record(DOH, catalog)}
    revise(catalog, disclosure, started_on=before.started_on, ended_on=before.ended_on)
    assert {key for key in lines(catalog) if key.startswith(f"a:{disclosure}:")} == of_it


def test_an_exception_does_not_cover_what_is_added_later(own_city: City) -> None:
    catalog, key = own_city.catalog, f"a:{own_city.law.vendor}:approval"
    seen = lines(catalog)[key].difference
    resolutions.note_exception(DSS, catalog, seen.id, "Names alone", None, seen.facts)
    assert lines(catalog)[key].state is State.RESOLVED
    revise(catalog, own_city.law.vendor, ("SSN", "HEALTH_INFO"))
    assert lines(catalog)[key].state is State.REOPENED


def test_what_is_confirmed_of_a_dataset_confirms_none_of_its_columns(own_city: City) -> None:
    catalog, key = own_city.catalog, f"d:{own_city.visits}:ADDR_HOME"
    before = lines(catalog)[key].difference
    assert (before.columns, before.confirmed, before.member) == (1, False, False)
    confirm = MembershipVerdict.CONFIRM
    memberships.decide(DSS, catalog, own_city.visits, "ADDR_HOME", confirm, "Homes are visited", ABSENT)
    now = lines(catalog, standing="confirmed")[key].difference
    assert (now.columns, now.confirmed, now.member, now.is_confirmed) == (1, False, True, True)
    assert now.facts != before.facts
    picture = reconciling.one(CPO, catalog, now.id).picture
    assert "suggested in 1 column; confirmed of the dataset itself" in picture
    column = next(
        view.column.id
        for view in reconciling.one(CPO, catalog, now.id).columns
        if any(tag.type.code == "ADDR_HOME" for tag in view.tags)
    )
    review.decide(DSS, catalog, column, "ADDR_HOME", Verdict.CONFIRMED)
    again = lines(catalog)[key].difference
    assert (again.confirmed, again.member) == (True, True)
