"""Whoever writes what others write too has the end of the audit chain first.

PostgreSQL locks row by row: with rows in hand, one would wait for the end of the chain, and who has that for the rows.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from catalog.model.decisions import Verdict
from catalog.model.designations import Designation
from catalog.model.holdings import Column, Disclosure, Source, Words
from catalog.model.memberships import MembershipVerdict
from catalog.model.parties import Party, PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.purposes import Purpose
from catalog.model.review import ActKind, Order, Pick, Why
from catalog.model.runs import Run, RunState
from catalog.services import (
    describing,
    designation_watch,
    flow_templates,
    law_records,
    memberships,
    policy_rules,
    purposes,
    recording,
    register,
    review,
    review_acts,
)
from catalog.services.catalog import Catalog
from catalog.store import rows
from catalog.store.law_schema import designations
from catalog.store.schema import columns
from tests.integration.services.test_recording import a_run
from tests.integration.services.test_register_history import a_contract, a_system, a_template
from tests.support.builders import CPO, OPERATOR, a_column, a_finding, a_programme, a_result, an_activity, listed
from tests.support.registers import DSO, Small, approve, small

#: What scans alone write, or is only added to and names nothing of others.
_OF_SCANS = {
    "datasets", "columns", "column_profiles", "findings", "evidence", "coverage", "dataset_outcomes", "scan_runs",
    "outbox",
}  # fmt: skip
_REJECT = Order(ActKind.REJECT, Why.TEST_DATA)
_WRITTEN = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")


pytestmark = pytest.mark.parametrize("catalog", ["sqlite"], indirect=True)  # what is done first is the same on both


@contextmanager
def told(catalog: Catalog) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(catalog.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(catalog.engine, "before_cursor_execute", note)


def written_too_early(statements: list[str]) -> set[str]:
    """The tables that others write too and that were written before anything was asked of the end of the chain."""
    first = next(place for place, one in enumerate(statements) if "FROM audit_head" in one)
    found = (_WRITTEN.match(one) for one in statements[:first])
    return {one.group(1) for one in found if one} - _OF_SCANS


class Case:
    """A register with data behind it, whose approval was given long ago."""

    def __init__(self, catalog: Catalog, source: Source) -> None:
        self.catalog, self.source = catalog, source
        self.law_of: Small = small(catalog)
        ssn = a_column("ssn", [a_finding("SSN")])
        self.dataset_id = a_run(catalog, source, {"clients": a_result([ssn])})["clients"]
        with catalog.reading() as connection:
            (self.column,) = rows.find(connection, columns, Column, columns.c.dataset_id == self.dataset_id)
        drawn = an_activity("dso", "Intake", purpose="Shelter", retention="7 years")
        self.intake = register.add_activity(DSO, catalog, drawn, type_codes=["NAME"], dataset_ids=[self.dataset_id])
        self.approval: Designation = approve(catalog, self.intake)

    def a_run(self) -> Run:
        run = recording.begin(OPERATOR, self.catalog, self.source.id, 7, full=True)
        recording.record_listing(OPERATOR, self.catalog, run, [listed("clients")], [])
        return run


def _decide(case: Case) -> None:
    review.decide(DSO, case.catalog, case.column.id, "SSN", Verdict.CONFIRMED, "Seen")


def _take_back(case: Case) -> None:
    last = review_acts.last(DSO, case.catalog)
    assert last is not None
    review.undo(DSO, case.catalog, last.act.id)


def _tell(case: Case) -> None:
    memberships.decide(
        DSO, case.catalog, case.dataset_id, "BENEFIT_STATUS", MembershipVerdict.CONFIRM, "Known", "absent"
    )


def _policy(case: Case) -> None:
    rule = PolicyRule(
        0, RuleKind.ROUTINE_NEEDS_AGREEMENT, "A rule", "", "Policy 2", None, (), (), None, date(2020, 1, 1), None
    )
    policy_rules.add(CPO, case.catalog, rule)


_ADDED: tuple[Callable[[Case], object], ...] = (
    _decide,
    lambda case: review.act(DSO, case.catalog, _REJECT, [Pick(case.column.id, "SSN", None)]),
    _take_back,
    _tell,
    _policy,
    lambda case: describing.describe(DSO, case.catalog, case.dataset_id, Words("Clients", "Who was here")),
    lambda case: law_records.add_party(CPO, case.catalog, Party(0, "University", PartyKind.RESEARCHER, None)),
    lambda case: law_records.add_programme(DSO, case.catalog, a_programme("AIM", "dso")),
    lambda case: law_records.add_contract(DSO, case.catalog, a_contract(case.law_of)),
    lambda case: law_records.declare_system(DSO, case.catalog, a_system(), [case.intake.id]),
    lambda case: purposes.add(DSO, case.catalog, Purpose(0, "dso", "Eligibility", "Decide")),
    lambda case: flow_templates.add(DSO, case.catalog, a_template("T1", "dso")),
    lambda case: register.add_activity(DSO, case.catalog, an_activity("dso", "Beds"), type_codes=["NAME"]),
)


@pytest.fixture
def case(catalog: Catalog, source: Source) -> Case:
    return Case(catalog, source)


def test_who_changes_what_others_change_has_the_end_of_the_chain_first(case: Case) -> None:
    for act in _ADDED:
        with told(case.catalog) as statements:
            act(case)
        assert written_too_early(statements) == set()
    with told(case.catalog) as statements:
        describing.publish(DSO, case.catalog, case.dataset_id, Disclosure.EXISTENCE, "For a test")
    assert written_too_early(statements) == set()


def test_so_does_a_scan_before_what_people_write_too(case: Case) -> None:
    run = case.a_run()
    ssn = a_column("ssn", [a_finding("SSN", 0.8)])
    with told(case.catalog) as statements:
        recording.record_result(OPERATOR, case.catalog, run, case.dataset_id, "v2", a_result([ssn]))
    assert written_too_early(statements) == set()
    _decide(case)
    with told(case.catalog) as statements:
        recording.finish(OPERATOR, case.catalog, run, RunState.DONE)
    assert written_too_early(statements) == set()


def test_and_who_looks_which_approvals_are_due(case: Case) -> None:
    with case.catalog.changing(CPO, "designate", "test") as change:
        rows.change(change.connection, designations, designations.c.id == case.approval.id, expires_on=date(2026, 1, 1))
    with told(case.catalog) as statements:
        assert designation_watch.look_around(OPERATOR, case.catalog) == 1
    assert written_too_early(statements) == set()
