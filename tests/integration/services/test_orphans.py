"""Decisions whose column is gone: who is asked, what becomes of them, and that nothing is confirmed by the way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound
from catalog.model.actors import Actor
from catalog.model.decisions import Decision, Standing, Verdict
from catalog.model.evidence import Form
from catalog.model.holdings import Source
from catalog.model.identity import Trait
from catalog.model.runs import ColumnResult, RunState
from catalog.services import holdings, orphans, recording, review
from catalog.services.catalog import Catalog
from catalog.store import audit, judgements, scans
from tests.integration.services.conftest import add_source
from tests.support.builders import CPO, OPERATOR, RESEARCHER, FixedClock, a_column, a_finding, a_result, listed, officer

SSN = a_column("ssn", [a_finding("SSN")])

#: One database is enough where the statements are held to both elsewhere in this module.
ON_SQLITE = pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)


def look(catalog: Catalog, source: Source, *columns: ColumnResult, oid: int = 1) -> int:
    """One night's look at the only table, which the engine knows by a number."""
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1, full=True)
    due = recording.record_listing(OPERATOR, catalog, run, [listed("clients", key=f"oid:{oid}")], ())
    (dataset_id,) = due.values()
    placed = [replace(column, position=place) for place, column in enumerate(columns)]
    recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result(placed))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    return dataset_id


def numbered(column: ColumnResult, number: int) -> ColumnResult:
    return replace(column, name=replace(column.name, key=f"attnum:{number}"))


def id_of(catalog: Catalog, dataset_id: int, name: str) -> int:
    return next(v.column.id for v in holdings.dataset(CPO, catalog, dataset_id).columns if v.column.name == name)


def standings(catalog: Catalog, dataset_id: int) -> dict[str, dict[str, Standing]]:
    page = holdings.dataset(CPO, catalog, dataset_id)
    return {view.column.name: {tag.type.code: tag.standing for tag in view.tags} for view in page.columns}


def decisions(catalog: Catalog, column_id: int) -> Sequence[Decision]:
    with catalog.reading() as connection:
        return judgements.decisions_of(connection, [column_id])


def an_orphan(catalog: Catalog, source: Source, *now: ColumnResult, verdict: Verdict = Verdict.CONFIRMED) -> int:
    """A decision on ``ssn``, which the next night is not there; the id of its column."""
    dataset_id = look(catalog, source, SSN, a_column("note"))
    gone = id_of(catalog, dataset_id, "ssn")
    review.decide(CPO, catalog, gone, "SSN", verdict, "Seen on the form")
    look(catalog, source, *now, a_column("note"))
    return gone


@ON_SQLITE
def test_a_table_made_again_is_known_by_its_columns_names_not_their_numbers(catalog: Catalog, source: Source) -> None:
    phone = a_column("phone", [a_finding("PHONE")])
    dataset_id = look(catalog, source, numbered(SSN, 1), numbered(phone, 2))
    review.decide(CPO, catalog, id_of(catalog, dataset_id, "ssn"), "SSN", Verdict.CONFIRMED)
    assert look(catalog, source, numbered(phone, 1), numbered(SSN, 2), oid=2) == dataset_id
    assert standings(catalog, dataset_id) == {
        "phone": {"PHONE": Standing.SUGGESTED},
        "ssn": {"SSN": Standing.CONFIRMED},
    }


@ON_SQLITE
def test_a_table_made_again_of_other_columns_gives_them_nobodys_decisions(catalog: Catalog, source: Source) -> None:
    dataset_id = look(catalog, source, numbered(SSN, 1))
    review.decide(CPO, catalog, id_of(catalog, dataset_id, "ssn"), "SSN", Verdict.CONFIRMED)
    look(catalog, source, numbered(a_column("tree", [a_finding("SSN")]), 1), oid=2)
    assert standings(catalog, dataset_id) == {"tree": {"SSN": Standing.SUGGESTED}}
    assert [orphan.column.name for orphan in orphans.waiting(CPO, catalog).orphans] == ["ssn"]


@ON_SQLITE
def test_a_column_the_engine_renamed_keeps_its_decision_and_one_renamed_in_place_too(
    catalog: Catalog, source: Source
) -> None:
    dataset_id = look(catalog, source, numbered(SSN, 1))
    review.decide(CPO, catalog, id_of(catalog, dataset_id, "ssn"), "SSN", Verdict.CONFIRMED)
    look(catalog, source, numbered(a_column("tree", [a_finding("SSN")]), 1))
    assert standings(catalog, dataset_id) == {"tree": {"SSN": Standing.CONFIRMED}}
    look(catalog, source, numbered(a_column("TREE", [a_finding("SSN")]), 1), oid=2)
    assert standings(catalog, dataset_id) == {"TREE": {"SSN": Standing.CONFIRMED}}
    look(catalog, source, numbered(a_column("lamp", [a_finding("SSN")]), 1), oid=3)
    assert standings(catalog, dataset_id) == {"lamp": {"SSN": Standing.SUGGESTED}}


