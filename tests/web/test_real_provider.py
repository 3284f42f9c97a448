"""Signing in at a certified identity provider, from our sign-in page and back: nothing of it is made by us."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from catalog.model.actors import GroupRole, Role
from catalog.services import sessions
from catalog.services.catalog import Catalog
from catalog.store import rows
from catalog.store.people_schema import group_roles
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.providers import Browser, identity_provider
from tests.support.rogue import trusting


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with identity_provider("http://localhost") as running:
        yield running


@pytest.fixture
def catalog(own_city: City, issuer: str, tmp_path: Path) -> Iterator[Catalog]:
    opened = trusting(own_city.catalog, issuer, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(catalog: Catalog) -> Flask:
    return application(catalog)


@pytest.fixture
def client(app: Flask) -> HouseClient:
    return enter(app, None)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as session:
        yield session


def ours(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def sign_in(
    client: HouseClient, browser: Browser, subject: str, query: str = "", *, cancels: bool = False
) -> TestResponse:
    there = client.get(f"/sign-in/sso{query}").headers["Location"]
    return client.get(ours(browser.sign_in(there, subject, cancels=cancels)))


def visit_of(catalog: Catalog, client: HouseClient) -> sessions.Visit:
    cookie = client.get_cookie("session")
    visit = sessions.visit(catalog, cookie.value) if cookie else None
    assert visit is not None
    return visit


def change(catalog: Catalog, statement: str) -> None:
    with catalog.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement))


def test_first_and_second_sign_in(catalog: Catalog, client: HouseClient, browser: Browser) -> None:
    for _ in range(2):
        answer = sign_in(client, browser, "u-rosa", "?next=/types")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/types")
        assert visit_of(catalog, client).actor.person_id == "cpo"
    assert client.get("/types").status_code == 200


def test_a_second_subject_of_the_same_name_is_refused(app: Flask, client: HouseClient, browser: Browser) -> None:
    assert sign_in(client, browser, "u-rosa").status_code == 303
    with Browser() as other:
        answer = sign_in(enter(app, None), other, "u-impostor")
    assert answer.status_code == 403
    assert "it belongs to somebody else" in answer.text


def test_strangers_and_those_who_go_back_stay_outside(app: Flask, client: HouseClient, browser: Browser) -> None:
    refused = sign_in(client, browser, "u-stranger")
    assert (refused.status_code, "you have no account here" in refused.text) == (403, True)
    with Browser() as other:
        went_back = sign_in(enter(app, None), other, "u-rosa", cancels=True)
    assert (went_back.status_code, "the identity provider did not sign you in" in went_back.text) == (403, True)


def test_a_groups_role_is_gone_when_the_operator_ends_it(
    catalog: Catalog, client: HouseClient, browser: Browser
) -> None:
    one = GroupRole(0, "privacy-dss", Role.OFFICER, "DSS", datetime(2020, 1, 1, tzinfo=UTC), None)
    catalog.note(lambda connection: rows.add_all(connection, group_roles, [one]))
    assert sign_in(client, browser, "u-zoe").status_code == 303
    visit = visit_of(catalog, client)
    assert (visit.actor.name, visit.actor.roles, visit.session.groups) == (
        "Zoe Quist",
        {Role.OFFICER},
        ("privacy-dss",),
    )
    assert client.get("/agencies/DSS").status_code == 200
    change(catalog, "UPDATE group_roles SET to_at = from_at")
    assert client.get("/agencies/DSS").status_code == 303
    assert sign_in(client, browser, "u-zoe").status_code == 403


def test_an_answer_counts_once_and_in_its_own_browser(app: Flask, client: HouseClient, browser: Browser) -> None:
    back = ours(browser.sign_in(client.get("/sign-in/sso").headers["Location"], "u-rosa"))
    other = enter(app, None)
    other.get("/sign-in/sso")
    assert other.get(back).status_code == 403
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 403


def test_a_code_of_another_sign_in_does_not_fit(app: Flask, client: HouseClient, browser: Browser) -> None:
    """Codes are bound to the verifier (RFC 7636), so somebody else's put into one's own answer is worth nothing."""
    stolen = ours(browser.sign_in(client.get("/sign-in/sso").headers["Location"], "u-rosa"))
    thief = enter(app, None)
    with Browser() as other:
        own = ours(other.sign_in(thief.get("/sign-in/sso").headers["Location"], "u-sam"))
    code = stolen.partition("code=")[2].partition("&")[0]
    mixed = own.replace(own.partition("code=")[2].partition("&")[0], code)
    assert thief.get(mixed).status_code == 403


def test_proving_anew_asks_for_the_password_and_keeps_the_session(
    catalog: Catalog, client: HouseClient, browser: Browser
) -> None:
    sign_in(client, browser, "u-rosa")
    before = visit_of(catalog, client)
    change(catalog, "UPDATE sessions SET proved_at = datetime(proved_at, '-1 hour')")
    long_ago = visit_of(catalog, client).session.proved_at
    assert sign_in(client, browser, "u-rosa", "?prove=1&next=/types").headers["Location"] == "/types"
    after = visit_of(catalog, client)
    assert after.session.id == before.session.id
    assert after.session.proved_at > long_ago
    with Browser() as other:
        as_another = sign_in(client, other, "u-sam", "?prove=1")
    assert (as_another.status_code, "it is of another account" in as_another.text) == (403, True)
    assert visit_of(catalog, client).actor.person_id == "cpo"
