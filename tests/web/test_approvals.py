"""Each class of approval, walked through the pages by the people it takes; who is refused on the way (domain 5.4)."""

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from catalog.model.parties import Party, PartyKind
from catalog.model.procedure import QUESTIONS, Asked
from catalog.model.register import Verb
from catalog.services import law_records, register, register_pages, sources
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.builders import an_activity
from tests.support.city import ADMIN
from tests.web.test_pages import main
from tests.web.test_proof import Clock
from web.approval_wording import law_words, sections

Visit = Callable[[str], HouseClient]
NUMBERS = itertools.count(1)

#: The way to each class, as an officer would answer; what is not asked on the way is left out.
INSIDE = {"identifying": "yes", "chapter": "yes", "police": "no", "welfare": "no", "exigent": "no"}
FURTHERS = INSIDE | {"required": "no", "furthers": "yes"}
ROUTINE = FURTHERS | {"normal_course": "yes"}
CASE = FURTHERS | {"normal_course": "no"}
TOGETHER = FURTHERS | {"both_agree": "yes"}
NO_GROUND = INSIDE | {"required": "no", "furthers": "no"}


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Catalog]:
    """Every test walks with a flow of its own, so that one city serves them all."""
    made = cities.empty_catalog(tmp_path_factory.mktemp("approvals"), open_sign_in=True)
    opened = Catalog(made.settings, made.engine, made.search_index, made.taxonomy, clock)
    sources.add_agency(ADMIN, opened, cities.agency("DSS", "Department of Social Services", "Helps people."))
    sources.add_agency(ADMIN, opened, cities.agency("DOH", "Department of Health", "Keeps people healthy."))
    cities.people_of(opened)
    yield opened
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


def party(catalog: Catalog, kind: PartyKind, agency_id: str | None) -> int:
    """The one party of a kind; of agencies there is one each."""
    known = register_pages.choices(ADMIN, catalog).parties
    found = [one.id for one in known if (one.kind, one.agency_id) == (kind, agency_id)]
    return found[0] if found else law_records.add_party(ADMIN, catalog, Party(0, kind.value, kind, agency_id)).id


def flow(catalog: Catalog, kind: PartyKind, agency_id: str | None = None, verb: Verb = Verb.DISCLOSURE) -> int:
    """A flow of Social Services that says all that an approval is asked for."""
    number = next(NUMBERS)
    activity = replace(
        an_activity("DSS", f"Sending referrals {number}"),
        verb=verb,
        purpose=f"Let people see a doctor, way {number}",
        party_id=party(catalog, kind, agency_id),
        retention="7 years",
    )
    return register.add_activity(
        ADMIN, catalog, activity, type_codes=["NAME", "DOB"], dataset_ids=[], protocol_ids=[]
    ).id


def sent(answer: TestResponse) -> TestResponse:
    """What was kept, which leads on."""
    assert answer.status_code == 303, main(answer.text)
    return answer


