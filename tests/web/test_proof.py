"""Weighty acts want a fresh proof: without one nothing happens, and the form is kept until there is one."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import text as sql

from catalog.model.actors import Role
from catalog.model.sessions import Door
from catalog.services import local_sign_in, people, sessions
from catalog.services.catalog import Catalog, SystemClock
from tests.support import city as cities
from tests.support.browsing import SAME_ORIGIN, HouseClient, application, enter
from tests.support.city import ADMIN

PASSWORD, KEY = "river lamp eleven canoe", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FORM = {"role": "auditor", "agency": "", "note": 'two "lines"\r\n& more', "proof-note": "kept"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class Clock(SystemClock):
    """A clock that can be moved on."""

    def __init__(self) -> None:
        self.by = timedelta()

    def now(self) -> datetime:
        return super().now() + self.by


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalog(tmp_path: Path, clock: Clock) -> Iterator[Catalog]:
    made = cities.empty_catalog(tmp_path, open_sign_in=True, local_sign_in=True)
    opened = Catalog(made.settings, made.engine, made.search_index, made.taxonomy, clock)
    for account, role in (("cpo", Role.CPO), ("ben", Role.RESEARCHER)):
        people.add_person(ADMIN, opened, account, account.title(), role)
    local_sign_in.set_credential(ADMIN, opened, "cpo", PASSWORD, KEY, code(opened))
    clock.by += timedelta(seconds=30)
    yield opened
    made.close()


def code(catalog: Catalog) -> str:
    return pyotp.TOTP(KEY).at(catalog.clock.now())


def roles_of(catalog: Catalog) -> list[str]:
    with catalog.engine.connect() as connection:
        return list(connection.execute(sql("SELECT role FROM role_assignments WHERE person_id = 'ben'")).scalars())


def signed_in(catalog: Catalog, door: Door) -> HouseClient:
    client = enter(application(catalog), None)
    client.set_cookie("session", sessions.begin(catalog, "cpo", door))
    return client


def give(client: HouseClient, **more: str) -> tuple[int, str]:
    answer = client.post("/people/ben/roles?from=list", data=FORM | more, headers=SAME_ORIGIN)
    return answer.status_code, answer.text


def later(clock: Clock, catalog: Catalog) -> None:
    clock.by += timedelta(minutes=catalog.settings.proof_minutes, seconds=1)


def test_a_fresh_session_does_weighty_acts(catalog: Catalog) -> None:
    assert give(signed_in(catalog, Door.DEMO))[0] == 303
    assert roles_of(catalog) == ["researcher", "auditor"]


def test_later_nothing_happens_and_the_form_is_kept(catalog: Catalog, clock: Clock) -> None:
    client = signed_in(catalog, Door.DEMO)
    later(clock, catalog)
    status, page = give(client)
    assert (status, "Confirm that it is you" in page) == (403, True)
    assert roles_of(catalog) == ["researcher"]
    kept = [(unescape(name), unescape(value)) for name, value in HIDDEN.findall(page)]
    assert kept == list(FORM.items())
    assert 'action="/people/ben/roles?from=list"' in page
    assert give(client, proof="demo")[0] == 303
    assert roles_of(catalog) == ["researcher", "auditor"]
    assert client.post("/people/ben/sessions/end", headers=SAME_ORIGIN).status_code == 303, "one proof serves on"


def test_other_sessions_are_not_proved_with_one(catalog: Catalog, clock: Clock) -> None:
    client, other = signed_in(catalog, Door.DEMO), signed_in(catalog, Door.DEMO)
    later(clock, catalog)
    assert give(client, proof="demo")[0] == 303
    assert give(other)[0] == 403


def test_a_password_proves_with_its_code_alone(catalog: Catalog, clock: Clock) -> None:
    client = signed_in(catalog, Door.LOCAL)
    later(clock, catalog)
    right = {"proof": "password", "proof-password": PASSWORD, "proof-code": code(catalog)}
    for wrong in ({"proof-code": "000000"}, {"proof-password": "wrong and long enough"}, {"proof": "demo"}):
        status, page = give(client, **right | wrong)
        assert (status, "Not confirmed" in page) == (403, True)
        assert PASSWORD not in page
    assert roles_of(catalog) == ["researcher"]
    assert give(client, **right)[0] == 303


@pytest.mark.parametrize("way", ["", "demo", "single_sign_on", "password", "none"])
def test_no_way_of_another_door_proves(catalog: Catalog, clock: Clock, way: str) -> None:
    """Somebody who came in by single sign-on says that they have proved it, by each way there is."""
    client = signed_in(catalog, Door.SINGLE_SIGN_ON)
    later(clock, catalog)
    assert give(client, proof=way)[0] == 403
    assert roles_of(catalog) == ["researcher"]


def test_single_sign_on_leads_to_the_provider_in_a_tab_of_its_own(catalog: Catalog, clock: Clock) -> None:
    client = signed_in(catalog, Door.SINGLE_SIGN_ON)
    later(clock, catalog)
    page = give(client)[1]
    assert re.search(r'<a href="/sign-in/sso\?prove=1&amp;next=/account/proved" target="_blank"', page)


def test_an_act_that_may_not_be_done_is_refused_without_asking(catalog: Catalog, clock: Clock) -> None:
    client = enter(application(catalog), "ben")
    later(clock, catalog)
    answer = client.post("/people/ben/roles", data=FORM, headers=SAME_ORIGIN)
    assert (answer.status_code, "Confirm that it is you" in answer.text) == (403, False)


def test_a_proof_from_elsewhere_is_none(catalog: Catalog, clock: Clock) -> None:
    client = signed_in(catalog, Door.DEMO)
    later(clock, catalog)
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/people/ben/roles", data=FORM | {"proof": "demo"}, headers=foreign).status_code == 403
    assert give(client)[0] == 403


def test_pages_say_quietly_that_they_will_ask(catalog: Catalog, clock: Clock) -> None:
    client = signed_in(catalog, Door.DEMO)
    said = "You will be asked to confirm that it is you."
    assert said not in client.get("/people/ben").text
    later(clock, catalog)
    assert said in client.get("/people/ben").text
    assert client.get("/account/proved").status_code == 200


def test_in_a_demo_that_was_closed_nothing_proves(catalog: Catalog, clock: Clock) -> None:
    """A session of the demo's does not outlive it as one that can prove itself."""
    closed = Catalog(
        catalog.settings.model_copy(update={"open_sign_in": False}),
        catalog.engine, catalog.search_index, catalog.taxonomy, clock,
    )  # fmt: skip
    client = signed_in(closed, Door.DEMO)
    later(clock, catalog)
    assert give(client, proof="demo")[0] == 403


@pytest.mark.parametrize(
    ("referrer", "leads_to"),
    [
        ("http://localhost/people/ben?x=1", "/people/ben?x=1"),
        ("http://localhost/people/ben/roles", "/"),
        ("http://localhost//elsewhere.example/", "/"),
        ("http://elsewhere.example/people/ben", "/"),
        ("", "/"),
    ],
)
def test_leaving_it_leads_back_to_the_page_of_the_form(
    catalog: Catalog, clock: Clock, referrer: str, leads_to: str
) -> None:
    client = enter(application(catalog), "cpo")
    clock.by += timedelta(minutes=20)
    asked = client.post("/people/ben/roles", data=FORM, headers={**SAME_ORIGIN, "Referer": referrer})
    assert f'<p><a href="{leads_to}">Leave it' in asked.text
