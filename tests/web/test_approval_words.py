"""What pages say of an approval that is not given yet, was refused or is stopped, and of what waits for whom."""

import re

import pytest

from catalog.model.parties import PartyKind
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from tests.web.test_approvals import ROUTINE, draft, flow, move, sent, sign, waits_for
from tests.web.test_pages import main


@pytest.fixture
def visit(own_city: City) -> dict[str, HouseClient]:
    app = application(own_city.catalog)
    return {person: enter(app, person) for person in ("officer-dss", "deputy-dss", "steward-dss", "cpo")}


def test_until_it_is_given_it_is_what_is_asked_for(own_city: City, visit: dict[str, HouseClient]) -> None:
    officer, steward = visit["officer-dss"], visit["steward-dss"]
    activity = flow(own_city.catalog, PartyKind.CONTRACTOR)
    one = draft(steward, activity, ROUTINE)
    for where in (f"/approvals/{one}", f"/flows/{activity}", "/approvals"):
        page = main(officer.get(where).text)
        assert "To be approved as: routine, in advance" in page, where
    page = main(officer.get(f"/approvals/{one}").text)
    assert "What is to be approved" in page
    assert "Pre-approved" not in page
    unsaid = sign(officer, one, "deny")
    assert unsaid.status_code == 400
    assert re.search(r'<a href="#reason">Reason</a>: Needed to deny', unsaid.text)
    assert "Reason (optional)" not in main(unsaid.text)
    sent(sign(officer, one, "deny", reason="There is no contract."))
    page = main(officer.get(f"/approvals/{one}").text)
    assert "Was to be approved as: routine, in advance" in page
    assert "What was to be approved" in page
    for where in ("/", "/approvals"):
        assert "Decided lately on what you drafted, submitted or signed" in main(steward.get(where).text), where
        assert "Decided lately" not in main(officer.get(where).text), where


def test_after_a_move_it_is_told_what_was_done_and_what_waits_next(
    own_city: City, visit: dict[str, HouseClient]
) -> None:
    officer, steward = visit["officer-dss"], visit["steward-dss"]
    first, second = (draft(steward, flow(own_city.catalog, PartyKind.CONTRACTOR), ROUTINE) for _ in range(2))
    assert f"{len(waits_for(officer))} approvals wait for you" in main(officer.get("/").text)
    assert {first, second} <= set(waits_for(officer))
    onward = officer.get(sent(sign(officer, first, "approve")).headers["Location"]).text
    assert "Approved and signed. It now stands at: in force" in main(onward)
    assert re.search(r'Next that waits for you: <a href="/approvals/\d+">', onward)
    before = onward.split('value="revoke"')[0]
    assert "Why it is revoked" in main(before), "what ends it for good stands apart, with its reason"
    assert 'formaction="' not in before.rsplit("<form", 1)[1]
    assert '<a href="#revoke_reason">Why it is revoked</a>' in sign(officer, first, "revoke").text
    sent(sign(officer, first, "revoke", revoke_reason="It is done no more."))


def test_who_submitted_it_is_told_how_it_can_go_on(own_city: City, visit: dict[str, HouseClient]) -> None:
    officer = visit["officer-dss"]
    activity = flow(own_city.catalog, PartyKind.CONTRACTOR)
    told = main(officer.get(f"/flows/{activity}/guide", query_string=ROUTINE).text)
    assert "Keep it as a draft, and let a deputy or data steward submit it" in told
    steward = main(visit["steward-dss"].get(f"/flows/{activity}/guide", query_string=ROUTINE).text)
    assert "Keep it as a draft, and" not in steward
    one = draft(officer, activity, ROUTINE)
    text = officer.get(f"/approvals/{one}").text
    assert "You submitted it, so somebody else signs." in main(text)
    assert 'value="withdraw"' in text


def test_a_suspended_approval_is_called_so_with_who_lifts_it(own_city: City, visit: dict[str, HouseClient]) -> None:
    officer, chief = visit["officer-dss"], visit["cpo"]
    activity = flow(own_city.catalog, PartyKind.CONTRACTOR)
    one = draft(visit["steward-dss"], activity, ROUTINE)
    sent(sign(officer, one, "approve"))
    sent(move(chief, one, "suspend", reason="It has to be looked into."))
    page = main(officer.get(f"/flows/{activity}").text)
    assert "Approval: Suspended" in page
    assert "Lapsed" not in page
    assert "Approval suspended. Nothing may be disclosed under it" in page
    for where in (f"/flows/{activity}", f"/approvals/{one}"):
        page = main(officer.get(where).text)
        assert "Suspended by Rosa Marin" in page, where
        assert "The Chief Privacy Officer lifts it." in page, where


def test_an_overdue_review_waits_for_its_officer_since_its_day(own_city: City, visit: dict[str, HouseClient]) -> None:
    catalog, officer = own_city.catalog, visit["officer-dss"]
    activity = flow(catalog, PartyKind.CONTRACTOR)
    one = draft(visit["steward-dss"], activity, ROUTINE)
    sent(sign(officer, one, "approve"))
    rows = officer.get("/approvals?waits=review_due&format=json").get_json()["rows"]
    assert one not in [row["approval_id"] for row in rows]
    sent(move(officer, one, "review", reason="Its law was changed."))
    rows = officer.get("/approvals?waits=review_due&format=json").get_json()["rows"]
    assert [row["waits"] for row in rows if row["approval_id"] == one] == ["Waits for you"]
    assert "Nothing waits for you" not in main(officer.get("/approvals").text)
    assert one in waits_for(officer)
    assert re.search(rf"{len(waits_for(officer))} approvals? waits? for you", main(officer.get("/").text))
    theirs = visit["cpo"].get("/approvals?waits=review_due&format=json").get_json()["rows"]
    assert [row["waits"] for row in theirs if row["approval_id"] == one] == ["Review due"]


def test_our_side_is_recorded_from_the_page_of_the_disclosure(own_city: City) -> None:
    other = enter(application(own_city.catalog), "cpo")
    text = other.get(f"/flows/{own_city.law.unanswered}").text
    assert "Our side is not recorded." in main(text)
    assert f'action="/flows/{own_city.law.unanswered}/mirror"' in text
    made = sent(other.post(f"/flows/{own_city.law.unanswered}/mirror", headers=SAME_ORIGIN)).headers["Location"]
    page = main(other.get(made).text)
    assert "Our side is recorded, as this collection." in page
    assert "Approval: In force" in page, "the agreement of both officers on record permits both sides"
