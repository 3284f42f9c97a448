"""The first page of the register, the ways between its parts, and its workbook taken away and brought back."""

import base64
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text as sql
from werkzeug.test import TestResponse

from catalog.model.actors import Actor, Grant, Role
from catalog.model.interchange import Workbook
from catalog.services import approval_pages, interchange, memberships, mirrors, reconciling, register_hub
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from tests.support.sheets import edited, rows_of
from tests.web.test_pages import main
from web import workbooks

Visit = Callable[[str | None], HouseClient]
PARTS = ["Overview", "Collections and disclosures", "Approvals", "Paper against data", "Requests", "Events"]


@pytest.fixture
def officer(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), "officer-dss")


def taken(client: HouseClient) -> bytes:
    answer = client.get("/register?format=xlsx")
    assert answer.status_code == 200
    return answer.data


def sent(client: HouseClient, data: bytes, name: str = "register.xlsx") -> TestResponse:
    """A file as the browser sends it, to be looked at."""
    return client.post("/register/import/check", data={"file": (io.BytesIO(data), name)}, headers=SAME_ORIGIN)


def carried(text: str) -> str:
    return re.findall(r'name="workbook" value="([^"]*)"', text)[0]


def changed(data: bytes, thing: str, **cells: str) -> bytes:
    """The workbook with cells of one activity changed, as somebody would change them in a spreadsheet."""
    read = interchange.read(data)
    place = [row["Title"] for row in rows_of(read, "Activities")].index(thing)
    now = edited(read, "Activities", place, **cells)
    return b"".join(interchange.packed(Workbook("register", "officer-dss", datetime.now(UTC), now)))


def test_the_hub_says_what_it_holds_and_what_waits_for_each(visit: Visit) -> None:
    officer = main(visit("officer-dss").get("/register").text)
    # Its own collection, and that of Health which is the other side of a disclosure of its own; five disclosures.
    assert "2 collections 5 disclosures" in officer
    assert "differences between paper and data" in officer
    head = main(visit("head-dss").get("/register").text)
    assert "2 collections 5 disclosures" in head
    assert "differences between paper and data" not in head
    assert "Upload a workbook" not in head
    assert "Upload a workbook" in officer


def test_what_waits_leads_to_as_many(visit: Visit) -> None:
    for where in ("/register", "/"):
        text = visit("officer-dss").get(where).text
        (count,) = re.findall(r'href="/reconciliation\?state=open&amp;state=reopened">(\d+)<', text)
        listed = visit("officer-dss").get("/reconciliation?state=open&state=reopened&format=json").json
        assert int(count) == listed["count"]


@pytest.mark.parametrize(("role", "agency"), [(Role.CPO, None), (Role.OFFICER, "DSS"), (Role.OFFICER, "PRK")])
def test_what_waits_is_counted_as_its_own_lists_count_it(role: Role, agency: str | None, city: City) -> None:
    actor = Actor("somebody", "Somebody", frozenset({Grant(role, agency)}))
    waits = register_hub.awaiting(actor, city.catalog)
    assert waits.approvals == approval_pages.queue(actor, city.catalog).for_me
    assert waits.mirrors == len(mirrors.to_record(actor, city.catalog)) == (0 if agency == "DSS" else 1)
    assert waits.memberships == memberships.pending(actor, city.catalog).total
    open_ones = {"state": ["open", "reopened"]}
    assert waits.differences == reconciling.find(actor, city.catalog, open_ones).total
    assert waits.gravest == reconciling.find(actor, city.catalog, open_ones | {"tier": ["4"]}).total


def test_every_part_leads_to_the_others_and_says_where_one_is(visit: Visit) -> None:
    for where, here in (("/register", "Overview"), ("/reconciliation", "Paper against data"), ("/flows", PARTS[1])):
        text = visit("officer-dss").get(where).text
        ways = text.split('<nav class="jumps" aria-label="Register">')[1].split("</nav>")[0]
        assert re.findall(r">([^<]+)</a>", ways) == [*PARTS, "Systems nobody can scan"]
        assert re.findall(r'aria-current="page">([^<]+)<', ways) == [here]
        bar = text.split('aria-label="Main"')[1].split("</nav>")[0]
        assert re.findall(r'aria-current="\w+">([^<]+)<', bar) == ["Register"]
    assert "Events" not in visit("steward-dss").get("/register").text.split("</nav>")[1]


