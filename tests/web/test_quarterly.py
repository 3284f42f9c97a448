"""The quarterly report to the Speaker through its pages: due, previewed, issued, corrected, read and taken away."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from catalog.model.events import Violation, ViolationState
from catalog.model.parties import PartyKind
from catalog.services import event_pages, quarterly, reporting, sources
from catalog.services.catalog import Catalog
from catalog.store import law
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN
from tests.support.quarters import DAY, a_party, events, violations
from tests.web.test_pages import main

ISSUE = "/quarterly/2026-q3/issue"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = cities.empty_catalog(tmp_path, open_sign_in=True)
    for acronym, name in (("DSS", "Department of Social Services"), ("DOH", "Department of Health")):
        sources.add_agency(ADMIN, made, cities.agency(acronym, name))
    cities.people_of(made)
    party = a_party(made, "Qxparty Court", PartyKind.COURT)
    violations(made, 7, agency_id="DSS", party_id=party, title="Qxtitle", cause="Qxcause", remedy="Qxremedy")
    violations(
        made, 1, agency_id="DSS", title="Qxunsettled", state=ViolationState.CPO_NOTIFIED, individuals_notified_on=None,
    )  # fmt: skip
    violations(
        made, 1, agency_id="DOH", title="Qxnone", state=ViolationState.NOT_A_VIOLATION, notice_reason="Qxreason",
        individuals_notified_on=None,
    )  # fmt: skip
    events(made, 6, agency_id="DSS", party_id=party, title="Qxevent", explanation="Qxwhy", review="Qxreview")
    yield made
    made.close()


@pytest.fixture
def cpo(catalog: Catalog) -> HouseClient:
    return enter(application(catalog), "cpo")


def shown(client: HouseClient, where: str = ISSUE) -> str:
    found = re.search(r'name="shown" value="(\w{64})"', client.get(where).text)
    assert found
    return found[1]


def issue(client: HouseClient, **form: str) -> TestResponse:
    return client.post(ISSUE, data=form, headers=SAME_ORIGIN)


def the_report(page: str) -> str:
    """What is shown of the report itself, before its events."""
    return page.partition('id="report"')[2].partition('id="events"')[0]


def words(text: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_what_is_due_is_told_on_home_to_the_privacy_office_alone(catalog: Catalog, cpo: HouseClient) -> None:
    assert "July to September 2026 is over and not reported." in words(cpo.get("/").text)
    for nobody in ("auditor", "officer-dss"):
        assert "not reported" not in enter(application(catalog), nobody).get("/").text
    issue(cpo, shown=shown(cpo))
    assert "not reported" not in cpo.get("/").text


def test_the_preview_shows_the_report_its_events_and_those_that_do_not_count(cpo: HouseClient) -> None:
    page = main(cpo.get(ISSUE).text)
    assert "The Chief Privacy Officer was told of 8 such disclosures." in page
    assert "7 events" not in page
    assert "14 events count" in page
    assert "Is recorded as in the report" in page
    assert "Counts, and stays where it is: it waits for whether the individuals are told" in page
    assert "1 event of the quarter does not count" in page
    assert "It was found to be no violation." in page


def test_issuing_leads_to_the_report_which_has_no_word_of_an_event(catalog: Catalog, cpo: HouseClient) -> None:
    answer = issue(cpo, shown=shown(cpo))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/quarterly/2026-q3")
    for reader in (cpo, enter(application(catalog), "auditor")):
        page = reader.get("/quarterly/2026-q3").text.partition('id="events"')[0]  # which the privacy office alone sees
        assert "told of 8 such disclosures" in page
        assert "Court" in page
        assert not re.search(r"qx\w+", page, re.IGNORECASE)
        assert "Social Services" not in main(page)


@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "json", "csv"])
def test_it_is_taken_away_in_every_format(cpo: HouseClient, ending: str) -> None:
    issue(cpo, shown=shown(cpo))
    answer = cpo.get(f"/quarterly/2026-q3/report.{ending}")
    assert answer.status_code == 200
    name = f"report-to-the-speaker-2026-q3-issue-1.{ending}"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert cpo.get(f"/quarterly/2026-q3/report.{ending}").data == answer.data


def test_agencies_are_named_where_that_is_chosen(cpo: HouseClient) -> None:
    assert "Social Services" not in the_report(cpo.get(ISSUE).text)
    named = f"{ISSUE}?named=yes"
    assert "Social Services" in the_report(cpo.get(named).text)
    assert issue(cpo, shown=shown(cpo), named="yes").status_code == 409  # another report was shown
    assert issue(cpo, shown=shown(cpo, named), named="yes").status_code == 303
    assert "Department of Social Services" in main(cpo.get("/quarterly/2026-q3").text)


def test_issuing_again_shows_the_form_with_what_is_wrong(cpo: HouseClient) -> None:
    first = shown(cpo)
    issue(cpo, shown=first)
    answer = issue(cpo, shown=first)
    assert answer.status_code == 409
    assert "it was issued already" in main(answer.text)
    assert "It cannot be issued: it would tell nothing that issue 1 does not." in main(answer.text)
    assert issue(cpo, shown="", reason="recorded_late").status_code == 400


def test_a_correction_says_what_it_tells_otherwise_and_why(catalog: Catalog, cpo: HouseClient) -> None:
    issue(cpo, shown=shown(cpo))
    violations(catalog, 1, agency_id="DSS")
    assert "What was issued of July to September 2026 is not what the records tell now." in words(cpo.get("/").text)
    assert "The records tell otherwise now" in cpo.get("/quarterly/2026-q3").text
    assert issue(cpo, shown=shown(cpo)).status_code == 409  # no reason
    assert issue(cpo, shown=shown(cpo), reason="Qxwords").status_code == 400
    assert issue(cpo, shown=shown(cpo), reason="recorded_late").status_code == 303
    page = main(cpo.get("/quarterly/2026-q3").text)
    assert "Corrected issue 2, in place of issue 1: what the Chief Privacy Officer was told" in page
    assert "Part A. Total 8 9" in page
    assert "Part A. Kind of recipient" not in page.split("Part A. Disclosures")[0]  # it was not told before either
    first = main(cpo.get("/quarterly/2026-q3?number=1").text)
    assert "A later issue takes the place of this one" in first
    assert "told of 8 such disclosures" in first


def test_an_event_that_changes_no_number_is_listed_and_recorded_as_included(catalog: Catalog, cpo: HouseClient) -> None:
    issue(cpo, shown=shown(cpo))
    page = main(cpo.get("/quarterly/2026-q3").text)
    assert "Waits for whether the individuals are told" in page
    assert "Record as included" not in page
    with catalog.reading() as connection:
        (one,) = [each for each in law.every(connection, Violation) if each.title == "Qxunsettled"]
    for to in (ViolationState.NOTICE_ASSESSED, ViolationState.NOTICE_NOT_REQUIRED):
        seen = event_pages.violation(ADMIN, catalog, one.id).expected
        reporting.move_violation(ADMIN, catalog, one.id, to, on=DAY, words="Nobody is harmed", expected=seen)
    waiting = "Events of July to September 2026 are to be recorded as in the report that was issued."
    assert waiting in words(cpo.get("/").text)
    assert "Record events as in it" in cpo.get("/quarterly").text
    whole = cpo.get("/quarterly/2026-q3").text
    assert "Can be recorded as in the report" in whole.partition("Qxunsettled")[2]
    assert "Record as included</button>" in whole
    assert "Qxunsettled" not in enter(application(catalog), "auditor").get("/quarterly/2026-q3").text
    answer = cpo.post("/quarterly/2026-q3/included", headers=SAME_ORIGIN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/quarterly/2026-q3")
    assert "Qxunsettled" not in cpo.get("/quarterly/2026-q3").text
    assert cpo.post("/quarterly/2026-q3/included", headers=SAME_ORIGIN).status_code == 409
    log = cpo.get("/audit?action=include_in_quarterly").text
    assert "record events as in a quarterly report" in log.lower()


def test_staff_are_not_asked_whether_agencies_are_named(catalog: Catalog) -> None:
    staff = enter(application(catalog), "staff")
    assert "Name agencies" not in staff.get(ISSUE).text
    assert staff.get(f"{ISSUE}?named=yes").status_code == 403
    assert issue(staff, shown=shown(staff)).status_code == 303


def test_a_quarter_that_is_not_over_can_be_looked_at_and_not_issued(cpo: HouseClient, catalog: Catalog) -> None:
    line = quarterly.quarters(ADMIN, catalog).lines[0]
    page = cpo.get(f"/quarterly/{line.quarter.key}/issue").text
    assert f"It cannot be issued: the quarter is over after {line.quarter.last}." in words(page)
    assert "Issue the report</button>" not in page


@pytest.mark.parametrize(
    "where",
    [
        "/quarterly/2026-q5", "/quarterly/2026-q2", "/quarterly/nothing/issue", "/quarterly/2999-q1/issue",
        "/quarterly/2026-q3/report.exe", "/quarterly/2026-q3?number=x", "/quarterly/2026-q3?number=2",
        "/quarterly/2026-q3/report.json?number=99999999999",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(cpo: HouseClient, where: str) -> None:
    issue(cpo, shown=shown(cpo))
    assert cpo.get(where).status_code == 404


def test_auditors_read_and_find_no_way_to_issue(catalog: Catalog, cpo: HouseClient) -> None:
    issue(cpo, shown=shown(cpo))
    auditor = enter(application(catalog), "auditor")
    assert "/issue" not in auditor.get("/quarterly").text + auditor.get("/quarterly/2026-q3").text
    assert "Quarterly reports to the Speaker" in auditor.get("/events").text
    assert "Quarterly reports" not in enter(application(catalog), "officer-dss").get("/events").text


def test_the_audit_log_tells_of_it_in_words(cpo: HouseClient) -> None:
    issue(cpo, shown=shown(cpo))
    assert "issue quarterly report" in cpo.get("/audit?action=issue_quarterly_report").text.lower()
