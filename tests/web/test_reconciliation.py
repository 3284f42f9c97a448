"""Paper against data on pages: what a list says, what each next step does to it, and what nobody else learns."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.services import reconciling
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.web.conftest import copied
from tests.web.test_pages import main, row_of

Row = dict[str, object]
WAITING = "/reconciliation?state=open&state=reopened"


@pytest.fixture(scope="module")
def reconciled(city_folder: tuple[Path, City], tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """A city whose table is what a whole night makes of it; no test here changes it."""
    with copied(city_folder, tmp_path_factory.mktemp("reconciled")) as made:
        reconciling.run(ADMIN, made.catalog)
        yield made


@pytest.fixture(scope="module")
def see(reconciled: City) -> Callable[[str], HouseClient]:
    app = application(reconciled.catalog)
    clients: dict[str, HouseClient] = {}
    return lambda person: clients.setdefault(person, clients.get(person) or enter(app, person))


@pytest.fixture
def changed(own_city: City) -> City:
    """A city that this test may change."""
    reconciling.run(ADMIN, own_city.catalog)
    return own_city


def rows(client: HouseClient, where: str = "/reconciliation") -> list[Row]:
    found = json.loads(client.get(where + ("&" if "?" in where else "?") + "format=json").data)
    listed: list[Row] = found["rows"]
    return listed


def one(client: HouseClient, where: str = "/reconciliation", **wanted: object) -> Row:
    """The one line with these cells."""
    (found,) = [row for row in rows(client, where) if wanted.items() <= row.items()]
    return found


def email(client: HouseClient, city: City) -> Row:
    """An e-mail address is suggested in the client list, and no activity on it declares one."""
    return one(client, type="EMAIL", dataset_id=city.clients)


def address(row: Row) -> str:
    return f"/reconciliation/{row['difference_id']}"


def seen(client: HouseClient, row: Row) -> str:
    return re.findall(r'name="seen" value="([^"]+)"', client.get(address(row)).text)[0]


def step(client: HouseClient, row: Row, name: str, **fields: object) -> tuple[int, str]:
    """Take a step as the page lets one: the status, and where it leads or what it says."""
    data = {"seen": seen(client, row)} | {f"{name}_{key}": str(value) for key, value in fields.items()}
    answer = client.post(f"{address(row)}/{name}", data=data, headers=SAME_ORIGIN)
    return answer.status_code, answer.location or answer.text


def told(client: HouseClient, where: str) -> str:
    """What the page after a step says of it."""
    return main("<main>" + client.get(where).text.split('role="status">')[1].split("</div></div>")[0] + "</main>")


def test_the_list_says_how_many_wait_and_against_what_that_has_to_be_seen(see: Callable[[str], HouseClient]) -> None:
    page = main(see("officer-dss").get(WAITING).text)
    waiting = len(rows(see("officer-dss"), WAITING))
    assert f"{waiting} differences wait. The gravest:" in page
    # SSN, name and birth date are confirmed in the client list and declared on it.
    assert "Paper and data agree in 3 other cases." in page
    assert "1 of 4 datasets were not looked at: there, nothing can be said to be undeclared." in page


def test_each_planted_case_is_on_the_list_as_what_it_is(see: Callable[[str], HouseClient], reconciled: City) -> None:
    officer, law = see("officer-dss"), reconciled.law
    found = {(row["difference"], row["dataset_id"], row["activity_id"], row["type"]) for row in rows(officer)}
    undeclared, elsewhere = "Found, but not declared", "Found here, declared elsewhere"
    assert {
        (undeclared, reconciled.clients, None, "EMAIL"),
        (undeclared, reconciled.visits, None, "PHONE"),
        (undeclared, reconciled.visits, None, "GPS_LOCATION"),
        (elsewhere, reconciled.visits, None, "ADDR_HOME"),
        ("Declared, scans may miss it", None, law.intake, "GENDER_IDENTITY"),
        ("The other side does not agree", None, law.referral, None),
        ("The other side does not agree", None, law.unanswered, None),
        ("Approval or protocol expired", None, law.study, None),
        ("No agreement with a third party", None, law.study, None),
        ("No protocol", None, law.vendor, None),
        ("No agreement with a third party", None, law.vendor, None),
        ("Declared, cannot be looked at", None, law.vendor, "ADDR_HOME"),
    } <= found
    assert not any(row["agency"] != "DSS" for row in rows(officer))


def test_suggested_and_confirmed_never_look_alike(see: Callable[[str], HouseClient], reconciled: City) -> None:
    officer = see("officer-dss")
    text = officer.get(f"/reconciliation?dataset={reconciled.clients}&type=EMAIL").text
    assert "Email address is suggested, not confirmed, in 1 column of Clients of social services" in main(text)
    assert 'class="tag tag-suggested">suggested' in text
    agreed = officer.get(f"/reconciliation?match=agreed&dataset={reconciled.clients}&type=SSN").text
    assert "Social Security number is confirmed in 1 column" in main(agreed)
    assert 'class="tag tag-confirmed">confirmed' in agreed


def test_what_was_not_found_says_how_much_could_be_missed(see: Callable[[str], HouseClient], reconciled: City) -> None:
    officer, health = see("officer-dss"), see("officer-doh")
    row = one(health, type="DOB", activity_id=reconciled.law.received)
    # 1,000 rows looked at at random: at 95 % confidence fewer than three in a thousand hold it unseen.
    page = main(health.get(address(row)).text)
    assert "It could still be in up to 0.3% of rows" in page
    assert re.search(r"Scans found this type in \d+ of \d+ labelled columns\.", page)
    # How often scans find it was never measured: that they found none says nothing.
    row = one(officer, type="GENDER_IDENTITY", activity_id=reconciled.law.intake)
    page = main(officer.get(address(row)).text)
    assert "scans were never measured on this type, so that nothing was found does not say that it is not there" in page
    assert "could still be in" not in page
    assert row["state"] is None
    held = one(officer, type="ADDR_HOME", activity_id=reconciled.law.vendor)
    page = main(officer.get(address(held)).text)
    assert "works with a system that nobody can scan" in page
    assert "could still be" not in page


def test_facets_and_words_narrow_it_down_and_exports_hold_the_same(see: Callable[[str], HouseClient]) -> None:
    cpo = see("cpo")
    for asked in ("?agency=DSS&match=undeclared", "?q=Home+visits", "?tier=4&sort=since", "?standing=suggested"):
        text = cpo.get(f"/reconciliation{asked}").text
        listed = [int(number) for number in re.findall(r'href="/reconciliation/(\d+)"', text)]
        assert listed, asked
        assert listed == [row["difference_id"] for row in rows(cpo, f"/reconciliation{asked}")]
    assert {row["agency"] for row in rows(cpo)} >= {"DSS", "DOH", "PRK"}
    assert "Nothing waits" in main(cpo.get("/reconciliation?q=zzzz&state=open").text)


def test_what_another_agency_is_to_do_is_answered_as_what_is_not_there(see: Callable[[str], HouseClient]) -> None:
    foreign = next(row for row in rows(see("cpo")) if row["agency"] == "DOH")
    officer, missing = see("officer-dss"), {"difference_id": 99999}

    def said(method: str, row: Row, path: str = "") -> str:
        answer = officer.open(address(row) + path, method=method, headers=SAME_ORIGIN)
        assert answer.status_code == 404
        return re.sub(r'nonce-?[="][\w-]+|<code>\w+</code>', "", answer.text).replace(address(row), "")

    assert said("GET", foreign) == said("GET", missing)
    assert "is not yours to see" in said("POST", foreign, "/exception")
    assert said("POST", foreign, "/exception") == said("POST", missing, "/exception")


def test_declaring_it_takes_the_line_away_and_says_how_to_undo_it(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = email(officer, changed)
    status, where = step(officer, row, "declare", activity=changed.law.intake, reason="It is on the intake form")
    assert status == 303
    assert "Declared. To undo it" in told(officer, where)
    assert f"/history/activity/{changed.law.intake}" in officer.get(where).text
    assert not [each for each in rows(officer) if each["type"] == "EMAIL"]
    assert "Identifying" in row_of(officer.get(f"/flows/{changed.law.intake}").text, "Email address")
    assert "Email address is suggested" in main(officer.get(address(row)).text)
    assert "What to do next" not in officer.get(address(row)).text  # paper and data agree now


def test_joining_the_dataset_takes_the_line_away(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = one(officer, type="ADDR_HOME", dataset_id=changed.visits)
    status, where = step(officer, row, "link", activity=changed.law.vendor, reason="It prints from this list")
    assert status == 303
    assert "The dataset is joined." in told(officer, where)
    assert not [each for each in rows(officer) if each["type"] == "ADDR_HOME" and each["dataset_id"]]


def test_rejecting_the_finding_takes_the_line_away_and_is_undone_in_the_columns(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = email(officer, changed)
    status, where = step(officer, row, "reject", reason="An old test column")
    assert status == 303
    assert f"/datasets/{changed.clients}" in officer.get(where).text
    assert not [each for each in rows(officer) if each["type"] == "EMAIL"]


def test_a_steward_is_asked_answers_and_leaves_it_to_the_officer(changed: City) -> None:
    app = application(changed.catalog)
    officer, steward = enter(app, "officer-dss"), enter(app, "steward-dss")
    row = email(officer, changed)
    status, _ = step(officer, row, "ask", person="steward-dss", reason="Does the form ask for it?")
    assert status == 303
    assert email(officer, changed)["state"] == "Steward asked"
    assert "Does the form ask for it?" in main(steward.get(address(row)).text)
    words = {"seen": seen(steward, row), "answer_reason": "Yes, since 2024"}
    answer = steward.post(f"{address(row)}/answer", data=words, headers=SAME_ORIGIN, follow_redirects=True)
    assert "Your answer stands beside the difference" in answer.text
    assert email(officer, changed)["state"] == "Open"
    assert "“Yes, since 2024”" in main(officer.get(address(row)).text)


def test_an_exception_rests_until_its_day_and_can_be_taken_back(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = email(officer, changed)
    status, where = step(officer, row, "exception", reason="The form is being changed", until="2099-01-31")
    assert status == 303
    assert "The exception is noted." in told(officer, where)
    noted = email(officer, changed)
    assert (noted["state"], noted["word"], noted["until"]) == (
        "Exception noted",
        "The form is being changed",
        "2099-01-31",
    )
    assert row["difference_id"] not in {each["difference_id"] for each in rows(officer, WAITING)}
    status, _ = step(officer, row, "reopen", reason="The form stays")
    assert status == 303
    assert email(officer, changed)["state"] == "Open again"
    assert main(officer.get(address(row)).text).count("What it looked like then:") == 2


def test_after_a_step_comes_the_next_that_waits(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    first, second = rows(officer, WAITING)[:2]
    _, where = step(officer, first, "exception", reason="Known")
    assert urlsplit(where).path == address(second)
    assert parse_qs(urlsplit(where).query) == {"done": ["exception"], "undo": [str(first["difference_id"])]}


@pytest.mark.parametrize(
    ("name", "fields", "fault"),
    [
        ("exception", {"reason": "", "until": "2099-01-31"}, "Fill this in."),
        ("exception", {"reason": "Known", "until": "soon"}, "Give a day such as"),
        ("declare", {"reason": "It is on the form", "activity": ""}, "Choose one of these."),
        ("declare", {"reason": "It is on the form", "activity": "99999"}, "nothing like it that you may see"),
        ("ask", {"reason": "What is it?", "person": "nobody-there"}, ""),
    ],
)
def test_a_form_that_cannot_be_taken_comes_back_as_it_was_filled_in(
    name: str, fields: dict[str, str], fault: str, changed: City
) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    status, text = step(officer, email(officer, changed), name, **fields)
    assert status in {400, 404}
    assert "Nothing was kept" in text
    assert fault in main(text)
    for value in filter(None, (fields.get("reason"), fields.get("until"))):
        assert f'value="{value}"' in text
    assert email(officer, changed)["state"] == "Open"


def test_who_looked_at_something_else_is_told_and_loses_nothing(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = email(officer, changed)
    data = {"seen": "another picture", "exception_reason": "The form is being changed"}
    answer = officer.post(f"{address(row)}/exception", data=data, headers=SAME_ORIGIN)
    assert answer.status_code == 409
    assert 'value="The form is being changed"' in answer.text
    assert email(officer, changed)["state"] == "Open"


def test_what_was_settled_meanwhile_leads_back_to_the_list(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = email(officer, changed)
    data = {"seen": seen(officer, row), "reject_reason": "A test column"}
    assert officer.post(f"{address(row)}/reject", data=data, headers=SAME_ORIGIN).status_code == 303
    again = officer.post(f"{address(row)}/reject", data=data, headers=SAME_ORIGIN)
    assert again.status_code == 404
    assert "has been settled meanwhile" in main(again.text)


def test_who_only_reads_is_told_why_they_cannot(see: Callable[[str], HouseClient], reconciled: City) -> None:
    auditor = see("auditor")
    text = auditor.get(address(email(auditor, reconciled))).text
    assert "The privacy officer of Department of Social Services or a deputy decides on it." in main(text)
    assert "/exception" not in text


def test_the_summary_counts_what_the_lists_hold(see: Callable[[str], HouseClient]) -> None:
    cpo = see("cpo")
    listed = {row["agency"]: row for row in rows(cpo, "/reconciliation/summary")}
    for agency in ("DSS", "DOH", "PRK"):
        assert listed[agency]["open"] == len(rows(cpo, f"{WAITING}&agency={agency}"))
        assert listed[agency]["undeclared"] == len(rows(cpo, f"/reconciliation?match=undeclared&agency={agency}"))
    page = main(cpo.get("/reconciliation/summary").text)
    assert "differences wait in 3 agencies; the most, " in page
    assert ", in Department of Social Services." in page
    (program,) = rows(cpo, "/reconciliation/summary?by=programme")
    assert program["programme"] == "STREET-OUTREACH"


@pytest.mark.parametrize(
    "where", ["/datasets/{clients}", "/agencies/DSS", "/flows/{intake}", "/programmes/STREET-OUTREACH"]
)
def test_the_page_of_a_thing_leads_to_what_does_not_add_up_about_it(
    where: str, see: Callable[[str], HouseClient], reconciled: City
) -> None:
    officer = see("officer-dss")
    text = officer.get(where.format(clients=reconciled.clients, intake=reconciled.law.intake)).text
    panel = text.split('id="differences"')[1].split("</section>")[0]
    shown = re.findall(r'href="/reconciliation/(\d+)"', panel)
    (everything,) = re.findall(r'href="(/reconciliation\?[^"]+)"', panel)
    assert shown == [str(row["difference_id"]) for row in rows(officer, everything) if row["state"]][:5]


def test_what_is_settled_does_not_stand_on_the_page_of_its_dataset(changed: City) -> None:
    officer = enter(application(changed.catalog), "officer-dss")
    row = email(officer, changed)
    assert f'href="{address(row)}"' in officer.get(f"/datasets/{changed.clients}").text
    step(officer, row, "exception", reason="Known")
    assert f'href="{address(row)}"' not in officer.get(f"/datasets/{changed.clients}").text


def test_the_other_agency_of_a_flow_sees_its_own_differences_there_alone(
    see: Callable[[str], HouseClient], reconciled: City
) -> None:
    where = f"/flows/{reconciled.law.referral}"
    own = {row["difference_id"] for row in rows(see("officer-dss"))}
    shown = re.findall(r'href="/reconciliation/(\d+)"', see("officer-doh").get(where).text)
    assert not own & {int(number) for number in shown}
