"""Keeping the register on pages: what is recorded and changed, what a form says when it cannot be kept, and history."""

import re
from collections.abc import Callable, Mapping
from datetime import date

import pytest

from catalog.model.register import Verb
from catalog.model.revisions import RecordKind
from catalog.services import (
    flow_templates,
    histories,
    mirrors,
    protocols,
    purposes,
    register_pages,
    requests,
)
from tests.support import matrix_of_divisions
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City
from tests.support.matrix_of_the_register import POSTS
from tests.web.test_pages import main

Visit = Callable[[str | None], HouseClient]
#: A form of each kind of record: where a new one and a known one are kept, and one field that has to be filled in.
KINDS = {
    "activity": ("activity_forms", "/flows/new", "/flows/1/edit", "title"),
    "protocol": ("protocol_forms", "/protocols/new", "/protocols/5/edit", "issuer"),
    "party": ("parties", "/parties/new", "/parties/7/edit", "name"),
    "contract": ("contracts", "/contracts/new", "/contracts/1/edit", "number"),
    "system": ("systems", "/declared/new", "/declared/1/edit", "name"),
    "program": ("programme_forms", "/programs/new", "/programs/1/edit", "code"),
    "purpose": ("purposes", "/purposes/new", "/purposes/1/edit", "text"),
    "template": ("flow_templates", "/templates/new", "/templates/1/edit", "title"),
    "request": ("requests", "/requests/new", "/requests/1/edit", "why"),
    "measure": ("measures", "/register/measures/new", "/register/measures/1/edit", "title"),
}
REASON = "Because it was mistyped before"


def data_of(part: str, view: str) -> dict[str, str]:
    return dict((POSTS | matrix_of_divisions.POSTS)[f"{part}.{view}"].data)


def send(client: HouseClient, where: str, data: Mapping[str, object], status: int = 303) -> str:
    answer = client.post(where, data=data, headers=SAME_ORIGIN)
    assert answer.status_code == status, main(answer.text) if answer.text else answer.location
    return answer.text if status != 303 else str(answer.location)


def values(text: str) -> dict[str, str]:
    """What the one-line fields of the last form of a page hold."""
    form = text.rsplit('method="post"', maxsplit=1)[-1]
    return dict(re.findall(r'<input class="usa-input" id="\w+"(?: type="\w+")? name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_left_out_is_told_beside_it_and_the_rest_is_kept(kind: str, visit: Visit) -> None:
    part, where, _, needed = KINDS[kind]
    typed = data_of(part, "add") | {needed: "", "retention": "seven years", "subjects": "adult, child"}
    text = send(visit("cpo"), where, typed, 400)
    page = main(text)
    assert "Nothing was kept" in page
    assert "one field cannot be taken as it is" in page
    assert f'href="#{needed}"' in text
    assert f'id="{needed}-error">Fill this in.' in text
    assert re.search(rf'id="{needed}"[^>]*aria-invalid="true"', text)
    for name, value in values(text).items():
        assert value == typed.get(name, ""), name


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_form_is_told_and_keeps_what_was_typed(kind: str, own_city: City) -> None:
    part, _, where, _ = KINDS[kind]
    client = enter(application(own_city.catalog), "cpo")
    typed = data_of(part, "revise")
    before = client.get(where).text
    assert f'name="expected" value="{typed["expected"]}"' in before
    send(client, where, typed)
    stale = typed | {"reason": REASON}
    text = send(client, where, stale, 409)
    assert "it was changed since you opened it" in main(text)
    assert "Somebody changed it since you opened it." in main(text)
    assert values(text)["reason"] == REASON
    now = int(typed["expected"]) + 1
    assert f'name="expected" value="{now}"' in text, "who was told may send it again"
    send(client, where, stale | {"expected": str(now)})


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "party"])
def test_what_is_foreign_is_answered_as_what_is_not_there(kind: str, visit: Visit) -> None:
    _, _, where, _ = KINDS[kind]
    missing = re.sub(r"\d+", "99999", where)
    client = visit("officer-doh")
    assert client.get(where).status_code == client.get(missing).status_code == 404
    assert main(client.get(where).text).split("Reference")[0] == main(client.get(missing).text).split("Reference")[0]


