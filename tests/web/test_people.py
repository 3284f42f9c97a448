"""People, their roles and sessions, and one's own account."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from catalog.model.actors import Role
from catalog.services import local_sign_in, people, roles, sessions
from catalog.services.sessions import Door
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN, City

Visit = Callable[[str | None], HouseClient]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_the_list_has_everybody_with_roles_and_agencies(visit: Visit) -> None:
    page = visit("auditor").get("/people").text
    assert "Ben Okafor" in page
    assert 'Agency privacy officer, <abbr title="Department of Social Services">DSS</abbr>' in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("q=okafor", {"officer-dss"}),
        ("q=CHAN+officer", {"officer-doh"}),
        ("role=cpo_staff", {"staff"}),
        ("agency=DOH", {"officer-doh"}),
        ("role=officer&agency=DSS", {"officer-dss"}),
        ("role=nonsense&q=rosa", {"cpo"}),
        ("q=oka%01for", {"officer-dss"}),
        ("q=nobody+of+this+name", set()),
    ],
)
def test_the_list_is_narrowed_down(visit: Visit, asked: str, shown: set[str]) -> None:
    rows = visit("cpo").get(f"/people?{asked}&format=json").get_json()["rows"]
    assert {row["account"] for row in rows} == shown
    page = visit("cpo").get(f"/people?{asked}").text
    assert ("Nobody fits" in page) == (not shown)


def test_a_role_is_given_with_its_agency_and_ended_with_a_reason(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    given = client.post("/people/researcher/roles", data={"role": "steward", "agency": "DOH"}, headers=SAME_ORIGIN)
    assert given.status_code == 303
    with own_city.catalog.reading() as connection:
        held = people.people.roles_of(connection, "researcher", own_city.catalog.clock.now())
    steward = next(one for one in held if one.role is Role.STEWARD)
    where = f"/people/researcher/roles/{steward.id}/end"
    told = client.post(where, data={"reason": "  "}, headers=SAME_ORIGIN)
    assert (told.status_code, "The reason" in told.text) == (400, True)
    assert client.post(where.replace("researcher", "cpo"), data={"reason": "x"}, headers=SAME_ORIGIN).status_code == 404
    assert client.post(where, data={"reason": "moved on"}, headers=SAME_ORIGIN).status_code == 303
    page = client.get("/people/researcher").text
    assert "Roles of before" in page
    assert client.post(where, data={"reason": "again"}, headers=SAME_ORIGIN).status_code == 404


@pytest.mark.parametrize(
    ("data", "status", "says"),
    [
        ({"role": "foil_officer", "agency": ""}, 400, "The role Records access officer: it needs an agency"),
        ({"role": "officer", "agency": "DS"}, 400, "Ids like it: DSS."),
        ({"role": "officer", "agency": "NONE"}, 400, "none in the catalog has this id"),
        ({"role": "auditor", "agency": "DSS"}, 400, "The role Auditor: it is for the city, and takes no agency"),
        ({"role": "emperor"}, 400, "none is chosen"),
        ({"role": "researcher"}, 409, "hold it already"),
    ],
)
def test_mistakes_are_told_beside_the_form(own_city: City, data: dict[str, str], status: int, says: str) -> None:
    client = enter(application(own_city.catalog), "cpo")
    answer = client.post("/people/researcher/roles", data=data, headers=SAME_ORIGIN)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert "Nothing was changed" in answer.text


NEW = {"account": "dora", "name": "Dora Quist", "email": "dora@city.example", "role": "officer", "agency": "DOH"}


def test_a_person_is_added_with_a_role(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    answer = client.post("/people", data=NEW, headers=SAME_ORIGIN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people/dora")
    page = client.get("/people/dora").text
    assert "dora@city.example" in page
    assert "Agency privacy officer" in page


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"account": "do ra"}, 400, "it holds a blank"),
        ({"name": " "}, 400, "The name: it is empty"),
        ({"name": "D\x01"}, 400, "The name: it is empty, or holds"),
        ({"email": "nowhere"}, 400, "nowhere"),
        ({"role": ""}, 400, "none is chosen"),
        ({"agency": ""}, 400, "it needs an agency"),
        ({"account": "researcher"}, 409, "it is there already"),
        ({"account": "cpo"}, 409, "it is there already"),
    ],
)
def test_a_mistake_in_adding_a_person_loses_nothing(
    own_city: City, wrong: dict[str, str], status: int, says: str
) -> None:
    client = enter(application(own_city.catalog), "cpo")
    before = client.get("/people?format=json").get_json()["rows"]
    answer = client.post("/people", data=NEW | wrong, headers=SAME_ORIGIN)
    assert (answer.status_code, "Nobody was added" in answer.text, says in answer.text) == (status, True, True)
    for name, text in (NEW | wrong).items():
        shown = f'<option value="{text}" selected' if name in {"role", "agency"} else f'name="{name}" value="{text}"'
        assert shown in answer.text or not text.strip() or not text.isprintable(), name
    assert client.get("/people?format=json").get_json()["rows"] == before


def test_nobody_gives_themselves_a_role(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    assert "Give the role" not in client.get("/people/operator").text
    answer = client.post("/people/operator/roles", data={"role": "cpo"}, headers=SAME_ORIGIN)
    assert (answer.status_code, "nobody gives a role to themselves" in answer.text) == (403, True)


def test_the_account_of_the_command_line_says_what_it_is_and_is_given_nothing(visit: Visit) -> None:
    page = visit("cpo").get("/people/local").text
    assert "runs the command line" in page
    assert "Give the role" not in page


def test_groups_are_given_roles_and_lose_them(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    data = {"group": "Privacy Officers DSS", "role": "officer", "agency": "DSS"}
    assert client.post("/groups", data=data, headers=SAME_ORIGIN).status_code == 303
    page = client.get("/groups").text
    assert "Privacy Officers DSS" in page
    for wrong, status in ((data, 409), (data | {"group": " "}, 400), (data | {"group": "a\x01"}, 400)):
        answer = client.post("/groups", data=wrong, headers=SAME_ORIGIN)
        assert (answer.status_code, "Nothing was changed" in answer.text) == (status, True)
    assert client.post("/groups/1/end", data={"reason": "dissolved"}, headers=SAME_ORIGIN).status_code == 303
    assert "No group has a role" in client.get("/groups").text


def test_ones_own_account_says_roles_rights_and_browsers(own_city: City) -> None:
    app = application(own_city.catalog)
    roles.give_group(ADMIN, own_city.catalog, "team", Role.AUDITOR)
    token = sessions.begin(own_city.catalog, "officer-dss", Door.SINGLE_SIGN_ON, groups=["team"])
    client = enter(app, None)
    client.set_cookie("session", token)
    other = app.test_client()
    other.post("/sign-in", data={"person": "officer-dss"}, headers={**SAME_ORIGIN, "User-Agent": FIREFOX})
    page = client.get("/account").text
    for text in ("through the group team", "Confirm or reject what was found", "Firefox on Linux", "single sign-on"):
        assert text in page
    assert "Run the installation" not in page
    session_id = page.split("/account/sessions/")[1].split("/")[0]
    assert enter(app, "cpo").post(f"/account/sessions/{session_id}/end", headers=SAME_ORIGIN).status_code == 404
    assert client.post(f"/account/sessions/{session_id}/end", headers=SAME_ORIGIN).status_code == 303
    assert other.get("/account").status_code == 303
    assert client.get("/account").status_code == 200


def test_all_other_sessions_end_at_once_and_nobody_elses(own_city: City) -> None:
    app = application(own_city.catalog)
    mine, second, third, foreign = (enter(app, who) for who in ("cpo", "cpo", "cpo", "auditor"))
    assert mine.post("/account/sessions/end", headers=SAME_ORIGIN).status_code == 303
    assert [one.get("/account").status_code for one in (mine, second, third, foreign)] == [200, 303, 303, 200]


def test_somebody_is_signed_out_everywhere(own_city: City) -> None:
    app = application(own_city.catalog)
    operator, theirs = enter(app, "operator"), enter(app, "researcher")
    # The city is a copy of one in which other tests may have signed them in as well.
    assert re.search(r"[1-9]\d* browsers? signed in", operator.get("/people/researcher").text)
    assert operator.post("/people/researcher/sessions/end", headers=SAME_ORIGIN).status_code == 303
    assert theirs.get("/account").status_code == 303
    assert operator.post("/people/nobody/sessions/end", headers=SAME_ORIGIN).status_code == 404


def test_an_auditor_reads_and_is_offered_nothing(visit: Visit) -> None:
    for where in ("/people/researcher", "/groups"):
        page = visit("auditor").get(where).text
        assert page.count("<form") == page.count('class="find"') + page.count('class="account"')


def test_accounts_come_in_by_password_where_it_is_switched_on(tmp_path: Path) -> None:
    catalog = cities.empty_catalog(tmp_path, local_sign_in=True)
    people.add_person(ADMIN, catalog, "glass", "Break Glass", Role.OPERATOR)
    key = local_sign_in.new_key()
    codes = pyotp.TOTP(key)
    now = catalog.clock.now()
    local_sign_in.set_credential(
        ADMIN, catalog, "glass", "river lamp eleven", key, codes.at(now - timedelta(seconds=30))
    )
    client = enter(application(catalog), None)
    assert 'type="password"' in client.get("/sign-in").text
    data = {"account": "glass", "password": "river lamp eleven", "code": "000000", "next": "/people"}
    refused = client.post("/sign-in/password", data=data, headers=SAME_ORIGIN)
    assert (refused.status_code, "Set-Cookie" in refused.headers) == (403, False)
    page = refused.text
    assert "You are not signed in" in page
    assert 'name="account" value="glass"' in page
    assert 'name="next" value="/people"' in page
    assert "river lamp" not in page
    assert "000000" not in page
    answer = client.post("/sign-in/password", data=data | {"code": codes.at(now)}, headers=SAME_ORIGIN)
    assert answer.headers["Location"] == "/people"
    assert "signed in by password" in client.get("/").text
    assert "Yes" in client.get("/people/glass").text
    catalog.close()