def draft(client: HouseClient, activity_id: int, answers: dict[str, str], **terms: str) -> int:
    """Draft and submit what the guide leads to; its number."""
    form = answers | {"review_due_on": "2099-05-01", "submit": "yes"} | terms
    answer = sent(client.post(f"/flows/{activity_id}/guide", data=form, headers=SAME_ORIGIN))
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def seen(client: HouseClient, designation_id: int) -> str:
    """What the page says is being signed."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(f"/approvals/{designation_id}").text)
    return found[1] if found else ""


def move(client: HouseClient, designation_id: int, event: str, *, how: str = "move", **words: str) -> TestResponse:
    data = {"event": event, "seen": seen(client, designation_id)} | words
    return client.post(f"/approvals/{designation_id}/{how}", data=data, headers=SAME_ORIGIN)


def sign(client: HouseClient, designation_id: int, event: str, **words: str) -> TestResponse:
    return move(client, designation_id, event, how="sign", **words)


def state(client: HouseClient, designation_id: int) -> str:
    badges = client.get(f"/approvals/{designation_id}").text.split('class="badges"')[1].split("</p>")[0]
    found = re.search(r'class="state state-\w+">([^<]+)<', badges)
    return found[1] if found else ""


def waits_for(client: HouseClient) -> list[int]:
    """The approvals that the queue says wait for this visitor."""
    rows = client.get("/approvals?waits=for_me&format=json").get_json()["rows"]
    return [row["approval_id"] for row in rows]


def offered(client: HouseClient, designation_id: int) -> set[str]:
    """The moves the page has a button for."""
    return set(re.findall(r'name="event" value="(\w+)"', client.get(f"/approvals/{designation_id}").text))


def test_routine_by_the_agencys_own_officer(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    assert state(visit("steward-dss"), one) == "Submitted"
    assert one in waits_for(visit("officer-dss"))
    sent(sign(visit("officer-dss"), one, "approve"))
    page = main(visit("officer-dss").get(f"/approvals/{one}").text)
    assert state(visit("officer-dss"), one) == "In force"
    assert "Pre-approved as routine: furthers the purpose or mission of the agency" in page
    assert "Ben Okafor" in page.split("Who signed")[-1]
    assert "this content" in page
    assert "Agency Department of Social Services" in page
    assert "Let people see a doctor" in page.split("What is approved")[-1]
    assert one not in waits_for(visit("officer-dss"))


def test_who_may_not_approve_is_told_why_and_has_no_button(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    what = seen(visit("officer-dss"), one)
    for who in ("steward-dss", "deputy-dss", "head-dss", "cpo", "staff", "auditor"):
        assert "approve" not in offered(visit(who), one), who
        page = main(visit(who).get(f"/approvals/{one}").text)
        assert "Approve and sign: only the privacy officer of the agency does this." in page
        refused = sign(visit(who), one, "approve", seen=what)
        assert refused.status_code == 403
    assert not seen(visit("auditor"), one), "a form without a button"
    assert state(visit("officer-dss"), one) == "Submitted"


def test_nobody_approves_what_they_submitted(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("officer-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    refused = sign(visit("officer-dss"), one, "approve")
    assert refused.status_code == 400
    assert "nobody approves what they submitted themselves" in main(refused.text)
    assert state(visit("officer-dss"), one) == "Submitted"


def test_routine_between_two_agencies_takes_both_officers_over_one_content(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CITY_AGENCY, "DOH"), TOGETHER)
    assert visit("officer-doh").get(f"/approvals/{one}").status_code == 404
    unsaid = sign(visit("officer-dss"), one, "approve")
    assert (unsaid.status_code, "one field cannot be taken as it is" in main(unsaid.text)) == (400, True)
    sent(sign(visit("officer-dss"), one, "approve", statement="It gets people to a doctor."))
    assert state(visit("officer-dss"), one) == "Waiting for the other privacy officer"
    assert "countersign" not in offered(visit("officer-dss"), one)
    assert waits_for(visit("officer-doh")) == [one]
    assert "1 waits for you." in main(visit("officer-doh").get("/approvals").text)
    theirs = main(visit("officer-doh").get(f"/approvals/{one}").text)
    assert "Let people see a doctor" in theirs
    assert "It gets people to a doctor." in theirs
    assert seen(visit("officer-doh"), one) == seen(visit("officer-dss"), one)
    sent(sign(visit("officer-doh"), one, "countersign", statement="It brings us who needs us."))
    assert state(visit("officer-dss"), one) == "In force"
    assert visit("officer-dss").get(f"/approvals/{one}").text.count(">this content</span>") == 2


def test_declined_by_the_other_agency_it_can_be_referred(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CITY_AGENCY, "DOH"), TOGETHER)
    sent(sign(visit("officer-dss"), one, "approve", statement="It gets people to a doctor."))
    silent = move(visit("officer-doh"), one, "decline")
    assert (silent.status_code, "one field cannot be taken as it is" in main(silent.text)) == (400, True)
    sent(move(visit("officer-doh"), one, "decline", reason="It is none of our work."))
    assert state(visit("officer-dss"), one) == "Declined by the other privacy officer"
    assert "“It is none of our work.”" in main(visit("officer-dss").get(f"/approvals/{one}").text)
    assert "refer" in offered(visit("officer-dss"), one)


def test_case_by_case_to_a_third_party_needs_an_end_and_an_agreement_or_why_none(
    catalog: Catalog, visit: Visit
) -> None:
    activity_id = flow(catalog, PartyKind.RESEARCHER)
    asked = main(visit("steward-dss").get(f"/flows/{activity_id}/guide", query_string=CASE).text)
    assert "An agreement with the third party" in asked
    assert "say below why none is needed" in asked
    one = draft(visit("steward-dss"), activity_id, CASE, expires_on="2098-01-31")
    refused = sign(visit("officer-dss"), one, "approve")
    assert (refused.status_code, "a third party needs an agreement in force" in main(refused.text)) == (400, True)
    sent(move(visit("officer-dss"), one, "return", reason="Say why no agreement is needed."))
    assert state(visit("steward-dss"), one) == "Returned for changes"
    again = draft(
        visit("steward-dss"), activity_id, CASE, expires_on="2098-01-31",
        agreement_exception="no_important_interest", exception_reason="Years of birth alone.",
    )  # fmt: skip
    assert again == one
    sent(sign(visit("officer-dss"), one, "approve"))
    page = main(visit("officer-dss").get(f"/approvals/{one}").text)
    assert state(visit("officer-dss"), one) == "In force"
    assert "Jan 31, 2098" in page
    assert "No important privacy interest would be unduly compromised" in page
    assert "Years of birth alone." in page


def test_what_the_policies_keep_from_being_routine_is_approved_twice(catalog: Catalog, visit: Visit) -> None:
    rule = {
        "kind": "not_routine", "title": "Dates of birth to nonprofits", "verb": "disclosure", "party_kind": "nonprofit",
        "type": "DOB", "second_reviewer": "agency_head", "from_on": "2024-01-01", "citation": "Policies 2025, 5.2",
    }  # fmt: skip
    sent(visit("cpo").post("/policy-rules/new", data=rule, headers=SAME_ORIGIN))
    activity_id = flow(catalog, PartyKind.NONPROFIT)
    outcome = main(visit("steward-dss").get(f"/flows/{activity_id}/guide", query_string=FURTHERS).text)
    assert "A further approval: Head of agency, by “Dates of birth to nonprofits”." in outcome
    one = draft(
        visit("steward-dss"), activity_id, FURTHERS, expires_on="2098-01-31",
        agreement_exception="no_important_interest", exception_reason="Years of birth alone.",
    )  # fmt: skip
    sent(sign(visit("officer-dss"), one, "approve"))
    assert state(visit("officer-dss"), one) == "Waiting for the second reviewer"
    assert "second" not in offered(visit("officer-dss"), one)
    assert waits_for(visit("head-dss")) == [one]
    sent(sign(visit("head-dss"), one, "second"))
    assert state(visit("officer-dss"), one) == "In force"


def test_without_a_ground_the_cpo_determines(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.CITY_AGENCY, "DOH", Verb.COLLECTION)
    one = draft(visit("steward-dss"), activity_id, NO_GROUND)
    refused = sign(visit("officer-dss"), one, "approve")
    assert (refused.status_code, "refer it" in main(refused.text)) == (400, True)
    sent(move(visit("officer-dss"), one, "refer", reason="We have no ground of our own."))
    assert state(visit("cpo"), one) == "Referred to the CPO"
    assert "determine" not in offered(visit("officer-dss"), one)
    unsaid = sign(visit("cpo"), one, "determine")
    assert (unsaid.status_code, "one field cannot be taken as it is" in main(unsaid.text)) == (400, True)
    sent(sign(visit("cpo"), one, "determine", statement="The city is better for it."))
    page = main(visit("officer-dss").get(f"/approvals/{one}").text)
    assert state(visit("officer-dss"), one) == "In force"
    assert "“The city is better for it.”" in page


def test_to_anybody_else_it_is_prohibited_and_the_guide_says_what_to_do_instead(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.VENDOR)
    answers = NO_GROUND | {"authorized": "no"}
    page = main(visit("steward-dss").get(f"/flows/{activity_id}/guide", query_string=answers).text)
    assert "It may not take place" in page
    assert "Ask the individuals for their written authorization" in page.split("What can be done instead")[1]
    assert "Draft the approval" not in page
    refused = visit("steward-dss").post(
        f"/flows/{activity_id}/guide", data=answers | {"submit": "yes"}, headers=SAME_ORIGIN
    )
    assert refused.status_code == 400


def test_suspended_by_the_cpo_it_is_lifted_by_the_cpo(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    sent(sign(visit("officer-dss"), one, "approve"))
    sent(move(visit("cpo"), one, "suspend", reason="First show the contract."))
    assert state(visit("officer-dss"), one) == "Suspended"
    assert "lift" not in offered(visit("officer-dss"), one)
    sent(sign(visit("cpo"), one, "lift", reason="It was shown."))
    assert state(visit("officer-dss"), one) == "In force"
    happened = main(visit("officer-dss").get(f"/approvals/{one}").text).split("What happened")[-1]
    told = ["Drafted", "Submitted", "Approved and signed", "Suspended", "Suspension lifted"]
    assert [words for words in told if words in happened] == told
    assert happened.index("Drafted") < happened.index("Approved and signed") < happened.index("Suspension lifted")


def test_amending_begins_a_new_version_in_the_guide(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    sent(sign(visit("officer-dss"), one, "approve"))
    sent(move(visit("officer-dss"), one, "review", reason="The contract was renewed."))
    assert state(visit("officer-dss"), one) == "Review due"
    led = sent(move(visit("steward-dss"), one, "amend", reason="The contract was renewed.")).headers["Location"]
    assert dict(parse_qsl(urlsplit(led).query)) == ROUTINE
    assert "Pre-approved" in visit("steward-dss").get(f"/approvals/{one}").text
    assert state(visit("officer-dss"), one) == "Being amended"


def test_withdrawn_by_who_submitted_it(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    assert "withdraw" not in offered(visit("deputy-dss"), one)
    sent(move(visit("steward-dss"), one, "withdraw"))
    assert state(visit("steward-dss"), one) == "Withdrawn"
    assert offered(visit("officer-dss"), one) == set()


def test_of_two_people_at_once_the_second_is_told_and_loses_nothing(catalog: Catalog, visit: Visit) -> None:
    """The officer opened it; meanwhile the steward took it back. What the officer typed is still there."""
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    opened = seen(visit("officer-dss"), one)
    sent(move(visit("steward-dss"), one, "withdraw"))
    form = {"event": "approve", "seen": opened, "reason": "As discussed on Monday"}
    late = visit("officer-dss").post(f"/approvals/{one}/sign", data=form, headers=SAME_ORIGIN)
    assert late.status_code in {400, 409}
    assert "Nothing was changed" in main(late.text)
    assert state(visit("officer-dss"), one) == "Withdrawn"


def test_what_was_not_looked_at_is_not_signed(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    form = {"event": "approve", "seen": "0" * 64, "reason": "As discussed on Monday"}
    stale = visit("officer-dss").post(f"/approvals/{one}/sign", data=form, headers=SAME_ORIGIN)
    assert stale.status_code == 409
    assert "As discussed on Monday" in stale.text
    assert state(visit("officer-dss"), one) == "Submitted"


def test_nothing_is_signed_without_a_fresh_proof(catalog: Catalog, visit: Visit, clock: Clock) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    what = seen(visit("officer-dss"), one)
    clock.by += timedelta(minutes=catalog.settings.proof_minutes, seconds=1)
    form = {"event": "approve", "seen": what, "reason": "As discussed on Monday"}
    asked = visit("officer-dss").post(f"/approvals/{one}/sign", data=form, headers=SAME_ORIGIN)
    assert (asked.status_code, "Confirm that it is you" in asked.text) == (403, True)
    assert state(visit("officer-dss"), one) == "Submitted"
    kept = {
        unescape(a): unescape(b) for a, b in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', asked.text)
    }
    assert kept == form
    sent(visit("officer-dss").post(f"/approvals/{one}/sign", data=kept | {"proof": "demo"}, headers=SAME_ORIGIN))
    assert state(visit("officer-dss"), one) == "In force"


@pytest.mark.parametrize(
    "event", ["approve", "countersign", "second", "determine", "deny", "reaffirm", "lift", "revoke"]
)
def test_no_signing_move_goes_the_light_way(catalog: Catalog, visit: Visit, event: str) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    refused = move(visit("officer-dss"), one, event, reason="x", statement="y")
    assert refused.status_code == 400
    assert "Use the buttons of the page" in refused.text
    assert state(visit("officer-dss"), one) == "Submitted"


def test_the_other_agency_learns_nothing_of_a_draft(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.CITY_AGENCY, "DOH")
    one = draft(visit("steward-dss"), activity_id, TOGETHER, submit="")
    assert state(visit("steward-dss"), one) == "Draft"
    assert visit("officer-doh").get(f"/approvals/{one}").status_code == 404
    assert f"/approvals/{one}" not in visit("officer-doh").get("/approvals").text
    assert f"/approvals/{one}" not in visit("officer-doh").get(f"/flows/{activity_id}").text
    assert f"/approvals/{one}" in visit("steward-dss").get(f"/flows/{activity_id}").text


def test_the_guide_asks_one_question_a_page_and_stores_nothing(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.CONTRACTOR)
    address, given = f"/flows/{activity_id}/guide", dict[str, str]()
    for question, answer in ROUTINE.items():
        text = visit("steward-dss").get(address, query_string=given).text
        page, asked = main(text), next(a for q, a in QUESTIONS.items() if q.value == question)
        assert asked.text in page
        assert asked.help in page
        assert set(re.findall(r'type="radio"[^>]*name="(\w+)"', text)) == {question}
        assert dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', text)) == given
        given[question] = answer
    assert "No approval is recorded here" in main(visit("steward-dss").get(f"/flows/{activity_id}").text)
    assert "The agency’s privacy officer may approve it" in main(
        visit("steward-dss").get(address, query_string=given).text
    )


def test_an_answer_is_changed_without_losing_the_others(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.CONTRACTOR)
    text = visit("steward-dss").get(f"/flows/{activity_id}/guide", query_string=ROUTINE).text
    (link,) = (unescape(one) for one in re.findall(r'href="([^"]+)">Change<', text) if "police=" not in one)
    assert dict(parse_qsl(urlsplit(link).query)) == {k: v for k, v in ROUTINE.items() if k != "police"}
    assert QUESTIONS_BY["police"].text in main(visit("steward-dss").get(link).text)


QUESTIONS_BY: dict[str, Asked] = {question.value: asked for question, asked in QUESTIONS.items()}


@pytest.mark.parametrize("question", QUESTIONS_BY)
@pytest.mark.parametrize("verb", Verb)
def test_every_question_names_a_section_whose_words_are_known(question: str, verb: Verb) -> None:
    found = sections(QUESTIONS_BY[question].section, verb)
    assert all(law_words(one) for one in found)
    assert found or (question, verb) == ("authorized", Verb.COLLECTION)


def test_sections_of_the_other_verb_are_left_out() -> None:
    assert sections("§23-1202(b)(1), (c)(1), (d)", Verb.COLLECTION) == ["§23-1202(b)(1)", "§23-1202(d)"]
    assert sections("§23-1202(b)(1), (c)(1), (d)", Verb.DISCLOSURE) == ["§23-1202(c)(1)", "§23-1202(d)"]


def test_a_draft_that_cannot_be_kept_is_shown_again_as_it_was(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.RESEARCHER)
    form = CASE | {"expires_on": "soon", "reason": "For the study", "submit": "yes"}
    answer = visit("steward-dss").post(f"/flows/{activity_id}/guide", data=form, headers=SAME_ORIGIN)
    assert answer.status_code == 400
    assert "Give a day such as 2026-11-30." in answer.text
    assert "For the study" in answer.text
    assert 'name="furthers" value="yes"' in answer.text


def test_a_paper_approval_is_recorded_and_marked(catalog: Catalog, visit: Visit) -> None:
    activity_id = flow(catalog, PartyKind.CONTRACTOR)
    form = {
        "classification": "routine_agency", "state": "active", "approved_on": "2024-05-02", "policy_edition": "2023",
        "review_due_on": "2099-05-01", "own_signer": "Ben Okafor", "own_signed_on": "2024-05-01",
    }  # fmt: skip
    unsigned = {name: value for name, value in form.items() if not name.startswith("own")}
    refused = visit("officer-dss").post(f"/flows/{activity_id}/paper-approval", data=unsigned, headers=SAME_ORIGIN)
    assert refused.status_code == 400
    assert 'value="2024-05-02"' in refused.text
    answer = sent(visit("officer-dss").post(f"/flows/{activity_id}/paper-approval", data=form, headers=SAME_ORIGIN))
    page = main(visit("officer-dss").get(answer.headers["Location"]).text)
    assert "Recorded from paper" in page
    assert "May 1, 2024" in page.split("Who signed")[-1]
    assert visit("officer-doh").get(f"/flows/{activity_id}/paper-approval").status_code == 404


def test_the_queue_is_exported_as_it_is_filtered(catalog: Catalog, visit: Visit) -> None:
    one = draft(visit("steward-dss"), flow(catalog, PartyKind.CONTRACTOR), ROUTINE)
    listed = visit("officer-dss").get("/approvals?format=json").get_json()
    (row,) = (row for row in listed["rows"] if row["approval_id"] == one)
    assert (row["state"], row["waits"], row["review_due_on"]) == ("Submitted", "Waits for you", "2099-05-01")
    active = visit("officer-dss").get("/approvals?state=active&format=json").get_json()["rows"]
    assert {row["state"] for row in active} <= {"In force"}