def test_a_collection_is_recorded_with_all_it_says(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    where = send(
        client,
        "/flows/new",
        {
            "agency": "DSS", "verb": "collection", "title": "Shoe sizes", "reference": "S99", "purpose_id": "1",
            "classification": "routine_agency", "ground": "furthers_purpose_or_mission", "party": "4",
            "subjects": "adult, child", "type": ["NAME", "DOB"], "dataset": [str(own_city.clients)],
            "protocol": [str(own_city.law.designation)], "programme": "1", "unit": "Intake unit",
            "divisions": "Field office, Night office", "employees": "case workers", "method": "interview",
            "frequency": "daily", "volume": "10 to 100 people", "retention": "7 years",
            "retention_basis": "required_by_law", "started_on": "2026-01-02",
        },
    )  # fmt: skip
    page = main(client.get(where).text)
    assert "Done by Field office, Night office, case workers" in page
    assert "Kept 7 years Required by law" in page
    made = register_pages.activity_form(ADMIN, own_city.catalog, int(where.split("/")[-1]))
    one = made.activity
    assert (one.title, one.reference, one.unit, one.frequency) == ("Shoe sizes", "S99", "Intake unit", "daily")
    assert one.purpose == "Decide who is eligible for help", "the words are those of the library"
    assert (one.divisions, one.employees) == (("Field office", "Night office"), ("case workers",))
    assert one.subject_categories == ("adult", "child")
    assert (one.started_on, one.ended_on, one.party_id, one.programme_id) == (date(2026, 1, 2), None, 4, 1)
    assert set(made.type_codes) == {"NAME", "DOB"}
    assert made.dataset_ids == (own_city.clients,)
    assert made.protocol_ids == (own_city.law.designation,)
    assert made.expected == 1


def test_the_form_shows_what_is_recorded_and_keeps_it_when_nothing_is_changed(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    where = f"/flows/{own_city.law.intake}/edit"
    text = client.get(where).text
    now = register_pages.activity_form(ADMIN, own_city.catalog, own_city.law.intake)
    assert values(text)["retention"] == "7 years"
    for code in now.type_codes:
        assert re.search(rf'id="type-{code}" name="type" value="{code}" checked', text)
    assert "“name”, NYC Admin. Code §23-1201, item 1" in main(text), "types are offered with the words of the law"
    send(client, where, sent_back(text))
    assert register_pages.activity_form(ADMIN, own_city.catalog, own_city.law.intake) == now


def sent_back(text: str) -> dict[str, list[str]]:
    """The last form of a page as a browser would send it unchanged."""
    form, found = text.rsplit('method="post"', maxsplit=1)[-1], {}
    for field in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', field), re.search(r' value="([^"]*)"', field)
        if name and value and ('type="checkbox"' not in field or " checked" in field):
            found.setdefault(name[1], []).append(value[1])
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        found[name] = chosen or [""]
    for name, content in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL):
        found[name] = [content]
    return found


def test_datasets_are_looked_for_and_those_chosen_stay(city: City, visit: Visit) -> None:
    typed = {"agency": "DSS", "verb": "collection", "title": "T", "dataset": str(city.clients), "words": "visit"}
    text = send(visit("officer-dss"), "/flows/new", typed | {"look": "yes"}, 200)
    found = re.findall(r'name="dataset" value="(\d+)"( checked)?', text)
    assert dict(found) == {str(city.clients): " checked", str(city.visits): ""}
    assert "1 dataset fits." in main(text)
    assert values(text)["title"] == "T"


def test_a_party_to_choose_says_whether_it_is_a_third_party(visit: Visit) -> None:
    text = main(visit("officer-dss").get("/flows/new?agency=DSS&verb=disclosure").text)
    assert "Quick Print (Vendor, third party)" in text
    assert "Department of Health (City agency)" in text


def test_an_approval_that_holds_is_warned_of(city: City, visit: Visit) -> None:
    text = main(visit("officer-dss").get(f"/flows/{city.law.referral}/edit").text)
    assert "An approval of it is in force." in text
    assert "that approval is up for review" in text


def test_whose_flow_it_is_is_asked_first_where_there_are_several(visit: Visit) -> None:
    assert "First: whose is it?" in main(visit("cpo").get("/flows/new").text)
    assert "First: whose is it?" not in main(visit("officer-dss").get("/flows/new").text)


