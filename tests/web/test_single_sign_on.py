"""Signing in at an identity provider: what it has to say for somebody to get in, and as whom they do."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.model.actors import GroupRole, Role
from catalog.model.sessions import Door
from catalog.services import sessions
from catalog.services.catalog import Catalog
from catalog.store import rows
from catalog.store.people_schema import group_roles
from tests.support import rogue as rogues
from tests.support.browsing import HouseClient, application, enter
from tests.support.city import City
from tests.support.rogue import Rogue, come_back, sent_off, sign_in


@pytest.fixture(scope="module")
def running() -> Iterator[Rogue]:
    with rogues.rogue_provider() as provider:
        yield provider


@pytest.fixture
def rogue(running: Rogue) -> Rogue:
    """As if newly started."""
    running.keys, running.metadata, running.pages = [rogues.jwk(running.key, "k1")], {}, {}
    running.userinfo, running.id_token, running.asked, running.forms = {}, "", [], []
    return running


@pytest.fixture
def catalog(own_city: City, rogue: Rogue, tmp_path: Path) -> Iterator[Catalog]:
    opened = rogues.trusting(own_city.catalog, rogue.issuer, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(catalog: Catalog) -> Flask:
    return application(catalog)


@pytest.fixture
def client(app: Flask) -> HouseClient:
    return enter(app, None)


def give_group(catalog: Catalog, group: str, role: Role, agency_id: str | None = None) -> None:
    one = GroupRole(0, group, role, agency_id, datetime(2020, 1, 1, tzinfo=UTC), None)
    catalog.note(lambda connection: rows.add_all(connection, group_roles, [one]))


def visit_of(catalog: Catalog, client: HouseClient) -> sessions.Visit | None:
    cookie = client.get_cookie("session")
    return sessions.visit(catalog, cookie.value) if cookie else None


def told(catalog: Catalog, query: str) -> list[tuple[str, ...]]:
    with catalog.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def change(catalog: Catalog, statement: str) -> None:
    with catalog.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement))


def test_a_first_sign_in_links_the_account_of_that_name(catalog: Catalog, rogue: Rogue, client: HouseClient) -> None:
    assert "Sign in with single sign-on" in client.get("/sign-in").text
    answer = sign_in(rogue, client, rogue.good, "?next=/agencies")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agencies")
    visit = visit_of(catalog, client)
    assert visit is not None
    assert (visit.actor.person_id, visit.session.door) == ("cpo", Door.SINGLE_SIGN_ON)
    assert told(catalog, "SELECT * FROM identities") != []
    acts = "SELECT action FROM audit_events WHERE person_id = 'cpo' ORDER BY sequence DESC LIMIT 2"
    assert told(catalog, acts) == [("sign_in",), ("link_identity",)]
    assert client.get_cookie("sign-in") is None


def test_after_that_the_subject_counts_and_the_name_does_not(
    catalog: Catalog, rogue: Rogue, client: HouseClient
) -> None:
    sign_in(rogue, client, rogue.good)
    answer = sign_in(rogue, client, lambda nonce: rogue.good(nonce, preferred_username="operator"))
    visit = visit_of(catalog, client)
    assert answer.status_code == 303
    assert visit is not None
    assert visit.actor.person_id == "cpo"


def test_a_second_subject_of_that_name_gets_nothing(
    catalog: Catalog, rogue: Rogue, app: Flask, client: HouseClient
) -> None:
    sign_in(rogue, client, rogue.good)
    other = enter(app, None)
    answer = sign_in(rogue, other, lambda nonce: rogue.good(nonce, sub="somebody-else"))
    assert answer.status_code == 403
    assert "it belongs to somebody else" in answer.text
    assert visit_of(catalog, other) is None
    assert len(told(catalog, "SELECT * FROM identities")) == 1


@pytest.mark.parametrize("account", ["stranger", "", "local", "CPO", "cpo ", "срo"])
def test_strangers_stay_outside_and_leave_no_trace(
    account: str, catalog: Catalog, rogue: Rogue, client: HouseClient
) -> None:
    answer = sign_in(rogue, client, lambda nonce: rogue.good(nonce, preferred_username=account))
    assert answer.status_code == 403
    assert told(catalog, "SELECT * FROM identities") == []
    assert visit_of(catalog, client) is None


def test_who_has_an_account_but_no_role_is_told_so(catalog: Catalog, rogue: Rogue, client: HouseClient) -> None:
    change(catalog, "UPDATE role_assignments SET to_at = from_at")
    answer = sign_in(rogue, client, rogue.good)
    assert answer.status_code == 403
    assert "it has no role here" in answer.text


def test_a_group_with_a_role_makes_an_account_and_ends_with_it(
    catalog: Catalog, rogue: Rogue, client: HouseClient
) -> None:
    give_group(catalog, "privacy of social services", Role.OFFICER, "DSS")
    groups = ["everybody", "privacy of social services"]
    answer = sign_in(rogue, client, lambda nonce: rogue.good(nonce, preferred_username="zoe", groups=groups))
    visit = visit_of(catalog, client)
    assert answer.status_code == 303
    assert visit is not None
    assert (visit.actor.person_id, visit.actor.name, visit.actor.roles) == ("zoe", "Rosa Marin", {Role.OFFICER})
    assert visit.session.groups == ("privacy of social services",), "the others are none of our business"
    acts = "SELECT action FROM audit_events WHERE person_id = 'zoe' ORDER BY sequence"
    assert told(catalog, acts) == [("add_person",), ("link_identity",), ("sign_in",)]
    assert client.get("/agencies").status_code == 200
    change(catalog, "UPDATE group_roles SET to_at = from_at")
    assert client.get("/agencies").status_code == 303


@pytest.mark.parametrize("account", ["", "local", "-x", "zoe smith", "z" * 65, "../etc"])
def test_a_group_makes_no_account_of_any_name(
    account: str, catalog: Catalog, rogue: Rogue, client: HouseClient
) -> None:
    give_group(catalog, "officers", Role.OPERATOR)
    answer = sign_in(rogue, client, lambda nonce: rogue.good(nonce, preferred_username=account, groups="officers"))
    assert answer.status_code == 403
    assert visit_of(catalog, client) is None


def test_what_the_token_leaves_out_is_asked_for(catalog: Catalog, rogue: Rogue, client: HouseClient) -> None:
    def lean(nonce: str) -> str:
        claims = rogue.claims(nonce)
        del claims["groups"], claims["preferred_username"]
        return rogues.signed({"alg": "RS256"}, claims, rogue.key, "RS256")

    rogue.userinfo = {
        "sub": rogues.SUBJECT,
        "preferred_username": "cpo",
        "groups": ["a"],
        "iss": "https://else.example",
    }
    assert sign_in(rogue, client, lean).status_code == 303
    rogue.userinfo["sub"] = "somebody-else"
    assert sign_in(rogue, client, lean).status_code == 403


def test_an_address_that_is_not_verified_names_nobody(own_city: City, rogue: Rogue, tmp_path: Path) -> None:
    catalog = rogues.trusting(own_city.catalog, rogue.issuer, tmp_path, oidc_account_claim="email")
    client = enter(application(catalog), None)
    assert sign_in(rogue, client, lambda nonce: rogue.good(nonce, email="cpo")).status_code == 403
    verified = sign_in(rogue, client, lambda nonce: rogue.good(nonce, email="cpo", email_verified=True))
    assert verified.status_code == 303
    catalog.close()


def test_what_is_asked_of_the_provider(catalog: Catalog, rogue: Rogue, client: HouseClient) -> None:
    rogue.metadata = {"scopes_supported": ["openid", "groups"]}
    asked = sent_off(client)
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://localhost/sign-in/sso/callback"
    assert asked["scope"] == "openid profile groups"
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert not {"prompt", "max_age"} & asked.keys()
    rogue.id_token = rogue.good(asked["nonce"])
    come_back(client, asked["state"])
    form = next(form for path, form in zip(rogue.asked, rogue.forms, strict=True) if path == "/token")
    assert form["authorization"].startswith("Basic ")
    assert rogues.b64(rogues.hashlib.sha256(form["code_verifier"].encode()).digest()) == asked["code_challenge"]


def test_a_state_counts_once(rogue: Rogue, client: HouseClient) -> None:
    asked = sent_off(client)
    rogue.id_token = rogue.good(asked["nonce"])
    assert come_back(client, asked["state"]).status_code == 303
    again = come_back(client, asked["state"])
    assert again.status_code == 403
    assert "or is done already" in again.text


def test_a_state_counts_in_the_browser_it_was_begun_in(rogue: Rogue, app: Flask, client: HouseClient) -> None:
    asked, other = sent_off(client), enter(app, None)
    rogue.id_token = rogue.good(asked["nonce"])
    sent_off(other)
    assert come_back(other, asked["state"]).status_code == 403
    assert come_back(client, asked["state"]).status_code == 303


def test_two_tabs_sign_in_side_by_side(rogue: Rogue, client: HouseClient) -> None:
    first, second = sent_off(client), sent_off(client)
    rogue.id_token = rogue.good(first["nonce"])
    assert first["state"] != second["state"]
    assert come_back(client, first["state"]).status_code == 303


def test_a_state_counts_for_ten_minutes(catalog: Catalog, rogue: Rogue, client: HouseClient) -> None:
    asked = sent_off(client)
    rogue.id_token = rogue.good(asked["nonce"])
    later = "UPDATE sign_in_attempts SET begun_at = datetime(begun_at, '-11 minutes')"
    change(catalog, later)
    assert come_back(client, asked["state"]).status_code == 403
    sent_off(client)
    change(catalog, later)
    sent_off(client)
    assert len(told(catalog, "SELECT * FROM sign_in_attempts")) == 1, "those that nobody comes back from are forgotten"


def test_the_database_holds_no_state(catalog: Catalog, client: HouseClient) -> None:
    asked = sent_off(client)
    assert asked["state"] not in str(told(catalog, "SELECT * FROM sign_in_attempts"))


def test_the_cookie_is_out_of_reach_and_short_lived(app: Flask) -> None:
    plain = enter(app, None).get("/sign-in/sso").headers["Set-Cookie"]
    private = enter(app, None).get("/sign-in/sso", base_url="https://localhost").headers["Set-Cookie"]
    for cookie in (plain, private):
        assert {"HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/"} <= set(cookie.split("; "))
    assert plain.startswith("sign-in=")
    assert private.startswith("__Host-sign-in=")
    assert "Secure" in private
    assert "Domain" not in private


@pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_nobody_is_sent_elsewhere(target: str, rogue: Rogue, client: HouseClient) -> None:
    assert sign_in(rogue, client, rogue.good, f"?next={target}").headers["Location"] == "/"
    assert sign_in(rogue, client, rogue.good, f"?prove=1&next={target}").headers["Location"] == "/"


def test_a_sender_is_checked_where_the_provider_names_itself(rogue: Rogue, client: HouseClient) -> None:
    rogue.metadata = {"authorization_response_iss_parameter_supported": True}
    for more, status in (({}, 403), ({"iss": "https://else.example"}, 403), ({"iss": rogue.issuer}, 303)):
        asked = sent_off(client)
        rogue.id_token = rogue.good(asked["nonce"])
        assert come_back(client, asked["state"], **more).status_code == status


def test_a_parameter_given_twice_is_refused(rogue: Rogue, client: HouseClient) -> None:
    asked = sent_off(client)
    rogue.id_token = rogue.good(asked["nonce"])
    twice = f"/sign-in/sso/callback?code=a&code=b&state={asked['state']}"
    assert client.get(twice).status_code == 403


def test_who_went_back_at_the_provider_is_told_so(client: HouseClient) -> None:
    asked = sent_off(client)
    answer = client.get("/sign-in/sso/callback", query_string={"error": "access_denied", "state": asked["state"]})
    assert answer.status_code == 403
    assert "the identity provider did not sign you in" in answer.text


def test_an_answer_that_is_an_error_is_one_whatever_else_it_says(rogue: Rogue, client: HouseClient) -> None:
    asked = sent_off(client)
    rogue.id_token = rogue.good(asked["nonce"])
    assert come_back(client, asked["state"], error="access_denied").status_code == 403


def test_a_code_that_the_provider_does_not_take_is_refused(rogue: Rogue, client: HouseClient) -> None:
    rogue.pages["/token"] = (400, {}, b'{"error": "invalid_grant"}')
    assert sign_in(rogue, client, rogue.good).status_code == 403


def test_a_refusal_is_one_word_in_the_log_and_no_token(
    rogue: Rogue, client: HouseClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = sign_in(rogue, client, lambda _: rogue.good("another nonce"))
    said = capsys.readouterr()
    line = next(line for line in (said.out + said.err).splitlines() if "A sign-in was refused" in line)
    assert "nonce" in line
    assert str(rogue.id_token) not in said.out + said.err + answer.text
    assert "nonce" not in answer.text.replace("hx-nonce", "").replace('nonce="', "")


def test_proving_anew_asks_anew_and_leaves_the_session(catalog: Catalog, rogue: Rogue, client: HouseClient) -> None:
    sign_in(rogue, client, lambda nonce: rogue.good(nonce, auth_time=1_600_000_000))
    before = visit_of(catalog, client)
    assert before is not None
    long_ago = datetime.now(UTC).timestamp() - before.session.proved_at.timestamp()
    assert long_ago > 3600, "who was signed in there long since has proved nothing now"
    asked = sent_off(client, "?prove=1&next=/types")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    rogue.id_token = rogue.good(asked["nonce"])
    assert come_back(client, asked["state"]).headers["Location"] == "/types"
    after = visit_of(catalog, client)
    assert after is not None
    assert after.session.id == before.session.id
    assert datetime.now(UTC).timestamp() - after.session.proved_at.timestamp() < 60


@pytest.mark.parametrize("more", [{"auth_time": 1_600_000_000}, {"auth_time": None}, {"sub": "somebody-else"}])
def test_a_proof_that_proves_nothing(
    more: dict[str, object], catalog: Catalog, rogue: Rogue, client: HouseClient
) -> None:
    sign_in(rogue, client, lambda nonce: rogue.good(nonce, auth_time=1_600_000_000))
    before = visit_of(catalog, client)
    asked = sent_off(client, "?prove=1")
    claims = {name: value for name, value in rogue.claims(asked["nonce"], **more).items() if value is not None}
    rogue.id_token = rogues.signed({"alg": "RS256"}, claims, rogue.key, "RS256")
    assert come_back(client, asked["state"]).status_code == 403
    after = visit_of(catalog, client)
    assert before is not None
    assert after is not None
    assert after.session.proved_at == before.session.proved_at


def test_a_proof_counts_for_the_session_it_was_asked_in(rogue: Rogue, client: HouseClient) -> None:
    sign_in(rogue, client, rogue.good)
    asked = sent_off(client, "?prove=1")
    twin = client.get_cookie("sign-in")
    sign_in(rogue, client, rogue.good)
    rogue.id_token = rogue.good(asked["nonce"])
    assert twin is not None
    client.set_cookie("sign-in", twin.value)
    assert come_back(client, asked["state"]).status_code == 403


def test_without_a_session_there_is_nothing_to_prove(client: HouseClient) -> None:
    assert "prompt" not in sent_off(client, "?prove=1")


def test_a_dead_provider_closes_this_door_and_no_other(own_city: City, rogue: Rogue, tmp_path: Path) -> None:
    catalog = rogues.trusting(own_city.catalog, rogue.issuer, tmp_path)
    rogue.pages["/.well-known/openid-configuration"] = (503, {}, b"down for maintenance")
    client = enter(application(catalog), None)
    for _ in range(3):
        answer = client.get("/sign-in/sso")
        assert answer.status_code == 502
        assert "it cannot be reached" in answer.text
    assert len(rogue.asked) == 1, "it is not called again for a while"
    assert client.get("/sign-in").status_code == 200
    assert enter(application(catalog), "cpo").get("/").status_code == 200
    catalog.close()


def test_signing_out_there_is_offered(rogue: Rogue, client: HouseClient) -> None:
    assert "/sign-in/sso/out" in client.get("/sign-in").text
    assert client.get("/sign-in/sso/out").status_code == 502, "this provider has no such address"


def test_where_signing_out_leads(own_city: City, rogue: Rogue, tmp_path: Path) -> None:
    rogue.metadata = {"end_session_endpoint": f"{rogue.issuer}/out?x=1"}
    catalog = rogues.trusting(own_city.catalog, rogue.issuer, tmp_path)
    there = enter(application(catalog), None).get("/sign-in/sso/out").headers["Location"]
    assert there == f"{rogue.issuer}/out?x=1&client_id=privacy-catalog"
    catalog.close()
