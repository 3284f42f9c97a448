"""The pages of what is published, and those on which officers describe and publish."""

import json
import re
from collections.abc import Callable

import pytest

from catalog.model import published
from catalog.model.holdings import Disclosure
from catalog.services import describing, indexing
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, SECRET_COLUMN, City
from tests.web.test_pages import main, words

Visit = Callable[[str | None], HouseClient]
#: What stands on officers' pages of the clients' dataset, and is told to no researcher.
UNTOLD = (
    "client_master", "Case management", "dss-cases", "suggested", "Why", "strength", "970 of", "999-99", "Ben Okafor",
    "rarely empty", "Home visits", "Intake interviews", SECRET_COLUMN, "immunizations", "Contracts",
)  # fmt: skip


def of(city: City, dataset_id: int) -> str:
    return f"/published/datasets/{published.address(city.catalog.names_key, dataset_id)}"


@pytest.mark.parametrize("suffix", ["", "format=csv", "format=json"])
@pytest.mark.parametrize(
    "where",
    [
        "/published", "/published?q=client", "/published?q=canary", "/published?sort=agency", "/published/agencies",
        "/published/agencies/DSS", "/published/types", "/published/types/NAME", "/published/types/HEALTH_ID", "{own}",
    ],
)  # fmt: skip
def test_no_page_tells_more_than_is_published(where: str, suffix: str, city: City, visit: Visit) -> None:
    where = where.format(own=of(city, city.clients))
    answer = visit("researcher").get(where + (("&" if "?" in where else "?") + suffix if suffix else ""))
    assert answer.status_code == 200
    for hidden in UNTOLD:
        assert hidden not in (answer.text if suffix else main(answer.text).split("How it is found")[0]), hidden


def test_a_dataset_says_what_it_holds_and_whom_to_ask(city: City, visit: Visit) -> None:
    page = main(visit("researcher").get(of(city, city.clients)).text)
    for told in (
        "Clients of social services",
        "Everybody who has asked for help since 2009.",
        "intake@ dss.example",
        "7 years after the case is closed",
        "adult",
        "client_ssn",
        "Social Security number confirmed",
        "10,000 or more",
        "Street outreach",
    ):
        assert told in page, told
    rows = json.loads(visit("researcher").get(of(city, city.clients) + "?format=json").data)["rows"]
    assert {row["confirmed_types"] for row in rows} == {"SSN", "NAME", "DOB", ""}
    assert set(rows[0]) == {"column", "confirmed_types"}
    assert "Email address" not in page, "it is suggested"


def test_of_one_whose_existence_is_told_the_page_says_that_no_more_is(city: City, visit: Visit) -> None:
    page = main(visit("researcher").get(of(city, city.plain)).text)
    assert "Office codes" in page
    assert "privacy@ dss.example" in page, "its agency's, where it names no contact of its own"
    assert "not what it holds" in page
    assert "Columns" not in page
    row = next(
        row
        for row in json.loads(visit("researcher").get("/published?format=json").data)["rows"]
        if row["told"] == "existence"
    )
    assert {key for key, value in row.items() if value is not None} == {
        "dataset", "title", "description", "agency", "contact", "told"
    }  # fmt: skip


def test_words_facets_and_types_lead_to_datasets(city: City, visit: Visit) -> None:
    researcher = visit("researcher")
    text = researcher.get("/published").text
    assert "2 datasets." in main(text)
    assert 'href="/published?type=SSN"' in text
    filtered = main(researcher.get("/published?type=SSN").text)
    assert "1 dataset of 2 without filters." in filtered
    assert "Office codes" not in filtered
    assert of(city, city.clients) in researcher.get("/published/types/SSN").text
    assert 'href="/published/types/SSN"' in researcher.get(of(city, city.clients)).text
    nothing = main(researcher.get("/published?q=nothing+answers").text)
    assert "No published dataset answers to these words." in nothing
    assert "No published dataset is confirmed to hold this type." in main(
        researcher.get("/published/types/GPS_LOCATION").text
    )


def test_officers_see_what_researchers_see(city: City, visit: Visit) -> None:
    text = visit("officer-dss").get(f"/datasets/{city.clients}").text
    assert f'href="{of(city, city.clients)}"' in text
    assert f'href="/datasets/{city.clients}/publishing"' in text
    theirs = main(visit("researcher").get(of(city, city.clients)).text)
    seen = visit("officer-dss").get(of(city, city.clients)).text
    assert main(seen).replace("This is what researchers see. Back to the dataset ", "") == theirs != main(seen)
    assert f'href="/datasets/{city.clients}"' in seen
    foreign = main(visit("officer-doh").get(of(city, city.clients)).text)
    assert ("This is what researchers see." in foreign, "Back to the dataset" in foreign) == (True, False)
    assert "What researchers see Nothing" in main(visit("cpo").get(f"/datasets/{city.visits}").text)
    steward = visit("steward-dss").get(f"/datasets/{city.clients}").text
    assert "/publishing" not in steward
    assert f'href="/datasets/{city.clients}/description"' in steward
    auditor = visit("auditor").get(f"/datasets/{city.clients}").text
    assert "/description" not in auditor


