"""How often suggestions are right: what is told of it, and to whom."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import pytest

from catalog.errors import NotAllowed, NotFound
from catalog.model import quality as rules
from catalog.model.actors import Actor, Grant, Role
from catalog.model.decisions import Verdict
from catalog.model.review import ActKind, Order, Why
from catalog.model.review_views import QualityPage
from catalog.services import calibration, review, second_readings
from catalog.services.catalog import _Joined
from tests.support.builders import CPO, OPERATOR, RESEARCHER
from tests.support.review_world import DCH, DSO, City, a_city, a_history

CONFIRM, REJECT = Order(ActKind.CONFIRM), Order(ActKind.REJECT, Why.TEST_DATA, "Made up for a course")
SSN, STAYS, THEIRS = "dso.clients.ssn", "dso.stays.ssn", "dch.patients.ssn"
AUDITOR = Actor("auditor", "Audrey Tor", frozenset({Grant(Role.AUDITOR)}))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    made = a_city(tmp_path_factory.mktemp("quality"))
    yield made
    made.catalog.close()


@pytest.fixture
def city(base: City) -> Iterator[City]:
    with a_history(base) as made:
        settings = made.catalog.settings.model_copy(update={"second_reading_percent": 100})
        yield replace(made, catalog=replace(made.catalog, settings=settings))


def decide(city: City, actor: Actor, order: Order, *picks: tuple[str, str]) -> int:
    done = review.act(actor, city.catalog, order, [replace(city.pick(*pick), version=None) for pick in picks])
    cast("_Joined", city.catalog).catch_up()
    return done.act.id


def quality(city: City, actor: Actor = CPO, agency: str | None = None, code: str | None = None) -> QualityPage:
    return calibration.quality(actor, city.catalog, agency_id=agency, type_code=code)


def told(page: QualityPage) -> dict[float, tuple[int, int, int]]:
    return {one.from_strength: (one.decided, one.confirmed, one.acts) for one in page.bins if one.decided}


def test_decisions_are_counted_by_how_strong_the_suggestion_was_and_by_type(city: City) -> None:
    assert (told(quality(city)), quality(city).by_type, quality(city).agreements) == ({}, (), ())
    assert quality(city).finding.startswith("Nobody has decided")
    decide(city, CPO, CONFIRM, (SSN, "SSN"), (STAYS, "SSN"))
    decide(city, DSO, REJECT, (SSN, "PHONE"))
    decide(city, DCH, REJECT, (THEIRS, "SSN"))
    page = quality(city)
    assert told(page) == {0.9: (3, 2, 2), 0.6: (1, 0, 1)}
    counted = {kind.code: (one.decided, one.confirmed, one.acts, one.low) for kind, one in page.by_type}
    assert counted == {"SSN": (3, 2, 2, None), "PHONE": (1, 0, 1, None)}
    assert [(one.from_strength, one.to_strength) for one in page.bins] == [(n / 10, (n + 1) / 10) for n in range(10)]
    assert page.finding.startswith("Too few decisions to say how often suggestions are right: 4 columns were decided")


def test_the_last_word_counts_with_the_suggestion_it_was_about_and_what_is_taken_back_does_not(city: City) -> None:
    decide(city, DSO, CONFIRM, (SSN, "SSN"))
    city.move(SSN, "SSN", 0.6)
    second = decide(city, DSO, REJECT, (SSN, "SSN"))
    assert told(quality(city)) == {0.6: (1, 0, 1)}
    review.undo(DSO, city.catalog, second)
    assert told(quality(city)) == {0.9: (1, 1, 1)}
    review.undo(DSO, city.catalog, decide(city, DSO, CONFIRM, (STAYS, "SSN")))
    assert told(quality(city)) == {0.9: (1, 1, 1)}


def test_what_nobody_suggested_says_nothing_of_suggestions(city: City) -> None:
    change = Order(ActKind.CHANGE_TYPE, Why.WRONG_TYPE, to_code="DRIVER_LICENSE")
    decide(city, DSO, change, (SSN, "SSN"))
    assert told(quality(city)) == {0.9: (1, 0, 1)}
    assert [kind.code for kind, _ in quality(city).by_type] == ["SSN"]


def test_each_sees_the_counts_of_the_agencies_whose_evidence_they_see(city: City) -> None:
    decide(city, DSO, CONFIRM, (SSN, "SSN"), (STAYS, "SSN"))
    decide(city, DCH, REJECT, (THEIRS, "SSN"))
    own = {0.9: (2, 2, 1)}
    assert told(quality(city, DSO)) == told(quality(city, CPO, "dso")) == told(quality(city, DSO, "dso")) == own
    assert told(quality(city, DCH)) == told(quality(city, AUDITOR, "dch")) == {0.9: (1, 0, 1)}
    assert told(quality(city, CPO, code="SSN")) == {0.9: (3, 2, 2)}
    assert told(quality(city, CPO, "dso", "PHONE")) == {}
    refused = []
    for agency in ("dch", "none"):
        with pytest.raises(NotFound) as said:
            quality(city, DSO, agency)
        refused.append(str(said.value))
    assert refused[0] == refused[1]
    with pytest.raises(NotFound):
        quality(city, CPO, "none")
    with pytest.raises(NotFound):
        quality(city, CPO, code="NONE")
    for actor in (RESEARCHER, OPERATOR):
        with pytest.raises(NotAllowed):
            quality(city, actor)


def test_agreement_is_of_what_was_read_twice_and_told_from_enough_readings_on(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(city, DSO, CONFIRM, (SSN, "SSN"), (STAYS, "SSN"), (SSN, "PHONE"))
    decide(city, DCH, CONFIRM, (THEIRS, "SSN"))
    assert quality(city).waiting == 4
    assert quality(city, AUDITOR).waiting == 0
    for verdict in (Verdict.CONFIRMED, Verdict.REJECTED, Verdict.CONFIRMED, Verdict.CONFIRMED):
        view = second_readings.next_one(CPO, city.catalog)
        assert view is not None
        second_readings.read(CPO, city.catalog, view.id, verdict, Why.TEST_DATA)
    page = quality(city)
    assert (sum(one.read for one in page.agreements), sum(one.agreed for one in page.agreements)) == (4, 3)
    assert all(one.low is None for one in page.agreements)
    by_agency = [sum(one.read for one in quality(city, actor).agreements) for actor in (DSO, DCH)]
    assert by_agency == [3, 1]
    assert [one.read for one in quality(city, CPO, "dch", "SSN").agreements] == [1]
    monkeypatch.setattr(rules, "LEAST", 1)
    assert all(one.low is not None for one in quality(city).agreements)
