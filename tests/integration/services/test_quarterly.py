"""Issuing the quarterly report: all of it or nothing, once, sealed; who may; and what becomes of its events."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pdfplumber
import pytest
from sqlalchemy import text

from catalog.errors import Conflict, NotAllowed, NotFound, RequestError, StoreError
from catalog.model.actors import Actor, Grant, Role
from catalog.model.events import ExigentEvent, ExigentState, Violation, ViolationState
from catalog.model.frozen_reports import Format, QuarterlyReport
from catalog.model.parties import PartyKind
from catalog.model.policy_rules import PolicyRule, RuleKind
from catalog.model.quarterly import Standing
from catalog.model.quarterly_content import CorrectionReason, Quarter
from catalog.model.quarterly_views import QuarterState, Step
from catalog.model.revisions import RecordKind
from catalog.services import event_pages, policy_rules, quarterly, quarterly_events, quarterly_files, reporting
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from catalog.store import audit as log
from catalog.store import law, revisions
from tests.integration.services.conftest import DATABASES, two_agencies
from tests.support.builders import CPO, RESEARCHER, FixedClock, officer
from tests.support.quarters import DAY, EXCEPTED, QUARTER, a_party, events, violations

STAFF = Actor("staff", "Lior Abrams", frozenset({Grant(Role.CPO_STAFF)}))
AUDITOR = Actor("auditor", "Ada Iyer", frozenset({Grant(Role.AUDITOR)}))
LATE = CorrectionReason.RECORDED_LATE


@pytest.fixture(params=["sqlite"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    with two_agencies(request, tmp_path) as made:
        yield made


@pytest.fixture
def party(catalog: Catalog) -> int:
    return a_party(catalog)


def issue(
    catalog: Catalog, quarter: Quarter = QUARTER, *, actor: Actor = CPO, named: bool = False,
    reason: CorrectionReason | None = None,
) -> QuarterlyReport:  # fmt: skip
    shown = quarterly.preview(CPO, catalog, quarter, agencies_named=named, reason=reason).content_hash
    return quarterly.issue(actor, catalog, quarter, content_hash=shown, agencies_named=named, reason=reason)


def issues(catalog: Catalog) -> list[QuarterlyReport]:
    with catalog.reading() as connection:
        return law.every(connection, QuarterlyReport)


def states(catalog: Catalog) -> list[str]:
    with catalog.reading() as connection:
        some, exigent = law.every(connection, Violation), law.every(connection, ExigentEvent)
        return [*(one.state.value for one in some), *(one.state.value for one in exigent)]


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_issuing_seals_the_report_and_records_with_each_event_that_it_is_in_it(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    violations(catalog, 1, state=ViolationState.CPO_NOTIFIED, individuals_notified_on=None)
    violations(catalog, 1, state=ViolationState.NOT_A_VIOLATION, notice_reason="No", individuals_notified_on=None)
    events(catalog, 5, party_id=party)
    events(catalog, 1, party_id=party, state=ExigentState.CPO_NOTIFIED, reviewed_on=None, review="")
    events(catalog, 1, party_id=party, **EXCEPTED)
    issued = issue(catalog, actor=STAFF)
    page = quarterly.read(AUDITOR, catalog, QUARTER)
    assert (page.content.violations.total, page.content.exigent.total) == (7, 6)
    assert (page.is_whole, page.differs, page.issue.number, page.issue.person) == (True, False, 1, "Lior Abrams")
    assert states(catalog) == [
        *["included_in_quarterly"] * 6, "cpo_notified", "not_a_violation",
        *["included_in_quarterly"] * 5, "cpo_notified", "notice_not_required",
    ]  # fmt: skip
    with catalog.reading() as connection:
        entries = [one for one in log.events(connection) if one.action == "issue_quarterly_report"]
        steps = [one for one in log.events(connection) if one.detail == "included_in_quarterly"]
    assert [(one.thing, one.detail) for one in entries] == [
        ("quarterly_report:2026-q3", f"number=1 hash={issued.content_hash}")
    ]
    assert len(steps) == 11


def test_the_preview_says_what_becomes_of_each_event_and_why_others_do_not_count(catalog: Catalog, party: int) -> None:
    (plain,) = violations(catalog, 1, party_id=party)
    (unsettled,) = violations(catalog, 1, state=ViolationState.NOTICE_ASSESSED, individuals_notified_on=None)
    violations(catalog, 1, state=ViolationState.APO_CONFIRMED, cpo_notified_on=None, individuals_notified_on=None)
    violations(catalog, 1, cpo_notified_on=date(2026, 4, 3), reported_on=date(2026, 4, 2),
               occurred_on=date(2026, 4, 1))  # fmt: skip
    (unreviewed,) = events(catalog, 1, party_id=party, state=ExigentState.CPO_NOTIFIED, reviewed_on=None, review="")
    (uncategorised,) = events(catalog, 1, party_id=party, category="")
    page = quarterly.preview(STAFF, catalog, QUARTER)
    becomes = {(one.part.value, one.id): (one.step, one.lacks) for one in page.counted}
    assert becomes == {
        ("violations", plain.id): (Step.TAKES, ()),
        ("violations", unsettled.id): (Step.STAYS, ("whether the individuals are told",)),
        ("exigent", unreviewed.id): (Step.STAYS, ("the privacy office’s review",)),
        ("exigent", uncategorised.id): (
            Step.STAYS, ("the kind of reason, which the quarterly report counts by",)
        ),
    }  # fmt: skip
    assert [(one.standing, one.told_on) for one in page.left_out] == [(Standing.CPO_NOT_TOLD, None)]
    issue(catalog)
    with catalog.reading() as connection:
        kept = quarterly_events.kept(connection, catalog)
        again = quarterly_events.considered(connection, catalog, kept, QUARTER)
    assert {one.id for one in again if one.step is Step.TAKEN} == {plain.id}


def test_a_violation_whose_individuals_a_rule_wants_told_stays(catalog: Catalog, party: int) -> None:
    violations(
        catalog, 1, party_id=party, state=ViolationState.NOTICE_NOT_REQUIRED, individuals_notified_on=None,
        notice_reason="Nobody is harmed",
    )  # fmt: skip
    rule = PolicyRule(
        0, RuleKind.NOTICE_OF_VIOLATION, "Tell them", "", "Policies 2025, 4.1", None, (), (), None, date(2025, 1, 1),
        None,
    )  # fmt: skip
    policy_rules.add(CPO, catalog, rule)
    (one,) = quarterly.preview(CPO, catalog, QUARTER).counted
    assert (one.step, len(one.lacks)) == (Step.STAYS, 1)
    issue(catalog)
    assert states(catalog) == ["notice_not_required"]


def test_who_may(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    shown = quarterly.preview(CPO, catalog, QUARTER).content_hash
    empty = quarterly.preview(CPO, catalog, Quarter(2026, 2)).content_hash
    for nobody in (AUDITOR, officer("dso"), RESEARCHER):
        with pytest.raises(NotAllowed):
            quarterly.preview(nobody, catalog, QUARTER)
        with pytest.raises(NotAllowed):
            quarterly.issue(nobody, catalog, QUARTER, content_hash=shown)
        with pytest.raises(NotAllowed):  # of a quarter without events, whose steps would be refused as well
            quarterly.issue(nobody, catalog, Quarter(2026, 2), content_hash=empty)
        assert quarterly.due(nobody, catalog) == ()
    issue(catalog)
    for nobody in (officer("dso"), RESEARCHER):
        with pytest.raises(NotAllowed):
            quarterly.quarters(nobody, catalog)
        with pytest.raises(NotAllowed):
            quarterly.read(nobody, catalog, QUARTER)
        with pytest.raises(NotAllowed):
            quarterly_files.take(nobody, catalog, QUARTER, Format.JSON)
    assert not quarterly.quarters(AUDITOR, catalog).may_issue


def test_the_same_report_is_told_to_everybody(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party, agency_id="dch")
    issue(catalog)
    assert quarterly.read(AUDITOR, catalog, QUARTER).content == quarterly.read(CPO, catalog, QUARTER).content


def test_it_is_issued_once(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    issue(catalog)
    with pytest.raises(Conflict, match="issued already"):
        issue(catalog)
    with pytest.raises(Conflict, match="nothing that issue 1 does not"):
        issue(catalog, reason=LATE)
    assert len(issues(catalog)) == 1


def test_a_first_issue_corrects_nothing(catalog: Catalog) -> None:
    with pytest.raises(RequestError, match="nothing is corrected"):
        issue(catalog, reason=LATE)


def test_a_quarter_of_nothing_is_reported_as_such(catalog: Catalog) -> None:
    issue(catalog)
    content = quarterly.read(CPO, catalog, QUARTER).content
    assert (content.violations.total, content.exigent.total) == (0, 0)


@pytest.mark.parametrize("quarter", [Quarter(2026, 4)])
def test_a_quarter_that_is_not_over_is_not_issued(catalog: Catalog, quarter: Quarter) -> None:
    page = quarterly.preview(CPO, catalog, quarter)
    assert page.refusal == "the quarter is over after 2026-12-31"
    with pytest.raises(Conflict, match="over after"):
        issue(catalog, quarter)


def test_its_last_day_is_not_over_and_the_next_is(catalog: Catalog) -> None:
    clock = catalog.clock
    assert isinstance(clock, FixedClock)
    clock.time = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)  # still New Year's Eve in the city
    assert quarterly.preview(CPO, catalog, Quarter(2026, 4)).refusal
    clock.time = datetime(2027, 1, 1, 6, 0, tzinfo=UTC)
    assert not quarterly.preview(CPO, catalog, Quarter(2026, 4)).refusal


def test_a_quarter_to_come_is_nothing(catalog: Catalog) -> None:
    with pytest.raises(NotFound):
        quarterly.preview(CPO, catalog, Quarter(2027, 1))
    with pytest.raises(NotFound):
        quarterly.read(CPO, catalog, QUARTER)
    issue(catalog)
    with pytest.raises(NotFound):
        quarterly.read(CPO, catalog, QUARTER, 2)


def test_what_was_not_shown_is_not_issued(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    shown = quarterly.preview(CPO, catalog, QUARTER).content_hash
    violations(catalog, 6, party_id=party)
    with pytest.raises(Conflict, match="than you were shown"):
        quarterly.issue(CPO, catalog, QUARTER, content_hash=shown)
    with pytest.raises(Conflict, match="than you were shown"):
        quarterly.issue(
            CPO, catalog, QUARTER, content_hash=quarterly.preview(CPO, catalog, QUARTER).content_hash,
            agencies_named=True,
        )  # fmt: skip
    assert issues(catalog) == []
    assert set(states(catalog)) == {"individual_notice_sent"}


@pytest.mark.parametrize("catalog", DATABASES, indirect=True)
def test_all_of_it_or_nothing(catalog: Catalog, party: int, monkeypatch: pytest.MonkeyPatch) -> None:
    violations(catalog, 6, party_id=party)
    move, taken = reporting.move_violation, []

    def failing(*args: object, **rest: object) -> object:
        taken.append(1)
        if len(taken) == 4:
            raise RequestError("A step", "it fails", "Try again.")
        return move(*args, **rest)  # type: ignore[arg-type]  # handed on

    steps = {
        **quarterly_events._MOVE,
        Violation: lambda *a, **k: failing(*a, to=ViolationState.INCLUDED_IN_QUARTERLY, **k),
    }
    monkeypatch.setattr(quarterly_events, "_MOVE", steps)
    with pytest.raises(RequestError, match="it fails"):
        issue(catalog)
    assert issues(catalog) == []
    assert set(states(catalog)) == {"individual_notice_sent"}
    with catalog.reading() as connection:
        assert not [one for one in log.events(connection) if one.action == "issue_quarterly_report"]


def test_a_correction_is_a_further_issue_and_the_first_stays(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    first = issue(catalog)
    (late,) = violations(catalog, 1, party_id=party)
    assert [line.state for line in quarterly.due(CPO, catalog)] == [QuarterState.DIFFERS]
    assert quarterly.read(CPO, catalog, QUARTER).differs
    second = issue(catalog, reason=LATE)
    assert quarterly.due(CPO, catalog) == ()
    page = quarterly.read(CPO, catalog, QUARTER)
    assert (page.issue.number, page.content.violations.total, page.differs) == (2, 7, False)
    assert page.content.correction is not None
    assert page.content.correction.reason is LATE
    assert quarterly.read(CPO, catalog, QUARTER, 1).content.violations.total == 6
    assert issues(catalog) == [first, second]
    with catalog.reading() as connection:
        found = law.one(connection, Violation, late.id)
    assert found is not None
    assert found.state is ViolationState.INCLUDED_IN_QUARTERLY


def test_what_was_found_a_violation_leaves_one_part_and_counts_in_the_other_once_the_cpo_is_told(
    catalog: Catalog, party: int
) -> None:
    (event, *_) = events(catalog, 6, party_id=party)
    issue(catalog)
    seen = event_pages.exigent(CPO, catalog, event.id).expected
    reporting.move_exigent(
        CPO, catalog, event.id, ExigentState.RECLASSIFIED, on=DAY, words="There was time", expected=seen
    )
    content = quarterly.preview(CPO, catalog, QUARTER, reason=CorrectionReason.FOUND_OTHERWISE).content
    assert (content.violations.total, content.exigent.total) == (0, 5)
    with catalog.reading() as connection:
        (violation,) = law.every(connection, Violation)
    for to in (ViolationState.APO_CONFIRMED, ViolationState.CPO_NOTIFIED):
        seen = event_pages.violation(CPO, catalog, violation.id).expected
        reporting.move_violation(CPO, catalog, violation.id, to, on=DAY, expected=seen)
    content = quarterly.preview(CPO, catalog, QUARTER, reason=CorrectionReason.FOUND_OTHERWISE).content
    assert (content.violations.total, content.exigent.total) == (None, 5)


def test_agencies_are_named_in_all_issues_of_a_quarter_or_in_none(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    issue(catalog, named=True)
    violations(catalog, 6, party_id=party)
    assert quarterly.preview(CPO, catalog, QUARTER, agencies_named=False, reason=LATE).content.agencies_named
    assert quarterly.preview(CPO, catalog, Quarter(2026, 2), agencies_named=False).content.agencies_named is False


def test_the_quarters_since_the_cpo_was_first_told(catalog: Catalog, party: int) -> None:
    assert [line.quarter.key for line in quarterly.quarters(CPO, catalog).lines] == ["2026-q4"]
    violations(catalog, 1, party_id=party)
    lines = quarterly.quarters(CPO, catalog).lines
    assert [(line.quarter.key, line.state) for line in lines] == [
        ("2026-q4", QuarterState.RUNNING), ("2026-q3", QuarterState.DUE),
    ]  # fmt: skip
    issue(catalog)
    lines = quarterly.quarters(CPO, catalog).lines
    assert [line.state for line in lines] == [QuarterState.RUNNING, QuarterState.ISSUED]
    assert [one.number for one in lines[1].issues] == [1]


@pytest.mark.parametrize(("fewest", "count", "total"), [(1, 4, None), (1, 5, 5), (5, 4, None), (9, 8, None), (9, 9, 9)])
def test_the_floor_is_never_below_five_and_goes_up_with_the_setting(
    catalog: Catalog, party: int, fewest: int, count: int, total: int | None
) -> None:
    violations(catalog, count, party_id=party)
    settings: Settings = catalog.settings.model_copy(update={"fewest_people": fewest})
    content = quarterly.preview(CPO, replace(catalog, settings=settings), QUARTER).content
    assert (content.floor, content.violations.total) == (max(5, fewest), total)


def test_it_is_read_only_as_it_was_issued(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    issued = issue(catalog)
    other = issued.content.replace('"total":6', '"total":9')
    assert other != issued.content
    with pytest.raises(StoreError), catalog.changing(CPO, "put_agency", "x") as change:
        law.put(change.connection, replace(issued, content=other))  # the table is sealed
    with catalog.changing(CPO, "put_agency", "x") as change:
        change.connection.execute(text("DROP TRIGGER quarterly_reports_no_update"))
        law.put(change.connection, replace(issued, content=other))
    assert not quarterly.read(CPO, catalog, QUARTER).is_whole
    with pytest.raises(StoreError, match="not what was issued"):
        quarterly_files.take(CPO, catalog, QUARTER, Format.JSON)


@pytest.mark.parametrize("kind", list(Format))
def test_no_word_of_an_event_is_in_any_file_of_it(catalog: Catalog, kind: Format) -> None:
    """Words planted wherever people write them; what can be read of the file has none."""
    party = a_party(catalog, "Qxparty", PartyKind.COURT)
    violations(
        catalog, 6, party_id=party, title="Qxtitle", cause="Qxcause", remedy="Qxremedy", people="qxpeople",
        notice_reason="Qxreason",
    )  # fmt: skip
    events(
        catalog, 6, party_id=party, title="Qxtitle", explanation="Qxwhy", category="Qxcategory", review="Qxreview",
        people="qxpeople",
    )  # fmt: skip
    issue(catalog)
    file = quarterly_files.take(CPO, catalog, QUARTER, kind)
    assert quarterly_files.take(CPO, catalog, QUARTER, kind).data == file.data
    said = readable(file.data, kind)
    assert "Court" in said
    assert not re.search(r"qx\w+|Shelter|dso", said, re.IGNORECASE)


def readable(data: bytes, kind: Format) -> str:
    """The words of a file as somebody reads them who opens it."""
    if kind is Format.PDF:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return "\n".join(page.extract_text() for page in pdf.pages) + repr(pdf.metadata)
    if kind is Format.DOCX:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "\n".join(parts.read(name).decode(errors="replace") for name in parts.namelist())
    return data.decode()


def test_the_data_is_what_was_sealed_and_the_numbers_of_it(catalog: Catalog, party: int) -> None:
    violations(catalog, 6, party_id=party)
    issued = issue(catalog)
    assert quarterly_files.take(CPO, catalog, QUARTER, Format.JSON).data.decode() == issued.content
    lines = quarterly_files.take(CPO, catalog, QUARTER, Format.CSV).data.decode("utf-8-sig").splitlines()
    assert lines[:3] == [
        '"quarter","issue","part","by","category","events","told"',
        '"2026-q3",1,"violations","total","",6,"told"',
        '"2026-q3",1,"violations","type","Name",6,"told"',
    ]
    assert '"2026-q3",1,"exigent","total","",0,"told"' in lines
    assert json.loads(issued.content)["schema"] == 1
    with catalog.reading() as connection:
        taken = [one for one in log.events(connection) if one.action == "export"]
    assert [one.thing for one in taken] == [
        "list:report-to-the-speaker-2026-q3-issue-1-json", "list:report-to-the-speaker-2026-q3-issue-1-csv",
    ]  # fmt: skip


def test_the_history_of_an_event_says_that_it_was_included(catalog: Catalog, party: int) -> None:
    (one,) = violations(catalog, 1, party_id=party)
    issue(catalog, actor=STAFF)
    with catalog.reading() as connection:
        last = revisions.latest(connection, RecordKind.VIOLATION, one.id)
    assert last is not None
    assert (last.person_id, json.loads(last.content)["state"]) == ("staff", "included_in_quarterly")