def test_only_somebody_who_means_to_takes_the_workbook_away(officer: HouseClient) -> None:
    answer = officer.get("/register?format=xlsx", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert officer.head("/register?format=xlsx").status_code == 405


def test_a_workbook_that_nobody_changed_would_do_nothing(officer: HouseClient) -> None:
    answer = sent(officer, taken(officer))
    assert answer.status_code == 200
    assert "say what is recorded already" in main(answer.text)
    assert "Take it over" not in answer.text


def test_a_changed_cell_is_shown_first_and_taken_over_with_its_reason(officer: HouseClient, own_city: City) -> None:
    data = changed(taken(officer), "Study of intake", Retention="3 years")
    answer = sent(officer, data)
    page = main(answer.text)
    assert "0 records new, 1 changed" in page
    assert "D3" in page
    assert "Retention" in page
    assert flow(officer, own_city) != "3 years"
    letters = carried(answer.text)
    assert base64.urlsafe_b64decode(letters) == data
    done = officer.post(
        "/register/import",
        data={"workbook": letters, "reason": "As agreed"},
        headers=SAME_ORIGIN,
        follow_redirects=True,
    )
    assert "The workbook was taken over: 0 records new, 1 changed." in main(done.text)
    assert flow(officer, own_city) == "3 years"
    assert "As agreed" in officer.get(f"/history/activity/{own_city.law.study}").text


def flow(client: HouseClient, city: City) -> object:
    """How long the study keeps what it is given."""
    (row,) = [
        row
        for row in client.get("/flows?format=json").json["rows"]  # type: ignore[index]  # it is JSON
        if row["activity_id"] == city.law.study
    ]
    return row["retention"]


def test_a_bad_cell_is_told_with_its_place_and_nothing_can_be_taken_over(officer: HouseClient) -> None:
    answer = sent(officer, changed(taken(officer), "Study of intake", Types="SSN, NO_SUCH_TYPE"))
    assert answer.status_code == 200
    assert re.search(r"<code>Activities![A-Z]+\d+</code>", answer.text)
    assert "NO_SUCH_TYPE" in answer.text
    assert "Take it over" not in answer.text


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "no file was chosen, or it is empty"),
        (b"PK\x03\x04 no workbook", ""),
        (b"\0" * 100_000, ""),  # larger than any other form may be
        (b"a,b\r\n1,2\r\n", ""),
    ],
)
def test_what_is_no_workbook_is_told_so(data: bytes, fault: str, officer: HouseClient) -> None:
    answer = sent(officer, data)
    assert answer.status_code == 400
    assert "Nothing was kept" in answer.text
    assert fault in main(answer.text)


def test_a_larger_file_than_a_browser_may_send_leads_to_the_command(
    officer: HouseClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_BYTES", 1024)
    answer = sent(officer, b"\0" * 1025)
    assert answer.status_code == 400
    assert "privacy-catalog register import" in main(answer.text)


def test_without_a_reason_nothing_is_taken_over_and_the_file_is_still_there(
    officer: HouseClient, own_city: City
) -> None:
    letters = carried(sent(officer, changed(taken(officer), "Study of intake", Retention="3 years")).text)
    answer = officer.post("/register/import", data={"workbook": letters, "reason": ""}, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert carried(answer.text) == letters
    assert flow(officer, own_city) != "3 years"


def test_a_proof_of_who_one_is_keeps_the_file(own_city: City) -> None:
    officer = enter(application(own_city.catalog), "officer-dss")
    data = changed(taken(officer), "Study of intake", Retention="3 years")
    letters = carried(sent(officer, data).text)
    with own_city.catalog.engine.begin() as connection:
        connection.execute(sql("UPDATE sessions SET proved_at = '2026-01-01 00:00:00.000000'"))
    asked = officer.post("/register/import", data={"workbook": letters, "reason": "As agreed"}, headers=SAME_ORIGIN)
    assert asked.status_code == 403
    assert carried(asked.text) == letters
    assert flow(officer, own_city) != "3 years"


def test_no_other_form_takes_a_file(officer: HouseClient, own_city: City) -> None:
    form = {"reason": "As agreed", "file": (io.BytesIO(b"x"), "a.xlsx")}
    answer = officer.post(f"/memberships/{own_city.clients}/SSN", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert "it is not a form of a page of ours" in answer.text


def test_too_large_a_body_is_refused_unread_however_long_it_says_it_is(officer: HouseClient) -> None:
    body = b"workbook=" + b"A" * workbooks.ROOM
    for told in ({"content_length": len(body)}, {"environ_overrides": {"wsgi.input_terminated": True}}):
        kind = "application/x-www-form-urlencoded"
        answer = officer.post(
            "/register/import", input_stream=io.BytesIO(body), content_type=kind, headers=SAME_ORIGIN, **told
        )
        assert answer.status_code == 413