def test_who_is_asked_sees_the_decision_and_the_columns_it_may_belong_to(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source, a_column("client_ssn"), a_column("ssn_of_client"))
    page = orphans.waiting(CPO, catalog)
    (orphan,) = page.orphans
    assert (page.total, orphan.column.id, orphan.dataset.name, orphan.agency.id) == (1, gone, "clients", "dso")
    assert [(one.type.code, one.person, one.reason) for one in orphan.decisions] == [
        ("SSN", "Casey Poole", "Seen on the form")
    ]
    assert [candidate.column.name for candidate in orphan.candidates] == ["client_ssn", "ssn_of_client"]
    assert Trait.NAME in orphan.candidates[0].traits
    assert [column.name for column in orphan.others] == ["note"]


@ON_SQLITE
def test_only_those_who_decide_there_are_asked(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source)
    assert orphans.waiting(officer("dso"), catalog).total == 1
    assert orphans.waiting(officer("dch"), catalog).total == 0
    with pytest.raises(NotFound):
        orphans.settle(officer("dch"), catalog, gone, None)
    for actor in (OPERATOR, RESEARCHER):
        with pytest.raises(NotAllowed):
            orphans.waiting(actor, catalog)
        with pytest.raises(NotAllowed):
            orphans.settle(actor, catalog, gone, None)


@ON_SQLITE
@pytest.mark.parametrize(
    ("verdict", "strength", "form", "expected"),
    [
        (Verdict.CONFIRMED, 0.9, Form.FULL, Standing.CONFIRMED),
        (Verdict.CONFIRMED, 0.3, Form.FULL, Standing.REOPENED),
        (Verdict.CONFIRMED, 0.9, Form.PARTIAL, Standing.REOPENED),
        (Verdict.CONFIRMED, None, Form.FULL, Standing.REOPENED),
        (Verdict.REJECTED, 0.9, Form.FULL, Standing.REJECTED),
        (Verdict.REJECTED, 0.9, Form.FREE_TEXT, Standing.REOPENED),
        (Verdict.REJECTED, None, Form.FULL, Standing.REJECTED),
    ],
)
def test_decisions_go_on_and_are_open_again_where_the_evidence_there_is_another(
    catalog: Catalog, source: Source, verdict: Verdict, strength: float | None, form: Form, expected: Standing
) -> None:
    there = a_column("tax_ref", [a_finding("SSN", strength, form)] if strength else [])
    gone = an_orphan(catalog, source, there, verdict=verdict)
    (orphan,) = orphans.waiting(CPO, catalog).orphans
    to = id_of(catalog, orphan.dataset.id, "tax_ref")
    assert orphans.settle(officer("dso"), catalog, gone, to, "Asked the steward").carried == ("SSN",)
    assert standings(catalog, orphan.dataset.id)["tax_ref"] == {"SSN": expected}
    (carried,) = decisions(catalog, to)
    assert (carried.person_id, carried.verdict) == ("apo-dso", verdict)
    words = (
        "Carried over from the column ssn, decided by Casey Poole on 2026-11-23. Seen on the form. Asked the steward"
    )
    assert carried.reason == words
    assert len(decisions(catalog, gone)) == 1, "the one it came from stays"
    assert orphans.waiting(CPO, catalog).total == 0


def test_a_decision_made_on_the_other_column_itself_stays_in_effect(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source, a_column("tax_ref", [a_finding("SSN")]))
    (orphan,) = orphans.waiting(CPO, catalog).orphans
    to = id_of(catalog, orphan.dataset.id, "tax_ref")
    review.decide(CPO, catalog, to, "SSN", Verdict.REJECTED, "Numbers of trees")
    settled = orphans.settle(CPO, catalog, gone, to)
    assert (settled.carried, settled.kept) == ((), ("SSN",))
    assert standings(catalog, orphan.dataset.id)["tax_ref"] == {"SSN": Standing.REJECTED}


def test_a_decision_that_was_taken_back_there_does_not_keep_it_from_going_on(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source, a_column("tax_ref", [a_finding("SSN")]))
    (orphan,) = orphans.waiting(CPO, catalog).orphans
    to = id_of(catalog, orphan.dataset.id, "tax_ref")
    made = review.decide(CPO, catalog, to, "SSN", Verdict.REJECTED, "Numbers of trees")
    assert made is not None
    assert made.act_id is not None
    review.undo(CPO, catalog, made.act_id)
    assert orphans.settle(CPO, catalog, gone, to).carried == ("SSN",)
    assert standings(catalog, orphan.dataset.id)["tax_ref"] == {"SSN": Standing.CONFIRMED}


