"""What being in a dataset tells: suggested with its words, decided by a person, and shown apart for good."""

import re
from collections.abc import Callable

import pytest

from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from tests.web.test_pages import main

Visit = Callable[[str | None], HouseClient]
#: The client list is of a program called street outreach: whoever is on it gets help from the city.
CODE = "BENEFIT_STATUS"


@pytest.fixture
def officer(own_city: City) -> HouseClient:
    return enter(application(own_city.catalog), "officer-dss")


def decide(client: HouseClient, city: City, verdict: str, reason: str, **more: str) -> tuple[int, str]:
    """Decide as the page lets one: the status, and where it leads or what it says."""
    page = client.get(f"/datasets/{city.clients}").text.split('id="memberships"')[1]
    data = {"seen": re.findall(r'name="seen" value="([^"]+)"', page)[0], "verdict": verdict, "reason": reason} | more
    answer = client.post(f"/memberships/{city.clients}/{CODE}", data=data, headers=SAME_ORIGIN)
    return answer.status_code, answer.location or answer.text


def test_a_suggestion_says_which_words_speak_for_it_and_is_no_fact(visit: Visit) -> None:
    text = visit("officer-dss").get("/memberships").text
    page = main(text)
    assert "1 suggestion waits; 0 confirmed." in page
    assert "Words that speak for it: “street outreach” in its program" in page
    assert 'class="tag tag-suggested">Suggested' in text
    assert "tag-confirmed" not in text.split("<main")[1]


def test_an_officer_confirms_it_on_the_page_of_the_dataset(officer: HouseClient, own_city: City) -> None:
    status, where = decide(officer, own_city, "confirm", "Only who gets help is on it", **{"from": "dataset"})
    assert (status, where) == (303, f"/datasets/{own_city.clients}#memberships")
    section = officer.get(where).text.split('id="memberships"')[1].split("</section>")[0]
    assert 'class="tag tag-confirmed">Confirmed' in section
    assert "“Only who gets help is on it”" in section
    assert "0 suggestions wait; 1 confirmed." in main(officer.get("/memberships").text)
    assert CODE in officer.get("/memberships?standing=confirmed&format=csv").text
    # What is confirmed counts as held, and no activity on the dataset declares it.
    found = officer.get(f"/reconciliation?dataset={own_city.clients}&type={CODE}").text
    assert "tells of" in main(found)
    assert "as a person confirmed" in main(found)


def test_it_is_not_so_takes_it_off_the_list_that_waits(officer: HouseClient, own_city: City) -> None:
    assert decide(officer, own_city, "reject", "It is a list of everybody who asked")[0] == 303
    assert "Nothing is suggested, and nothing was confirmed." in main(officer.get("/memberships").text)
    assert "Rejected" in main(officer.get("/memberships?standing=rejected").text)


@pytest.mark.parametrize(
    ("given", "status", "fault"),
    [
        ({"reason": ""}, 400, "Fill this in."),
        ({"reason": "So it is", "verdict": "perhaps"}, 400, "Choose one of these."),
        ({"reason": "So it is", "seen": "other words"}, 409, "has changed meanwhile"),
    ],
)
def test_a_decision_that_cannot_be_kept_comes_back_as_it_was_written(
    given: dict[str, str], status: int, fault: str, officer: HouseClient, own_city: City
) -> None:
    code, text = decide(officer, own_city, **({"verdict": "confirm", "reason": ""} | given))
    assert code == status
    assert fault in main(text)
    again = text.split("What you decided on")[1].split("</table>")[0]
    assert f'value="{given["reason"]}"' in again
    assert text.count(f'action="/memberships/{own_city.clients}/{CODE}"') == 1
    assert "1 suggestion waits; 0 confirmed." in main(officer.get("/memberships").text)


def test_who_only_reads_cannot_decide(visit: Visit) -> None:
    text = visit("auditor").get("/memberships").text
    assert "3 suggestions wait" in main(text)  # that of Social Services, and two of a list of Health
    assert "verdict" not in text


def test_another_agency_learns_nothing_of_it(visit: Visit, city: City) -> None:
    foreign = visit("officer-doh")
    assert "Clients of social services" not in foreign.get("/memberships").text
    data = {"seen": "x", "verdict": "confirm", "reason": "So it is"}
    answers = [
        foreign.post(f"/memberships/{number}/{CODE}", data=data, headers=SAME_ORIGIN)
        for number in (city.clients, 99999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert main(answers[0].text) == main(answers[1].text)