def test_publishing_shows_beforehand_exactly_what_would_be_told(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    form = client.get(f"/datasets/{own_city.visits}/publishing").text
    previews = [words(part) for part in form.split("<details")[1:]]
    assert "no page, list, count or search knows of it" in previews[0]
    assert ["Columns added later are told too" in preview for preview in previews] == [False, False, True]
    where = f"/datasets/{own_city.visits}/publishing"
    refused = client.post(where, data={"level": "existence", "reason": "  "}, headers=SAME_ORIGIN)
    assert (refused.status_code, "no reason is given" in refused.text) == (400, True)
    assert re.search(r'id="level-existence"[^>]* checked', refused.text), "what was filled in is kept"
    assert client.post(where, data={"level": "everything"}, headers=SAME_ORIGIN).status_code == 400
    for level, preview in (("existence", previews[1]), ("full", previews[2])):
        answer = client.post(where, data={"level": level, "reason": "Agreed"}, headers=SAME_ORIGIN)
        assert answer.headers["Location"] == f"/datasets/{own_city.visits}"
        indexing.refresh(own_city.catalog)
        page = client.get(of(own_city, own_city.visits)).text.split("</h1>")[1]
        assert words(re.split('<p class="exports"|</main>', page)[0]).strip() in preview


def test_nothing_confirmed_is_never_told_as_nothing_held(city: City, visit: Visit) -> None:
    researcher = visit("researcher")
    for where in ("/published", "/published/types/GPS_LOCATION", of(city, city.clients)):
        assert "nothing confirmed does not mean nothing held" in main(researcher.get(where).text)
    assert "None confirmed yet" in main(researcher.get(of(city, city.clients)).text)
    form = main(visit("officer-dss").get(f"/datasets/{city.clients}/publishing").text)
    assert re.search(r"Suggestions in [1-9]\d* columns? wait for a decision: researchers are told nothing", form)


def test_whom_to_ask_is_a_mail_address_to_write_to(city: City, visit: Visit) -> None:
    page = visit("researcher").get("/published").text
    assert '<a href="mailto:intake@dss.example">intake@<wbr>dss.example</a>' in page


def test_a_list_without_any_number_of_people_has_no_column_for_it(own_city: City) -> None:
    client = enter(application(own_city.catalog), "researcher")
    heading = '<th scope="col">People</th>'
    assert heading in client.get("/published").text
    describing.publish(ADMIN, own_city.catalog, own_city.clients, Disclosure.HIDDEN)
    rest = client.get("/published").text
    assert ("Office codes" in rest, heading in rest) == (True, False)


def test_what_researchers_are_not_told_of_can_be_asked_for(city: City, visit: Visit) -> None:
    page = visit("officer-dss").get("/search?published=hidden").text
    assert "Told to researchers: Nothing" in main(page)
    assert f'href="/datasets/{city.visits}"' in page
    assert f'href="/datasets/{city.clients}"' not in page


def test_a_reason_that_cannot_stand_in_a_page_is_not_shown_again(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    wrong = {"level": "everything", "reason": "Agreed\x01"}
    told = client.post(f"/datasets/{own_city.visits}/publishing", data=wrong, headers=SAME_ORIGIN)
    assert (told.status_code, 'value="Agreed"' in told.text) == (400, True)


def test_describing_keeps_what_is_said(own_city: City) -> None:
    client = enter(application(own_city.catalog), "steward-dss")
    where = f"/datasets/{own_city.visits}/description"
    said = {"title": "Visits", "text": "At home.", "contact": "", "retention": "A year", "subjects": "client, child ,"}
    assert client.post(where, data=said, headers=SAME_ORIGIN).status_code == 303
    page = main(client.get(f"/datasets/{own_city.visits}").text)
    assert "Visits" in page
    assert "client, child" in page
    assert 'value="client, child"' in client.get(where).text
    told = f"/datasets/{own_city.clients}/description"
    form = client.get(told).text
    assert "Researchers read these words" in form
    assert "Keep these words" not in form
    assert client.post(told, data={"title": "Other"}, headers=SAME_ORIGIN).status_code == 403
    officer = enter(application(own_city.catalog), "officer-dss")
    assert "it has no title" in officer.post(told, data={"title": ""}, headers=SAME_ORIGIN).text