def test_nobody_is_asked_where_what_was_taken_back_belongs(catalog: Catalog, source: Source) -> None:
    dataset_id = look(catalog, source, SSN, a_column("note"))
    column_id = id_of(catalog, dataset_id, "ssn")
    acts = [review.decide(CPO, catalog, column_id, "SSN", verdict) for verdict in (Verdict.REJECTED, Verdict.CONFIRMED)]
    first, second = (act.act_id for act in acts if act and act.act_id)
    review.undo(CPO, catalog, second)
    look(catalog, source, a_column("note"))
    (orphan,) = orphans.waiting(CPO, catalog).orphans
    assert [one.verdict for one in orphan.decisions] == [Verdict.REJECTED], "what was put back waits"
    look(catalog, source, SSN, a_column("note"))
    review.undo(CPO, catalog, first)
    look(catalog, source, a_column("note"))
    assert orphans.waiting(CPO, catalog).total == 0


@ON_SQLITE
def test_the_last_word_on_each_type_is_what_goes_on(catalog: Catalog, source: Source) -> None:
    dataset_id = look(catalog, source, SSN)
    gone = id_of(catalog, dataset_id, "ssn")
    review.decide(CPO, catalog, gone, "SSN", Verdict.CONFIRMED)
    review.decide(CPO, catalog, gone, "SSN", Verdict.REJECTED, "They are permits")
    review.decide(CPO, catalog, gone, "PHONE", Verdict.REJECTED)
    look(catalog, source, a_column("permit"))
    (orphan,) = orphans.waiting(CPO, catalog).orphans
    assert [(one.type.code, one.verdict) for one in orphan.decisions] == [
        ("PHONE", Verdict.REJECTED),
        ("SSN", Verdict.REJECTED),
    ]
    orphans.settle(CPO, catalog, gone, id_of(catalog, dataset_id, "permit"))
    assert standings(catalog, dataset_id)["permit"] == {"PHONE": Standing.REJECTED, "SSN": Standing.REJECTED}


def test_what_rests_is_asked_no_more_and_takes_effect_again_if_the_column_returns(
    catalog: Catalog, source: Source
) -> None:
    gone = an_orphan(catalog, source)
    orphans.settle(CPO, catalog, gone, None, "Dropped for good")
    assert orphans.waiting(CPO, catalog).total == 0
    with pytest.raises(Conflict):
        orphans.settle(CPO, catalog, gone, None)
    dataset_id = look(catalog, source, SSN, a_column("note"))
    assert standings(catalog, dataset_id)["ssn"] == {"SSN": Standing.CONFIRMED}
    look(catalog, source, a_column("note"))
    assert orphans.waiting(CPO, catalog).total == 1, "it has gone once more"


@ON_SQLITE
def test_a_column_that_returns_needs_nobodys_word(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source)
    dataset_id = look(catalog, source, SSN)
    assert standings(catalog, dataset_id)["ssn"] == {"SSN": Standing.CONFIRMED}
    assert orphans.waiting(CPO, catalog).total == 0
    with pytest.raises(Conflict):
        orphans.settle(CPO, catalog, gone, None)


OTHERS = ["buses", "permits", "roads", "tolls", "trees"]


def night(catalog: Catalog, source: Source, *tables: str) -> dict[str, int]:
    """A night in which these tables of two columns and some others are listed; the source gives nothing an id."""
    assert isinstance(catalog.clock, FixedClock)
    catalog.clock.time += timedelta(days=1)
    run = recording.begin(OPERATOR, catalog, source.id, seed=1)
    due = recording.record_listing(OPERATOR, catalog, run, [listed(name) for name in (*tables, *OTHERS)], ())
    for name, dataset_id in due.items():
        found = [SSN, a_column("note", position=1)] if name in tables else [a_column(f"{name}_no")]
        recording.record_result(OPERATOR, catalog, run, dataset_id, "v1", a_result(found))
    recording.finish(OPERATOR, catalog, run, RunState.DONE)
    with catalog.reading() as connection:
        return {one.name: one.id for one in scans.datasets_of(connection, source.id)}


def a_lost_table(catalog: Catalog, source: Source) -> tuple[int, int, int]:
    """``clients``, whose Social Security column somebody has rejected, goes on as ``customers``, unrecognised.

    The ids of the two datasets and of the column that is gone.
    """
    old = night(catalog, source, "clients")["clients"]
    column_id = id_of(catalog, old, "ssn")
    review.decide(CPO, catalog, column_id, "SSN", Verdict.REJECTED, "Numbers of files")
    night(catalog, source, "customers")
    new = night(catalog, source, "customers")["customers"]
    with catalog.reading() as connection:
        assert [one.name for one in scans.datasets_of(connection, source.id) if one.retired_at] == ["clients"]
    return old, new, column_id


