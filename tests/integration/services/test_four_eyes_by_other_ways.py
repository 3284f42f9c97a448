"""Four eyes hold by every way: a dispute, a decision carried over from a column that is gone, a difference."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from catalog.errors import NotAllowed
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Standing, Verdict
from catalog.model.evidence import Finding, Form
from catalog.model.membership import MembershipStanding as Membership
from catalog.model.membership import digest_of
from catalog.model.memberships import MembershipVerdict
from catalog.model.orphan_views import Settled
from catalog.model.review import ActKind, Order, Pick, ReviewState, Why
from catalog.services import (
    memberships,
    orphans,
    people,
    reconciling,
    resolutions,
    review,
    review_proposals,
    second_readings,
)
from catalog.store import holdings, review_pages
from tests.support.builders import CPO, OPERATOR, a_finding
from tests.support.review_world import DSO, TABLES, City, a_city, a_history, scan

REJECT = Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
STAFF = Actor("staff", "Sidney Taff", frozenset({Grant(Role.CPO_STAFF)}))
SSN, NEW = "dso.clients.ssn", "dso.clients.ssn_new"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def base(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    cluster = request.getfixturevalue("postgres_cluster") if request.param == "postgresql" else ""
    made = a_city(tmp_path_factory.mktemp("eyes"), cluster)
    people.add_person(OPERATOR, made.catalog, "staff", "Sidney Taff", Role.CPO_STAFF)
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    """With a second person asked, and every decision coming back to a second reader."""
    with a_history(base) as made:
        settings = made.catalog.settings.model_copy(update={"four_eyes": True, "second_reading_percent": 100})
        yield replace(made, catalog=replace(made.catalog, settings=settings))


def agree(city: City) -> None:
    """The chief privacy officer agrees to what waits for a second person."""
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    assert review_proposals.settle(CPO, city.catalog, waits.act.id, approve=True).left_out == ()


@pytest.mark.parametrize("is_put_off", [False, True])
def test_who_was_contradicted_does_not_end_the_dispute_alone(city: City, *, is_put_off: bool) -> None:
    review.act(DSO, city.catalog, REJECT, [city.pick(SSN)])
    agree(city)
    city.items(SSN)
    view = second_readings.next_one(STAFF, city.catalog)
    assert view is not None
    second_readings.read(STAFF, city.catalog, view.id, Verdict.CONFIRMED)
    assert city.state(SSN) is ReviewState.DISPUTED
    if is_put_off:
        review.act(DSO, city.catalog, Order(ActKind.DEFER, to_person_id="cpo"), [unversioned(city)])
    assert review.act(DSO, city.catalog, REJECT, [unversioned(city)]).proposed == 1
    assert city.state(SSN) is ReviewState.PROPOSED
    agree(city)
    assert (city.state(SSN), city.standings(SSN)["SSN"]) == (ReviewState.REJECTED, Standing.REJECTED)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_rejection_carried_over_from_a_column_that_is_gone_waits_too(city: City, *, agreed: bool) -> None:
    city = gone(city, a_finding("SSN"))
    settled = carry(city)
    assert (settled.carried, settled.proposed) == (("PHONE",), ("SSN",))
    assert city.audited()[-1].detail == f"to column:{city.columns[NEW]} proposed=1"
    assert city.standings(NEW) == {"SSN": Standing.SUGGESTED, "PHONE": Standing.REJECTED}
    assert city.state(NEW) is ReviewState.PROPOSED
    (waits,) = review_proposals.waiting(CPO, city.catalog)
    assert waits.act.reason.startswith("Carried over from the column ssn, decided by Casey Poole on 2026-")
    assert [view.tag.type.code for view in waits.items] == ["SSN"]
    with pytest.raises(NotAllowed):
        review_proposals.settle(DSO, city.catalog, waits.act.id, approve=True)
    review_proposals.settle(CPO, city.catalog, waits.act.id, approve=agreed, reason="Looked")
    assert city.standings(NEW)["SSN"] is (Standing.REJECTED if agreed else Standing.SUGGESTED)


def test_what_somebody_proposed_of_the_other_column_already_is_not_proposed_twice(city: City) -> None:
    city = gone(city, a_finding("SSN"))
    review.act(DSO, city.catalog, REJECT, [Pick(city.columns[NEW], "SSN", None)])
    assert carry(city).proposed == ("SSN",)
    assert len(review_proposals.waiting(CPO, city.catalog)) == 1


@pytest.mark.parametrize(
    ("finding", "after"),
    [
        (a_finding("SSN", 0.3), Standing.REJECTED),  # a clue never counted
        (a_finding("SSN", 0.9, Form.FREE_TEXT), Standing.REOPENED),  # what is open again counts as before
    ],
)
def test_a_rejection_carried_over_that_takes_nothing_away_waits_for_nobody(
    city: City, finding: Finding, after: Standing
) -> None:
    city = gone(city, finding)
    assert carry(city).proposed == ()
    assert city.standings(NEW)["SSN"] is after


def test_what_is_carried_over_keeps_what_the_machine_said_when_it_was_decided(city: City) -> None:
    city = gone(city, a_finding("SSN", 0.3))
    carry(city)
    (was,) = [one for one in city.decisions(SSN) if one.type_code == "SSN"]
    (now,) = [one for one in city.decisions(NEW) if one.type_code == "SSN"]
    with city.catalog.reading() as connection:
        kept = review_pages.pictures_of(connection, [was.id, now.id])
    assert kept[was.id].strength == 0.9
    assert kept[now.id] == replace(kept[was.id], decision_id=now.id)


def test_what_being_in_a_dataset_tells_is_not_rejected_while_its_columns_wait(city: City) -> None:
    dataset_id = city.datasets["dso.clients"]
    memberships.decide(
        DSO, city.catalog, dataset_id, "SSN", MembershipVerdict.CONFIRM, "All applied with it", digest_of(None)
    )
    assert reject_difference(city)
    assert [line.standing for line in memberships.of_dataset(CPO, city.catalog, dataset_id)] == [Membership.CONFIRMED]
    agree(city)
    assert not reject_difference(city)
    assert [line.standing for line in memberships.of_dataset(CPO, city.catalog, dataset_id)] == [Membership.REJECTED]


def reject_difference(city: City) -> bool:
    """Say of the difference that neither the columns nor the dataset are of the type; whether it waits."""
    city.items(SSN)  # which brings up to date what follows
    chosen = {"dataset": [str(city.datasets["dso.clients"])], "type": ["SSN"]}
    (line,) = reconciling.find(DSO, city.catalog, chosen).lines
    return resolutions.reject(DSO, city.catalog, line.difference.id, "Seen", line.difference.facts)


def gone(city: City, *found: Finding) -> City:
    """Two agreed that the column holds no such numbers; then it is gone, and another night a new one is there."""
    not_it = Order(ActKind.NOT_IDENTIFYING, reason="Made up for a course")
    review.act(DSO, city.catalog, not_it, [unversioned(city)])
    agree(city)
    city.drop(SSN)
    city.wait(days=1)
    scan(city.catalog, 1, {**TABLES["dso"], "clients": [*TABLES["dso"]["clients"][1:], ("ssn_new", found)]}, "v9")
    with city.catalog.reading() as connection:
        live = holdings.live_columns(connection, city.datasets["dso.clients"])
    (new,) = [one.id for one in live if one.name == "ssn_new"]
    return replace(city, columns={**city.columns, NEW: new})


def carry(city: City) -> Settled:
    return orphans.settle(DSO, city.catalog, city.columns[SSN], city.columns[NEW], "The same")


def unversioned(city: City) -> Pick:
    return replace(city.pick(SSN), version=None)
