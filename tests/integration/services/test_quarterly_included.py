"""Events that count in a quarter and are not recorded as in its report; and who chooses that agencies are named."""

import pytest

from catalog.errors import Conflict, NotAllowed, NotFound
from catalog.model.events import ViolationState
from catalog.model.quarterly_views import QuarterState, Step
from catalog.services import event_pages, quarterly, reporting
from catalog.services.catalog import Catalog
from catalog.store import audit as log
from tests.integration.services.conftest import DATABASES
from tests.integration.services.test_quarterly import AUDITOR, LATE, STAFF, catalog, issue, issues, party, states
from tests.support.builders import CPO, RESEARCHER, officer
from tests.support.quarters import DAY, QUARTER, violations

__all__ = ["catalog", "party"]


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_what_is_told_late_and_changes_no_number_is_recorded_as_in_what_was_issued(
    catalog: Catalog, party: int
) -> None:
    violations(catalog, 2, party_id=party)
    issue(catalog)
    violations(catalog, 1, party_id=party)  # "fewer than 5" still
    (waiting,) = violations(catalog, 1, state=ViolationState.CPO_NOTIFIED, individuals_notified_on=None)
    assert [line.state for line in quarterly.due(CPO, catalog)] == [QuarterState.TO_RECORD]
    page = quarterly.read(STAFF, catalog, QUARTER)
    assert [(one.step, bool(one.lacks)) for one in page.not_included] == [(Step.TAKES, False), (Step.STAYS, True)]
    assert (page.may_include, page.differs) == (True, False)
    with catalog.reading() as connection:
        read = [one.person_id for one in log.events(connection) if one.thing == "page:quarterly:2026-q3"]
    assert read[-1] == "staff"
    assert quarterly.include(STAFF, catalog, QUARTER) == 1
    assert states(catalog) == [*["included_in_quarterly"] * 3, "cpo_notified"]
    assert quarterly.due(CPO, catalog) == ()
    page = quarterly.read(CPO, catalog, QUARTER)
    assert ([one.id for one in page.not_included], page.may_include) == ([waiting.id], False)
    assert len(issues(catalog)) == 1
    with catalog.reading() as connection:
        entries = [one for one in log.events(connection) if one.action == "include_in_quarterly"]
    assert [(one.person_id, one.thing, one.detail) for one in entries] == [
        ("staff", "quarterly_report:2026-q3", "number=1 events=1")
    ]


def test_what_waited_when_it_was_issued_is_recorded_once_it_is_settled(catalog: Catalog, party: int) -> None:
    (one,) = violations(catalog, 1, party_id=party, state=ViolationState.CPO_NOTIFIED, individuals_notified_on=None)
    issue(catalog)
    with pytest.raises(Conflict, match="no event can be"):
        quarterly.include(CPO, catalog, QUARTER)
    assert quarterly.due(CPO, catalog) == ()
    for to in (ViolationState.NOTICE_ASSESSED, ViolationState.NOTICE_NOT_REQUIRED):
        seen = event_pages.violation(CPO, catalog, one.id).expected
        reporting.move_violation(CPO, catalog, one.id, to, on=DAY, words="Nobody is harmed", expected=seen)
    assert [line.state for line in quarterly.due(CPO, catalog)] == [QuarterState.TO_RECORD]
    assert quarterly.include(CPO, catalog, QUARTER) == 1
    assert states(catalog) == ["included_in_quarterly"]


def test_nothing_is_recorded_as_in_a_report_that_does_not_count_it(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    with pytest.raises(NotFound):
        quarterly.include(CPO, catalog, QUARTER)
    issue(catalog)
    violations(catalog, 1, party_id=party)
    assert not quarterly.read(CPO, catalog, QUARTER).may_include
    with pytest.raises(Conflict, match="tell otherwise"):
        quarterly.include(CPO, catalog, QUARTER)
    assert states(catalog)[-1] == "individual_notice_sent"
    with catalog.reading() as connection:
        assert not [one for one in log.events(connection) if one.action == "include_in_quarterly"]


def test_auditors_see_no_event_and_record_none(catalog: Catalog, party: int) -> None:
    violations(catalog, 2, party_id=party)
    issue(catalog)
    violations(catalog, 1, party_id=party)
    assert quarterly.read(AUDITOR, catalog, QUARTER).not_included == ()
    for nobody in (AUDITOR, officer("dso"), RESEARCHER):
        with pytest.raises(NotAllowed):
            quarterly.include(nobody, catalog, QUARTER)


def test_that_agencies_are_named_is_the_chief_privacy_officers_choice(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    named = quarterly.preview(CPO, catalog, QUARTER, agencies_named=True)
    assert named.may_name
    assert not quarterly.preview(STAFF, catalog, QUARTER).may_name
    with pytest.raises(NotAllowed, match="Chief Privacy Officer chooses"):
        quarterly.preview(STAFF, catalog, QUARTER, agencies_named=True)
    with pytest.raises(NotAllowed, match="Chief Privacy Officer chooses"):
        quarterly.issue(STAFF, catalog, QUARTER, content_hash=named.content_hash, agencies_named=True)
    issue(catalog, named=True)
    violations(catalog, 6, party_id=party)
    issue(catalog, actor=STAFF, reason=LATE)  # as the first issue has it
    assert quarterly.read(AUDITOR, catalog, QUARTER).content.agencies_named
