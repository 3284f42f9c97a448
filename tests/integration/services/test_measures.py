"""Measures to collect, keep or disclose less: kept by those who keep the register, with their history."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.measures import Measure, MeasureState
from catalog.model.revisions import RecordKind
from catalog.services import histories, measures
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support.builders import CPO, OPERATOR, RESEARCHER
from tests.support.registers import AUDITOR, DCH, DEPUTY, DSO, HEAD, STAFF, STEWARD, refused, small

FULL = Measure(
    0, "dso", "Last four digits", "The whole number is not kept any more.", MeasureState.IMPLEMENTED, None,
    "Nine digits", "Four digits", date(2026, 3, 1),
)  # fmt: skip
#: The day it is in these tests.
TODAY = date(2026, 11, 21)


def ids(actor: Actor, catalog: Catalog) -> list[int]:
    return [line.measure.id for line in measures.every(actor, catalog)]


def test_who_keeps_the_register_keeps_measures_and_insiders_read_them(catalog: Catalog) -> None:
    made = measures.add(DEPUTY, catalog, FULL)
    measures.add(DCH, catalog, replace(FULL, agency_id="dch"))
    for actor in (DSO, DEPUTY, STEWARD, HEAD):
        assert ids(actor, catalog) == [made.id]
        refused(NotFound, "nothing here", lambda actor=actor: measures.every(actor, catalog, "dch"))
    for actor in (CPO, STAFF, AUDITOR):
        assert len(ids(actor, catalog)) == 2
    for actor in (RESEARCHER, OPERATOR):
        refused(NotAllowed, "may not", lambda actor=actor: measures.every(actor, catalog))
    tries: list[Callable[[Actor], object]] = [
        lambda actor: measures.add(actor, catalog, FULL),
        lambda actor: measures.one(actor, catalog, made.id),
        lambda actor: measures.revise(actor, catalog, replace(made, title="Else"), expected=1),
        lambda actor: measures.withdraw(actor, catalog, made.id, reason="Mine", expected=1),
    ]
    for work in tries:
        refused(NotFound, "nothing here", lambda work=work: work(DCH))
        for actor in (STEWARD, HEAD, AUDITOR, RESEARCHER, OPERATOR):
            refused(NotAllowed, "may not keep register", lambda work=work, actor=actor: work(actor))
    assert measures.one(DSO, catalog, made.id).measure == made


def test_what_it_says_fits_how_far_it_is(catalog: Catalog) -> None:
    measures.add(DSO, catalog, replace(FULL, state=MeasureState.CONSIDERED, decided_on=None))
    wrong: list[dict[str, Any]] = [
        {"title": " "},
        {"text": " "},
        {"decided_on": None},
        {"state": MeasureState.NOT_TAKEN, "decided_on": None},
        {"state": MeasureState.CONSIDERED},
        {"decided_on": TODAY + timedelta(days=1)},
    ]
    for one in wrong:
        with pytest.raises(RequestError):
            measures.add(DSO, catalog, replace(FULL, **one))
    measures.add(DSO, catalog, replace(FULL, decided_on=TODAY))
    assert len(ids(DSO, catalog)) == 2


def test_it_is_about_an_activity_of_its_agency(catalog: Catalog) -> None:
    own = small(catalog).sent
    made = measures.add(DSO, catalog, replace(FULL, activity_id=own.id))
    assert measures.one(DSO, catalog, made.id).activity == own
    refused(NotFound, "no such activity", lambda: measures.add(DCH, catalog, replace(made, id=0, agency_id="dch")))
    refused(NotFound, "no such activity", lambda: measures.add(DSO, catalog, replace(FULL, activity_id=999)))


def test_it_stays_its_agencys_and_is_changed_from_what_was_seen(catalog: Catalog) -> None:
    made = measures.add(DSO, catalog, FULL)
    after = replace(made, agency_id="dch", title="Else", withdrawn_on=date(2026, 1, 1))
    refused(Conflict, "changed since", lambda: measures.revise(DSO, catalog, after, expected=0))
    kept = measures.revise(DSO, catalog, after, reason="A better title", expected=1)
    assert (kept.agency_id, kept.title, kept.withdrawn_on) == ("dso", "Else", None)
    refused(Conflict, "changed since", lambda: measures.revise(DSO, catalog, made, expected=1))
    page = histories.of(STEWARD, catalog, RecordKind.MEASURE, made.id)
    assert [(one.name, one.before, one.after) for one in page.revisions[0].changes] == [
        ("Title", "Last four digits", "Else")
    ]
    assert ("State", "", "Implemented") in [(one.name, one.before, one.after) for one in page.revisions[1].changes]
    refused(NotFound, "nothing here", lambda: histories.of(DCH, catalog, RecordKind.MEASURE, made.id))
    histories.restore(DSO, catalog, RecordKind.MEASURE, made.id, 1, "Back", 2)
    assert measures.one(DSO, catalog, made.id).measure == made


def test_one_recorded_by_mistake_is_in_no_list_and_keeps_its_history(catalog: Catalog) -> None:
    made = measures.add(DSO, catalog, FULL)
    refused(RequestError, "no reason", lambda: measures.withdraw(DSO, catalog, made.id, reason=" ", expected=1))
    refused(Conflict, "changed since", lambda: measures.withdraw(DSO, catalog, made.id, reason="Twice", expected=0))
    measures.withdraw(DSO, catalog, made.id, reason="Twice", expected=1)
    assert ids(CPO, catalog) == []
    refused(NotFound, "nothing here", lambda: measures.revise(DSO, catalog, made, expected=2))
    page = histories.of(DSO, catalog, RecordKind.MEASURE, made.id)
    assert page.revisions[0].revision.reason == "Twice"
    with catalog.reading() as connection:
        assert [one.withdrawn_on for one in law.every(connection, Measure)] == [TODAY]
