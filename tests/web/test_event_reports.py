"""Reports of exigent events and violations, step by step through the pages, with their clocks (domain 5.5, 5.6)."""

import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from werkzeug.test import TestResponse

from catalog.model.events import ExigentState, ViolationState
from catalog.model.parties import Party, PartyKind
from catalog.services import law_records, sources
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN
from tests.web.test_pages import main
from web import event_wording

Visit = Callable[[str], HouseClient]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    made = cities.empty_catalog(tmp_path_factory.mktemp("events"), open_sign_in=True)
    sources.add_agency(ADMIN, made, cities.agency("DSS", "Department of Social Services"))
    sources.add_agency(ADMIN, made, cities.agency("DOH", "Department of Health"))
    cities.people_of(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def visit(catalog: Catalog) -> Visit:
    app = application(catalog)
    clients: dict[str, HouseClient] = {}

    def as_(person: str) -> HouseClient:
        if person not in clients:
            clients[person] = enter(app, person)
        return clients[person]

    return as_


@pytest.fixture(scope="module")
def hospital(catalog: Catalog) -> str:
    return str(law_records.add_party(ADMIN, catalog, Party(0, "Harbor Hospital", PartyKind.LOCAL_AUTHORITY, None)).id)


def post(client: HouseClient, where: str, **form: str | list[str]) -> TestResponse:
    return client.post(where, data=form, headers=SAME_ORIGIN)


def kept(answer: TestResponse) -> str:
    """The page that what was kept leads to."""
    assert answer.status_code == 303, main(answer.text)
    return answer.headers["Location"]


def expected(client: HouseClient, where: str) -> str:
    found = re.search(r'name="expected" value="(\d+)"', client.get(where).text)
    return found[1] if found else "0"


def step(client: HouseClient, where: str, to: str, on: str, **more: str) -> TestResponse:
    return post(client, f"{where}/step", to=to, on=on, expected=expected(client, where), **more)


def steps_open(client: HouseClient, where: str) -> set[str]:
    return set(re.findall(r'name="to" value="(\w+)"', client.get(where).text))


def an_event(client: HouseClient, hospital: str, **other: str | list[str]) -> str:
    form: dict[str, str | list[str]] = {
        "agency": "DSS", "verb": "disclosure", "title": "Telling a hospital of a person in the cold",
        "occurred_on": "2026-02-03", "explanation": "Life was at risk.", "party": hospital, "type": ["NAME"],
        "people": "one person", "category": "Risk to somebody’s life or health",
    }  # fmt: skip
    return kept(post(client, "/events/new-exigent", **(form | other)))


def a_violation(client: HouseClient, hospital: str, **other: str | list[str]) -> str:
    form: dict[str, str | list[str]] = {
        "agency": "DSS", "title": "Letters to the wrong printer", "occurred_on": "2026-08-03",
        "reported_on": "2026-08-04", "cause": "A list was attached by mistake", "party": hospital,
        "type": ["NAME", "ADDR_HOME"], "people": "100 to 5,000",
    }  # fmt: skip
    return kept(post(client, "/events/new-violation", **(form | other)))


def test_an_exigent_event_from_what_happened_to_closed(visit: Visit, hospital: str) -> None:
    officer, staff = visit("officer-dss"), visit("staff")
    where = an_event(officer, hospital)
    assert "The Chief Privacy Officer has not been told yet" in main(officer.get(where).text)
    assert steps_open(officer, where) == {"explained", "reclassified_as_violation"}
    kept(step(officer, where, "explained", "2026-02-03"))
    kept(step(officer, where, "cpo_notified", "2026-02-06"))
    page = main(officer.get(where).text)
    assert "The Chief Privacy Officer was told after 3 days." in page
    assert "Record the review: the privacy office records this." in page
    kept(step(staff, where, "cpo_reviewed", "2026-02-10", words="Nobody could have waited."))
    kept(step(staff, where, "included_in_quarterly", "2026-04-01"))
    kept(step(officer, where, "closed", "2026-04-02"))
    page = main(officer.get(where).text)
    assert "Nobody could have waited." in page
    assert "Closed" in page


def test_what_is_not_explained_yet_says_what_is_lacking(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    where = an_event(officer, hospital, explanation="", people="", title="Somebody was asked for")
    page = main(officer.get(where).text)
    assert "Next: “It is explained”. The report still lacks why there were exigent circumstances; how many" in page
    assert "checked" not in officer.get(where).text, "nothing is proposed, and not that it is a violation"
    assert f'href="{where}/edit">Fill it in' in officer.get(where).text
    assert "the catalog does not tell them" in page
    assert "explained" not in steps_open(officer, where)
    form = {
        "agency": "DSS", "verb": "disclosure", "title": "Somebody was asked for", "occurred_on": "2026-02-03",
        "explanation": "Life was at risk.", "party": hospital, "type": "NAME", "people": "one person",
        "reason": "Now it is known", "expected": expected(officer, f"{where}/edit"),
    }  # fmt: skip
    kept(post(officer, f"{where}/edit", **form))
    assert "explained" in steps_open(officer, where)


def test_what_the_law_excepts_need_not_be_told(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    where = an_event(officer, hospital)
    kept(step(officer, where, "explained", "2026-02-03"))
    unsaid = step(officer, where, "notice_not_required", "2026-02-04")
    assert unsaid.status_code == 400
    kept(step(officer, where, "notice_not_required", "2026-02-04", exemption="welfare"))
    assert "need not be told: in an open investigation of the welfare of a minor" in main(officer.get(where).text)


def test_found_not_exigent_it_is_a_violation_and_each_leads_to_the_other(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    where = an_event(officer, hospital, title="A list sent in haste")
    told = {"apart_on": "2026-02-05", "apart_words": "It could have waited a day."}
    kept(step(officer, where, "reclassified_as_violation", "", **told))
    found = re.search(r'href="(/events/violations/\d+)"', officer.get(where).text)
    assert found
    page = officer.get(found[1]).text
    assert f'href="{where}"' in page
    assert "It could have waited a day." in main(page)
    assert not steps_open(officer, where)


def test_a_violation_from_report_to_closed(visit: Visit, hospital: str) -> None:
    officer, staff = visit("officer-dss"), visit("staff")
    where = a_violation(officer, hospital)
    assert steps_open(officer, where) == {"apo_confirmed", "not_a_violation"}
    kept(step(officer, where, "apo_confirmed", "2026-08-05"))
    kept(step(officer, where, "cpo_notified", "2026-08-05"))
    assert "The Chief Privacy Officer was told after 2 days." in main(officer.get(where).text)
    kept(step(officer, where, "notice_assessed", "2026-08-06", words="The policies ask for it."))
    assert steps_open(officer, where) == {"individual_notice_sent", "notice_not_required", "notice_barred"}
    silent = step(officer, where, "notice_barred", "2026-08-07")
    assert silent.status_code == 400
    kept(step(officer, where, "individual_notice_sent", "2026-08-10", words="Names and addresses, to a printer."))
    assert "the privacy office records this" in main(officer.get(where).text)
    kept(step(staff, where, "included_in_quarterly", "2026-10-01"))
    kept(step(officer, where, "remediated", "2026-10-02", words="Lists are checked by two."))
    kept(step(officer, where, "closed", "2026-10-03"))
    page = main(officer.get(where).text)
    assert "Lists are checked by two." in page
    assert "Open it again" in page


def test_a_violation_tells_each_step_with_its_words(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    where = a_violation(officer, hospital, title="Labels on the wrong boxes")
    kept(step(officer, where, "not_a_violation", "2026-08-05", words="The boxes never left."))
    kept(step(officer, where, "reported", "2026-08-06", words="One box did leave."))
    told = main(officer.get(where).text).split("Each step, as it was recorded")[1]
    assert told.index("The boxes never left.") < told.index("One box did leave.")
    assert "recorded by Ben Okafor" in told
    assert "Write down at any time what was done" in main(officer.get(where).text)


def test_a_breach_has_its_own_checklist_and_does_not_close_before_it_is_done(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    where = a_violation(officer, hospital, breach="yes", many_residents="yes", type=["SSN", "NAME"])
    page = main(officer.get(where).text)
    assert "breach of private information (§10-501)" in page
    assert "the day the CPO, Cyber Command and the Office of Technology and Innovation were told" in page
    assert "the day the consumer reporting agencies were told" in page
    form = {"duty": "authorities", "done_on": "2026-08-04", "expected": expected(officer, where)}
    kept(post(officer, f"{where}/breach", **form))
    assert "the day the CPO, Cyber Command" not in main(officer.get(where).text)
    no_words = {"duty": "no_harm", "done_on": "2026-08-05", "expected": expected(officer, where)}
    assert post(officer, f"{where}/breach", **no_words).status_code == 400
    kept(post(officer, f"{where}/breach", **(no_words | {"determination": "It was opened by nobody."})))
    page = main(officer.get(where).text)
    assert "All of it is done." in page
    assert "to be kept until Aug 5, 2031 at least" in page


def test_a_violation_of_private_information_asks_whether_it_was_a_breach(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    likely = a_violation(officer, hospital, type=["SSN", "NAME"])
    asks = "decide whether it was a breach"
    assert asks in main(officer.get(likely).text)
    assert asks not in main(officer.get(a_violation(officer, hospital, type=["NAME"])).text)


def test_of_two_people_at_once_the_second_is_told_and_keeps_what_they_typed(visit: Visit, hospital: str) -> None:
    officer, chief = visit("officer-dss"), visit("cpo")
    where = a_violation(officer, hospital)
    opened = expected(chief, f"{where}/edit")
    kept(step(officer, where, "apo_confirmed", "2026-08-05"))
    form = {
        "agency": "DSS", "title": "Letters to a printer in Queens", "occurred_on": "2026-08-03",
        "reported_on": "2026-08-04", "reason": "The place is known", "expected": opened,
    }  # fmt: skip
    late = post(chief, f"{where}/edit", **form)
    assert late.status_code == 409
    assert "Letters to a printer in Queens" in late.text
    assert "Somebody changed it since you opened it." in main(late.text)
    assert "Letters to a printer in Queens" not in main(officer.get(where).text)


def test_a_bad_form_is_shown_again_with_what_is_wrong(visit: Visit, hospital: str) -> None:
    officer = visit("officer-dss")
    form = {"agency": "DSS", "verb": "disclosure", "title": "", "occurred_on": "yesterday", "explanation": "Fire"}
    answer = post(officer, "/events/new-exigent", **form)
    assert answer.status_code == 400
    assert "Give a day such as 2026-11-30." in answer.text
    assert ">\nFire</textarea>" in answer.text
    where = an_event(officer, hospital)
    unchosen = post(officer, f"{where}/step", to="", on="2026-02-03", expected=expected(officer, where))
    assert (unchosen.status_code, "Choose one of these." in unchosen.text) == (400, True)


def test_other_agencies_and_stewards_see_nothing_of_it(visit: Visit, hospital: str) -> None:
    event, violation = an_event(visit("officer-dss"), hospital), a_violation(visit("officer-dss"), hospital)
    for where in (event, violation):
        assert visit("officer-doh").get(where).status_code == 404
        assert visit("officer-doh").get(f"{where}/edit").status_code == 404
        assert visit("steward-dss").get(where).status_code == 403
        assert visit("head-dss").get(where).status_code == 200
        assert 'name="to"' not in visit("head-dss").get(where).text
        assert visit("officer-doh").post(f"{where}/step", data={}, headers=SAME_ORIGIN).status_code == 404


def test_the_list_leads_to_each_and_to_the_forms(visit: Visit, hospital: str) -> None:
    where = an_event(visit("officer-dss"), hospital)
    listed = visit("officer-dss").get("/events").text
    assert f'href="{where}"' in listed
    assert 'href="/events/new-exigent"' in listed
    assert 'href="/events/new-violation"' in listed
    assert "/events/new-exigent" not in visit("head-dss").get("/events").text


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [("2026-02-03", "2026-02-03", "the same day"), ("2026-02-03", "2026-02-04", "after 1 day"),
     ("2026-02-03", "2026-02-06", "after 3 days"), ("2024-01-01", "2026-10-01", "after 1,004 days")],
)  # fmt: skip
def test_how_long_it_took(start: str, end: str, words: str) -> None:
    assert event_wording.after(date.fromisoformat(start), date.fromisoformat(end)) == words


@pytest.mark.parametrize(
    ("people", "told"),
    [("1", "under 5"), ("4", "under 5"), ("5", "5"), ("one person", "under 5"), ("5 to 100", "5 to 100"), ("", "")],
)
def test_fewer_than_five_are_never_told_exactly(people: str, told: str) -> None:
    assert event_wording.few(people) == told


def test_every_step_has_its_words() -> None:
    assert set(event_wording.EXIGENT_MOVE) == set(ExigentState) - {ExigentState.OCCURRED}
    assert set(event_wording.VIOLATION_MOVE) == set(ViolationState)
    assert set(event_wording.EXIGENT_MEANS) == set(event_wording.EXIGENT_MOVE)
    assert set(event_wording.VIOLATION_MEANS) == set(event_wording.VIOLATION_MOVE)
