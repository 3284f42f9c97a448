"""Signing in and out, the cookie, and where nobody gets without it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text as sql

from catalog.services import sessions
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import City
from web.auth import cookie_name


def test_the_cookie_on_loopback_is_plain_but_out_of_reach_of_scripts(app: Flask) -> None:
    answer = enter(app, None).post("/sign-in", data={"person": "cpo"}, headers=SAME_ORIGIN)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_the_cookie_under_tls_is_bound_to_the_host(app: Flask) -> None:
    client = enter(app, None)
    answer = client.post("/sign-in", data={"person": "cpo"}, headers=SAME_ORIGIN, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    assert client.get("/", base_url="https://localhost").status_code == 200
    assert client.get("/").status_code == 303, "the cookie of TLS is no cookie of plain HTTP"


def test_a_token_ends_with_signing_out(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    kept = client.get_cookie("session")
    assert kept is not None
    answer = client.post("/sign-out", headers=SAME_ORIGIN)
    assert '"cookies"' in answer.headers["Clear-Site-Data"]
    assert sessions.visit(own_city.catalog, kept.value) is None
    client.set_cookie("session", kept.value)
    assert client.get("/").status_code == 303


def test_a_role_taken_away_during_a_session_is_refused_at_the_next_request(own_city: City) -> None:
    client = enter(application(own_city.catalog), "operator")
    assert client.get("/scans").status_code == 200
    _sql(own_city, "UPDATE role_assignments SET role = 'researcher' WHERE person_id = 'operator'")
    scan = f"/sources/{own_city.source}/scan"
    assert [client.get("/scans").status_code, client.post(scan, headers=SAME_ORIGIN).status_code] == [403, 403]
    assert client.get("/published").status_code == 200, "the role held now is the one that counts"
    _sql(own_city, "UPDATE role_assignments SET to_at = from_at WHERE person_id = 'operator'")
    assert client.get("/published").status_code == 303
    assert client.post(scan, headers=SAME_ORIGIN).status_code == 403


def _sql(city: City, statement: str) -> None:
    with city.catalog.engine.execution_options(writes=True).begin() as connection:
        assert connection.execute(sql(statement)).rowcount == 1


def test_who_comes_with_a_session_that_is_no_more_is_told_so_and_nothing_else(own_city: City) -> None:
    app = application(own_city.catalog)
    client = enter(app, "researcher")
    ended = "Your session has ended. Sign in again."
    assert ended not in client.get("/sign-in").text, "it stands"
    sessions.end_of(cities.ADMIN, own_city.catalog, "researcher")
    sent = client.get("/published")
    assert ended in client.get(sent.headers["Location"]).text
    stranger = enter(app, None).get("/sign-in").text
    assert ended not in stranger
    assert 'class="account"' not in stranger, "no link to the page one is on"


def test_the_head_of_a_page_leads_to_sign_in_as_the_page_does(app: Flask) -> None:
    client = enter(app, None)
    asked = [client.open("/types", method=method) for method in ("GET", "HEAD")]
    assert {(one.status_code, one.headers["Location"]) for one in asked} == {(303, "/sign-in?next=/types")}


def test_signing_in_again_ends_the_earlier_session(own_city: City) -> None:
    client = enter(application(own_city.catalog), "cpo")
    first = client.get_cookie("session")
    client.post("/sign-in", data={"person": "operator"}, headers=SAME_ORIGIN)
    second = client.get_cookie("session")
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert sessions.visit(own_city.catalog, first.value) is None


@pytest.mark.parametrize("token", ["", "x", "a" * 3000, "cpo", "' or 1=1 --"])
def test_a_made_up_token_is_nobody(token: str, app: Flask) -> None:
    client = enter(app, None)
    client.set_cookie("session", token)
    assert client.get("/").status_code == 303


@pytest.mark.parametrize("person", ["", "local", "nobody", "cpo' --"])
def test_only_the_demos_own_accounts_open(person: str, app: Flask) -> None:
    answer = enter(app, None).post("/sign-in", data={"person": person}, headers=SAME_ORIGIN)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/agencies?sort=name", "/agencies?sort=name"),
        ("//elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tx", "/"),
    ],
)
def test_signing_in_leads_back_to_a_page_of_ours_only(target: str, leads_to: str, own_city: City) -> None:
    client = enter(application(own_city.catalog), None)
    answer = client.post("/sign-in", data={"person": "cpo", "next": target}, headers=SAME_ORIGIN)
    assert answer.headers["Location"] == leads_to


def test_a_visitor_is_sent_to_sign_in_and_back(visit: Callable[[str | None], HouseClient]) -> None:
    answer = visit(None).get("/types?sort=name")
    assert answer.headers["Location"] == "/sign-in?next=/types?sort%3Dname"
    assert 'value="/types?sort=name"' in visit(None).get(answer.headers["Location"]).text


def test_the_doors_are_the_roles_of_the_city_and_the_people_of_each_agency(
    visit: Callable[[str | None], HouseClient],
) -> None:
    page = visit(None).get("/sign-in").text
    for text in ("Enter as CPO<", "Enter as researcher<", "Enter as operator<", "Enter as auditor<"):
        assert text in page
    agency = page.partition("<summary>Department of Social Services</summary>")[2].partition("</details>")[0]
    for text in ("Enter as officer, Ben Okafor", "Enter as head of agency, Carla Diaz"):
        assert text in agency
    assert 'type="password"' not in page


def test_two_of_one_role_are_told_apart_by_name(tmp_path: Path) -> None:
    catalog = cities.empty_catalog(tmp_path, open_sign_in=True)
    for account, name in (("a", "Ada Cole"), ("b", "Ben Ortiz")):
        cities.people.add_person(cities.ADMIN, catalog, account, name, cities.Role.CPO)
    page = enter(application(catalog), None).get("/sign-in").text
    assert "Enter as CPO, Ada Cole" in page
    assert "Enter as CPO, Ben Ortiz" in page
    catalog.close()


def test_what_the_city_says_before_signing_in_is_shown(tmp_path: Path) -> None:
    catalog = cities.empty_catalog(tmp_path, logon_banner="For city business <only>.")
    assert "For city business &lt;only&gt;." in enter(application(catalog), None).get("/sign-in").text
    catalog.close()


def test_without_the_demo_there_is_no_door(tmp_path: Path) -> None:
    catalog = cities.empty_catalog(tmp_path, open_sign_in=False)
    client = enter(application(catalog), None)
    page = client.get("/sign-in")
    assert "<button" not in page.text
    assert "identity provider" in page.text
    assert client.post("/sign-in", data={"person": "local"}, headers=SAME_ORIGIN).status_code == 403
    catalog.close()


def test_the_cookies_name_follows_the_scheme(app: Flask) -> None:
    with app.test_request_context(base_url="https://localhost"):
        assert cookie_name() == "__Host-session"
    with app.test_request_context():
        assert cookie_name() == "session"
