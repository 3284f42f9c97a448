"""Membership designations: suggested when words or columns move, decided by people, never overwritten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Verdict
from catalog.model.holdings import DatasetKind, Source, Words
from catalog.model.identifiers import Tier
from catalog.model.membership import MembershipStanding
from catalog.model.membership_views import MembershipLine
from catalog.model.memberships import MembershipVerdict
from catalog.model.runs import ListedDataset, RunState, SafeName
from catalog.services import describing, law_records, memberships, recording, register, review
from catalog.services.catalog import Catalog
from catalog.store import holdings
from catalog.store import memberships as stored
from tests.integration.services.conftest import DATABASES, add_source, two_agencies
from tests.support.builders import (
    CPO,
    OPERATOR,
    RESEARCHER,
    a_column,
    a_finding,
    a_programme,
    a_result,
    an_activity,
    listed,
    officer,
)

OFFICER, FOREIGN = officer("dso"), officer("dch")
STEWARD = Actor("steward", "Ivo Petrov", frozenset({Grant(Role.STEWARD, "dso")}))
CONFIRM, REJECT = MembershipVerdict.CONFIRM, MembershipVerdict.REJECT


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.fixture
def source(catalog: Catalog) -> Source:
    return add_source(catalog, "dso", "records-db")


def scan(catalog: Catalog, source: Source, one: ListedDataset, *codes: str) -> int:
    """A run in which a dataset is found to hold these types."""
    run = recording.begin(OPERATOR, catalog, source.id, 7, full=True)
    dataset_id = recording.record_listing(OPERATOR, catalog, run, [one], [])[one.name.key]
    columns = [a_column(f"c{place}", [a_finding(code)], position=place) for place, code in enumerate(codes)]
    recording.record_result(OPERATOR, catalog, run, dataset_id, one.change_key, a_result(columns))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dataset_id


def line(catalog: Catalog, dataset_id: int, code: str = "BENEFIT_STATUS") -> MembershipLine:
    return {one.type.code: one for one in memberships.of_dataset(OFFICER, catalog, dataset_id)}[code]


def decide(catalog: Catalog, dataset_id: int, verdict: MembershipVerdict, actor: Actor = OFFICER) -> None:
    seen = line(catalog, dataset_id).digest
    memberships.decide(actor, catalog, dataset_id, "BENEFIT_STATUS", verdict, "As we know it", seen)


def tier(catalog: Catalog, dataset_id: int) -> Tier:
    with catalog.reading() as connection:
        return holdings.summaries_by_id(connection, [dataset_id])[dataset_id].tier


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_a_scan_suggests_and_only_a_person_makes_it_count(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    now = line(catalog, key)
    assert (now.standing, now.clues) == (MembershipStanding.SUGGESTED, ("“food stamp” in its name",))
    assert tier(catalog, key) is Tier.IDENTIFYING
    with catalog.reading() as connection:
        assert stored.confirmed(connection) == {}
    decide(catalog, key, CONFIRM)
    with catalog.reading() as connection:
        assert stored.confirmed(connection, [key]) == {key: frozenset({"BENEFIT_STATUS"})}
    assert tier(catalog, key) is Tier.SENSITIVE
    assert line(catalog, key).standing is MembershipStanding.CONFIRMED
    decide(catalog, key, REJECT)
    assert tier(catalog, key) is Tier.IDENTIFYING
    with catalog.reading() as connection:
        assert stored.confirmed(connection) == {}


def test_a_confirmation_outlives_its_suggestion_and_a_scan_overwrites_no_decision(
    catalog: Catalog, source: Source
) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    decide(catalog, key, CONFIRM)
    assert scan(catalog, source, listed("food_stamp_recipients", change_key="v2"), "AGE") == key
    now = line(catalog, key)
    assert (now.standing, now.is_suggested, now.clues) == (MembershipStanding.CONFIRMED, False, ())
    assert tier(catalog, key) is Tier.SENSITIVE


def test_a_rejection_reopens_only_when_what_speaks_for_it_moves(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    decide(catalog, key, REJECT)
    scan(catalog, source, listed("food_stamp_recipients", change_key="v2"), "NAME", "EMAIL")
    assert line(catalog, key).standing is MembershipStanding.REJECTED
    assert memberships.pending(OFFICER, catalog).lines == ()
    describing.describe(OFFICER, catalog, key, Words("Mailing list", "Recipients of public assistance"))
    assert line(catalog, key).standing is MembershipStanding.REOPENED
    assert [one.dataset.id for one in memberships.pending(OFFICER, catalog).lines] == [key]


def test_a_confirmation_on_other_words_waits_for_another_look_and_counts_till_then(
    catalog: Catalog, source: Source
) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    decide(catalog, key, CONFIRM)
    describing.describe(OFFICER, catalog, key, Words("Mailing list", "Recipients of public assistance"))
    assert line(catalog, key).standing is MembershipStanding.CHANGED
    assert [one.dataset.id for one in memberships.pending(OFFICER, catalog).lines] == [key]
    assert tier(catalog, key) is Tier.SENSITIVE
    decide(catalog, key, CONFIRM)
    assert line(catalog, key).standing is MembershipStanding.CONFIRMED


def test_who_saw_older_words_is_told_so(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    seen = line(catalog, key).digest
    describing.describe(OFFICER, catalog, key, Words("Recipients of public assistance"))
    with pytest.raises(Conflict):
        memberships.decide(OFFICER, catalog, key, "BENEFIT_STATUS", CONFIRM, "Yes", seen)
    assert line(catalog, key).decision is None


def test_a_person_may_say_what_no_machine_suggested(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("table_4"), "NAME")
    memberships.decide(OFFICER, catalog, key, "VICTIM_DV_SA", CONFIRM, "It is the hotline's", "absent")
    assert line(catalog, key, "VICTIM_DV_SA").standing is MembershipStanding.CONFIRMED
    assert tier(catalog, key) is Tier.RESTRICTED


def test_words_of_a_programme_reach_the_tables_of_its_flows(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("canvass_2026_01"), "NAME")
    assert memberships.of_dataset(OFFICER, catalog, key) == ()
    programme = law_records.add_programme(CPO, catalog, a_programme("STREET", "dso", "Homeless outreach"))
    activity = an_activity("dso", "Canvassing", programme_id=programme.id)
    register.add_activity(CPO, catalog, activity, type_codes=["NAME"], dataset_ids=[key], protocol_ids=[])
    assert line(catalog, key).clues == ("“homeless” in its program",)


def test_a_decision_on_a_column_takes_back_what_it_says_already(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    with catalog.reading() as connection:
        column = holdings.live_columns(connection, key)[0]
    review.decide(OFFICER, catalog, column.id, "NAME", Verdict.REJECTED, "Codes of shelters")
    assert memberships.of_dataset(OFFICER, catalog, key) == ()


def test_a_name_that_is_withheld_says_nothing_here(catalog: Catalog, source: Source) -> None:
    hidden = ListedDataset(SafeName("snap 9999", "hash-1", True), DatasetKind.TABLE, "", 10, "v1")
    key = scan(catalog, source, hidden, "NAME")
    assert memberships.of_dataset(OFFICER, catalog, key) == ()
    describing.describe(OFFICER, catalog, key, Words("Food stamps"))
    assert line(catalog, key).clues == ("“food stamp” in its name",)


def test_another_name_from_the_source_is_looked_at_anew(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients", key="oid 4"), "NAME")
    run = recording.begin(OPERATOR, catalog, source.id, 7)
    recording.record_listing(OPERATOR, catalog, run, [listed("trees", key="oid 4")], [])
    assert memberships.of_dataset(OFFICER, catalog, key) == ()


@pytest.mark.parametrize(
    ("actor", "refusal"), [(STEWARD, NotAllowed), (FOREIGN, NotFound), (RESEARCHER, NotAllowed), (OPERATOR, NotAllowed)]
)
def test_who_may_not_decide(catalog: Catalog, source: Source, actor: Actor, refusal: type[Exception]) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    with pytest.raises(refusal):
        decide(catalog, key, CONFIRM, actor)
    assert line(catalog, key).decision is None


def test_what_is_suggested_of_an_agency_is_its_own(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    other = scan(catalog, add_source(catalog, "dch", "clinics"), listed("hiv_registry"), "NAME")
    assert memberships.of_dataset(FOREIGN, catalog, key) == ()
    seen = memberships.pending(FOREIGN, catalog)
    assert [one.dataset.id for one in seen.lines] == [other]
    assert (seen.by_agency, seen.by_type) == ({"dch": 1}, {"HEALTH_INFO": 1})
    assert [one.may_decide for one in memberships.of_dataset(STEWARD, catalog, key)] == [False]
    with pytest.raises(NotAllowed):
        memberships.pending(RESEARCHER, catalog)


def test_the_gravest_come_first_and_are_chosen_by_agency_type_and_standing(catalog: Catalog, source: Source) -> None:
    benefits = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    clinics = scan(catalog, add_source(catalog, "dch", "clinics"), listed("hiv_registry"), "NAME")
    decide(catalog, benefits, REJECT)
    victims = scan(catalog, add_source(catalog, "dso", "hotline"), listed("domestic_violence_callers"), "PHONE")
    page = memberships.pending(CPO, catalog, per_page=1)
    assert ([one.dataset.id for one in page.lines], page.total, page.pages) == ([clinics], 2, 2)
    assert page.by_standing == {MembershipStanding.SUGGESTED: 2, MembershipStanding.REJECTED: 1}
    chosen = memberships.pending(CPO, catalog, agency_id="dso", type_code="VICTIM_DV_SA")
    assert [one.dataset.id for one in chosen.lines] == [victims]
    rejected = memberships.pending(CPO, catalog, standing=MembershipStanding.REJECTED)
    assert [one.dataset.id for one in rejected.lines] == [benefits]


@pytest.mark.parametrize(("code", "reason"), [("NO_SUCH", "Yes"), ("BENEFIT_STATUS", " ")])
def test_a_decision_names_a_type_and_says_why(catalog: Catalog, source: Source, code: str, reason: str) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    with pytest.raises(RequestError):
        memberships.decide(OFFICER, catalog, key, code, CONFIRM, reason, line(catalog, key).digest)


def test_all_can_be_suggested_anew(catalog: Catalog, source: Source) -> None:
    key = scan(catalog, source, listed("food_stamp_recipients"), "NAME")
    before = memberships.of_dataset(OFFICER, catalog, key)
    catalog.note(lambda connection: stored.put_suggestions(connection, [key], []))
    assert memberships.of_dataset(OFFICER, catalog, key) == ()
    memberships.look_around(OPERATOR, catalog)
    assert memberships.of_dataset(OFFICER, catalog, key) == before
    with pytest.raises(NotAllowed):
        memberships.look_around(OFFICER, catalog)