def test_decisions_of_a_dataset_that_is_gone_can_go_on_with_what_came_since(catalog: Catalog, source: Source) -> None:
    old, new, column_id = a_lost_table(catalog, source)
    assert standings(catalog, new)["ssn"] == {"SSN": Standing.SUGGESTED}, "nobody guesses"
    page = orphans.waiting(officer("dso"), catalog)
    (orphan,) = page.orphans
    assert (page.total, orphan.column.id, orphan.dataset.id) == (1, column_id, old)
    assert orphan.gone_since == orphan.dataset.retired_at is not None
    assert [(one.dataset.name, one.column.name) for one in orphan.candidates] == [("customers", "ssn")]
    assert orphan.others == ()
    settled = orphans.settle(CPO, catalog, column_id, id_of(catalog, new, "ssn"), "Renamed in May")
    assert settled.carried == ("SSN",)
    assert standings(catalog, new)["ssn"] == {"SSN": Standing.REJECTED}
    (carried,) = decisions(catalog, id_of(catalog, new, "ssn"))
    assert carried.reason.startswith("Carried over from the column ssn of clients, decided by Casey Poole on ")
    assert orphans.waiting(CPO, catalog).total == 0


@ON_SQLITE
def test_decisions_of_a_dataset_that_is_gone_go_on_with_nothing_that_was_there_before(
    catalog: Catalog, source: Source
) -> None:
    _, _, column_id = a_lost_table(catalog, source)
    elsewhere = look(catalog, add_source(catalog, "dso", "other-db"), SSN)
    there_before = night(catalog, source, "customers")["roads"]
    for dataset_id, name in ((elsewhere, "ssn"), (there_before, "roads_no")):
        with pytest.raises(NotFound):
            orphans.settle(CPO, catalog, column_id, id_of(catalog, dataset_id, name))
    assert orphans.waiting(CPO, catalog).total == 1


@ON_SQLITE
def test_a_dataset_that_returns_takes_its_decisions_back(catalog: Catalog, source: Source) -> None:
    old, _, column_id = a_lost_table(catalog, source)
    night(catalog, source, "clients", "customers")
    assert orphans.waiting(CPO, catalog).total == 0
    assert standings(catalog, old)["ssn"] == {"SSN": Standing.REJECTED}
    with pytest.raises(Conflict):
        orphans.settle(CPO, catalog, column_id, None)


def test_all_decisions_of_a_dataset_that_is_gone_can_rest_at_once(catalog: Catalog, source: Source) -> None:
    old, _, column_id = a_lost_table(catalog, source)
    for actor, refusal in ((officer("dch"), NotFound), (RESEARCHER, NotAllowed)):
        with pytest.raises(refusal):
            orphans.rest(actor, catalog, old)
    with pytest.raises(NotFound):
        orphans.rest(CPO, catalog, 10_000)
    assert orphans.waiting(officer("dch"), catalog).total == 0
    assert orphans.rest(officer("dso"), catalog, old, "Closed program") == 1
    assert orphans.waiting(CPO, catalog).total == 0
    with pytest.raises(Conflict):
        orphans.rest(CPO, catalog, old)
    assert len(decisions(catalog, column_id)) == 1
    for tables in (["clients", "customers"], ["customers"], ["customers"]):
        night(catalog, source, *tables)
    assert orphans.waiting(CPO, catalog).total == 1, "it has come and gone once more"


@ON_SQLITE
def test_what_rests_already_is_not_asked_again_when_its_dataset_goes(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source)
    orphans.settle(CPO, catalog, gone, None)
    with catalog.reading() as connection:
        datasets = scans.datasets_of(connection, source.id)
    catalog.note(lambda connection: scans.retire(connection, datasets, catalog.clock.now() + timedelta(days=1)))
    assert orphans.waiting(CPO, catalog).total == 0


@ON_SQLITE
def test_decisions_go_to_a_column_of_the_same_dataset_that_is_there(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source)
    for other in (gone, 10_000):
        with pytest.raises(NotFound):
            orphans.settle(CPO, catalog, gone, other)
    assert orphans.waiting(CPO, catalog).total == 1


@ON_SQLITE
def test_what_was_said_is_in_the_audit(catalog: Catalog, source: Source) -> None:
    gone = an_orphan(catalog, source)
    actor: Actor = officer("dso")
    orphans.settle(actor, catalog, gone, None)
    with catalog.reading() as connection:
        *_, last = audit.events(connection)
    assert (last.action, last.thing, last.detail, last.person_id) == (
        "settle_decisions",
        f"column:{gone}",
        "rest",
        actor.person_id,
    )