def test_what_was_recorded_by_mistake_is_withdrawn_with_a_reason(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    where = f"/flows/{own_city.law.intake}/withdraw"
    assert "Fill this in." in send(client, where, {"reason": " "}, 400)
    history = send(client, where, {"reason": "Recorded twice"})
    assert client.get(f"/flows/{own_city.law.intake}").status_code == 404
    assert "Recorded twice" in main(client.get(history).text)


def test_our_side_of_a_disclosure_is_recorded_as_it_was_shown(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    page = main(client.get("/flows/mirrors").text)
    assert "Naming campers" in page
    assert "What would be recorded for Department of Parks" in page
    where = send(client, f"/flows/{own_city.law.unanswered}/mirror", {})
    made = register_pages.activity_form(ADMIN, own_city.catalog, int(where.split("/")[2].split("?")[0])).activity
    assert (made.agency_id, made.verb, made.mirror_of_id) == ("PRK", Verb.COLLECTION, own_city.law.unanswered)
    assert own_city.law.unanswered not in {
        one.disclosure.activity.id for one in mirrors.to_record(ADMIN, own_city.catalog)
    }
    assert "its other side is recorded already" in send(client, f"/flows/{own_city.law.unanswered}/mirror", {}, 409)


def test_an_agreement_is_recorded_with_its_terms_or_not_at_all(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    typed = data_of("protocol_forms", "add") | {
        "type": "data_sharing_agreement", "title": "Shoes for health", "permitted_uses": "Fit shoes",
        "onward": "none",
    }  # fmt: skip
    before = len(protocols.every(ADMIN, own_city.catalog).lines)
    assert "an agreement binds two parties or more" in send(client, "/protocols/new", typed | {"party": "1"}, 400)
    assert len(protocols.every(ADMIN, own_city.catalog).lines) == before
    where = send(client, "/protocols/new", typed | {"party": ["1", "2"]})
    page = main(client.get(where).text)
    assert "Permitted uses Fit shoes" in page
    assert "The party may not hand it on" in page


def test_another_protocol_takes_the_place_of_one_and_what_stands_on_it_moves(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    old = own_city.law.designation
    form = client.get(f"/protocols/{old}/supersede").text
    assert values(form)["title"] == "Routine designation 4: eligibility"
    assert values(form)["effective_on"] == ""
    typed = {key: value for key, value in sent_back(form).items() if key != "supersedes"}
    typed |= {"effective_on": ["2026-11-01"], "move": ["yes"], "reason": ["A new edition"]}
    later = typed | {"move": "yes", "effective_on": "2099-01-01"}
    assert "The new one is not in effect yet" in main(send(client, f"/protocols/{old}/supersede", later, 400))
    where = send(client, f"/protocols/{old}/supersede", typed)
    new = int(where.split("/")[-1])
    assert register_pages.protocol_form(ADMIN, own_city.catalog, new).protocol.supersedes_id == old
    assert "Its place is taken by" in main(client.get(f"/protocols/{old}").text)
    assert new in register_pages.activity_form(ADMIN, own_city.catalog, own_city.law.intake).protocol_ids


def test_members_of_a_program_are_changed_with_it(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    typed = sent_back(client.get("/programs/1/edit").text)
    assert typed["part_2"] == ["Treats people"]
    typed |= {"part_2": [""], "part_5": ["Outreach by day"], "member_1": ["3"], "as_1": ["Opens its gates"]}
    send(client, "/programs/1/edit", typed)
    found = register_pages.programme_form(ADMIN, own_city.catalog, 1).members
    assert found == {1: "Leads", 3: "Opens its gates", 5: "Outreach by day"}


def test_a_template_says_what_it_would_make_and_makes_it(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    asked = {"agency": ["DSS", "DOH"], "started_on": "2026-09-01", "look": "yes"}
    text = send(client, "/templates/1/apply", asked, 200)
    assert "“Research slips” of Department of Health, to Meridian State University" in main(text)
    assert not flow_templates.one(ADMIN, own_city.catalog, 1).flows, "looking makes nothing"
    send(client, "/templates/1/apply", {"agency": ["DSS", "DOH"], "started_on": "2026-09-01"})
    made = flow_templates.one(ADMIN, own_city.catalog, 1).flows
    assert {flow.view.agency.id for flow in made} == {"DSS", "DOH"}
    assert "no agency is named" in main(send(client, "/templates/1/apply", {"started_on": "2026-09-01"}, 400))


def test_flows_of_a_template_are_brought_to_its_version(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    send(client, "/templates/1/apply", {"agency": "DSS", "started_on": "2026-09-01"})
    typed = sent_back(client.get("/templates/1/edit").text) | {"frequency": ["weekly"]}
    send(client, "/templates/1/edit", typed)
    page = main(client.get("/templates/1").text)
    assert "version 2" in page
    assert "1 of them says something else than this version" in page
    (flow,) = flow_templates.one(ADMIN, own_city.catalog, 1).flows
    send(client, "/templates/1/follow", {"activity": str(flow.view.activity.id), "reason": "It is weekly now"})
    (flow,) = flow_templates.one(ADMIN, own_city.catalog, 1).flows
    assert (flow.differs, flow.view.activity.frequency) == ((), "weekly")


def test_a_request_goes_to_the_officer_who_decides_and_links_it(own_city: City) -> None:
    app = application(own_city.catalog)
    client = enter(app, "officer-dss")
    send(client, "/requests/1/move", {"to": "with_officer", "on": "2026-07-03", "expected": "1"})
    page = main(client.get("/requests/1").text)
    assert "After 2 days" in page
    wordless = {"to": "approved", "on": "2026-07-05", "expected": "2"}
    assert 'name="on" value="2026-07-05"' in send(client, "/requests/1/move", wordless, 400)
    send(client, "/requests/1/move", wordless | {"words": "It helps", "activity": str(own_city.law.study)})
    page = main(client.get("/requests/1").text)
    assert "Approved" in page
    assert "Covered by Study of intake" in page
    assert requests.one(ADMIN, own_city.catalog, 1).line.request.decided_on == date(2026, 7, 5)
    assert "Approve it" not in main(enter(app, "steward-dss").get("/requests/1").text)


def test_requests_are_narrowed_down(visit: Visit) -> None:
    client = visit("officer-dss")
    assert "Birth dates for a study" in main(client.get("/requests?kind=request&state=received").text)
    assert "None of this kind in this state." in main(client.get("/requests?kind=proposal").text)
    assert "Birth dates for a study" in main(client.get("/requests?kind=nonsense").text)


def test_a_history_says_who_changed_what_when_and_why_and_brings_it_back(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    line = purposes.library(ADMIN, own_city.catalog)[0]
    typed = {"agency": "DSS", "title": line.purpose.title, "text": "Help them", "expected": "1", "reason": REASON}
    send(client, f"/purposes/{line.purpose.id}/edit", typed)
    where = f"/history/purpose/{line.purpose.id}"
    page = main(client.get(where).text)
    assert "2 revisions, latest first." in page
    assert REASON in page
    assert "Decide who is eligible for help Help them" in page, "before and after stand side by side"
    again = {"number": "1", "expected": "2", "reason": "It was right"}
    text = send(client, where + "/restore", again | {"reason": ""}, 400)
    assert 'href="#reason"' in text
    assert re.search(r'Fill this in.</span>\s*<input class="usa-input" id="reason"', text)
    send(client, where + "/restore", again)
    assert purposes.library(ADMIN, own_city.catalog)[0].purpose.text == "Decide who is eligible for help"
    assert histories.of(ADMIN, own_city.catalog, RecordKind.PURPOSE, line.purpose.id).latest == 3
    text = send(client, where + "/restore", again, 409)
    assert "it was changed since you opened it" in main(text)
    assert 'value="It was right"' in text


def test_history_of_no_kind_is_nothing(visit: Visit) -> None:
    assert visit("cpo").get("/history/nonsense/1").status_code == 404
    answer = visit("cpo").post("/history/nonsense/1/restore", data={"number": "1"}, headers=SAME_ORIGIN)
    assert answer.status_code == 404


def test_a_record_of_the_city_is_not_an_officers_to_keep(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    text = client.get("/purposes/new").text
    assert "All agencies" not in main(text)
    send(client, "/purposes/new", {"title": "T", "text": "For all"}, 403)
    office = enter(application(own_city.catalog), "cpo")
    assert "All agencies" in main(office.get("/purposes/new").text)
    send(office, "/purposes/new", {"title": "T", "text": "For all"})


@pytest.mark.parametrize(
    "where", ["/parties", "/contracts", "/purposes", "/templates", "/requests", "/flows/mirrors", "/register/measures"]
)
def test_every_list_is_taken_away_as_a_file(where: str, visit: Visit) -> None:
    answer = visit("cpo").get(f"{where}?format=json")
    found = answer.get_json()
    assert found["count"] == len(found["rows"]) > 0


def test_a_history_is_taken_away_as_a_file(city: City, visit: Visit) -> None:
    found = visit("cpo").get(f"/history/activity/{city.law.intake}?format=json").get_json()
    assert {row["field"] for row in found["rows"]} >= {"Title", "Purpose"}


def test_a_measure_recorded_by_mistake_is_withdrawn_with_a_reason(own_city: City) -> None:
    client = enter(application(own_city.catalog), "officer-dss")
    assert "Ask for the year alone" in main(client.get("/register/measures").text)
    where = "/register/measures/1/withdraw"
    assert "Fill this in." in send(client, where, {"expected": "1", "reason": " "}, 400)
    assert "Somebody changed it" in main(send(client, where, {"expected": "0", "reason": "Twice"}, 409))
    send(client, where, {"expected": "1", "reason": "Recorded twice"})
    assert "No measure is recorded yet." in main(client.get("/register/measures").text)
    assert "Recorded twice" in main(client.get("/history/measure/1").text)
