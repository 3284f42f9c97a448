"""What we take from the provider's addresses, how often we ask, and where we do not go."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from requests import Session

from catalog.errors import ProviderError, SettingsError
from catalog.model.sessions import SignInAttempt
from catalog.settings import Settings
from tests.support import rogue as rogues
from tests.support.city import City
from tests.support.mailing import closed_port
from tests.support.rogue import Rogue
from web.app import create_app
from web.doors import bounded_http
from web.doors.provider import Provider

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def rogue() -> Iterator[Rogue]:
    with rogues.rogue_provider() as running:
        yield running


class Seconds:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def settings(issuer: str, folder: Path, **more: object) -> Settings:
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(rogues.SECRET, encoding="ascii")
    known = {
        "oidc_client_id": rogues.CLIENT,
        "oidc_client_secret": f"file:{secret}",
        "public_url": "https://here.example",
    }
    return Settings.load(oidc_issuer=issuer, **known | more)


def provider(rogue: Rogue, folder: Path, seconds: Seconds | None = None) -> Provider:
    return Provider(settings(rogue.issuer, folder), "https://here.example/back", seconds or Seconds())


def ask(one: Provider) -> str:
    return one.address("state", attempt())


def attempt() -> SignInAttempt:
    return SignInAttempt("", "nonce", "verifier", None, "", rogues.datetime.now(rogues.UTC))


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"code_challenge_methods_supported": ["plain"]},
        {"code_challenge_methods_supported": "S256"},
    ],
)
def test_a_provider_that_does_not_fit_is_not_used(said: dict[str, object], rogue: Rogue, tmp_path: Path) -> None:
    rogue.metadata = said
    with pytest.raises(ProviderError, match="it does not answer as this application needs"):
        ask(provider(rogue, tmp_path))


@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "/elsewhere"}, b""),
        (200, {}, b" " * (bounded_http._MOST_BYTES + 1)),
        (200, {"Content-Encoding": "gzip"}, b"not compressed"),
        (200, {"Content-Length": "100"}, b"cut short"),
        (404, {}, b"{}"),
        (500, {}, b"{}"),
    ],
)
def test_answers_that_are_not_taken(answer: tuple[int, dict[str, str], bytes], rogue: Rogue, tmp_path: Path) -> None:
    rogue.pages[DISCOVERY] = answer
    with pytest.raises(ProviderError, match="it cannot be reached"):
        ask(provider(rogue, tmp_path))
    assert rogue.asked == [DISCOVERY]


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"issuer":"a","issuer":"b"}'])
def test_answers_that_are_no_object(body: bytes, rogue: Rogue, tmp_path: Path) -> None:
    rogue.pages[DISCOVERY] = (200, {}, body)
    with pytest.raises(ProviderError):
        ask(provider(rogue, tmp_path))


def test_nobody_there_is_told_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="it cannot be reached"):
        ask(provider(Rogue(f"http://127.0.0.1:{closed_port()}"), tmp_path))


@pytest.mark.parametrize("address", ["http://elsewhere.example/", "ftp://127.0.0.1/", "http:///", "http://10.0.0.1/x"])
def test_nothing_is_said_in_the_open(address: str) -> None:
    with Session() as session:
        bounded_http.bound(session, "https://provider.example")
        with pytest.raises((bounded_http.Refused, ValueError)):
            session.get(address)


def test_it_is_asked_again_after_a_rest(rogue: Rogue, tmp_path: Path) -> None:
    seconds = Seconds()
    one = provider(rogue, tmp_path, seconds)
    rogue.pages[DISCOVERY] = (503, {}, b"")
    for _ in range(3):
        with pytest.raises(ProviderError):
            ask(one)
    assert len(rogue.asked) == 1
    rogue.pages.clear()
    seconds.now += 11
    for _ in range(3):
        ask(one)
    assert len(rogue.asked) == 2
    seconds.now += 601
    ask(one)
    assert len(rogue.asked) == 3


def test_a_new_key_is_fetched_once_in_a_while(rogue: Rogue, tmp_path: Path) -> None:
    seconds = Seconds()
    one = provider(rogue, tmp_path, seconds)
    assert one._key_for("RS256", "k1") is not None
    rogue.keys.append(rogues.jwk(rogue.key, "k2"))
    for _ in range(5):
        assert one._key_for("RS256", "k2") is None
    assert rogue.asked.count("/jwks") == 1, "made-up names do not make us call"
    seconds.now += 31
    assert one._key_for("RS256", "k2") is not None
    assert one._key_for("RS256", "k1") is not None
    assert rogue.asked.count("/jwks") == 2


@pytest.mark.parametrize("body", [b"{}", b'{"keys": {}}', b'{"keys": [1, null, "k1", []]}'])
def test_a_key_set_of_rubbish_holds_no_key(body: bytes, rogue: Rogue, tmp_path: Path) -> None:
    rogue.pages["/jwks"] = (200, {}, body)
    assert provider(rogue, tmp_path)._key_for("RS256", "k1") is None


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, b'{"error": "invalid_client"}'), "it does not answer as this application needs"),
        ((200, b"<html>"), "it cannot be reached"),
        ((500, b"{}"), "it cannot be reached"),
        ((200, b'{"access_token": "a", "expires_in": "soon"}'), "it cannot be reached"),
    ],
)
def test_a_token_address_that_fails(answer: tuple[int, bytes], says: str, rogue: Rogue, tmp_path: Path) -> None:
    rogue.pages["/token"] = (answer[0], {}, answer[1])
    with pytest.raises(ProviderError, match=says):
        provider(rogue, tmp_path).redeem("code", attempt(), attempt().begun_at)


def test_the_secret_goes_into_the_body_where_the_provider_wants_it_there(rogue: Rogue, tmp_path: Path) -> None:
    rogue.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    rogue.pages["/token"] = (500, {}, json.dumps({}).encode())
    with pytest.raises(ProviderError):
        provider(rogue, tmp_path).redeem("code", attempt(), attempt().begun_at)
    assert rogue.forms[-1]["client_secret"] == rogues.SECRET
    assert rogue.forms[-1]["authorization"] == ""


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"oidc_client_id": ""}, "oidc_issuer needs oidc_client_id"),
        ({"oidc_client_secret": ""}, "oidc_issuer needs oidc_client_secret"),
        ({"public_url": ""}, "oidc_issuer needs public_url"),
        ({"oidc_account_claim": ""}, "oidc_issuer needs oidc_account_claim"),
        ({"oidc_client_secret": "pasted here"}, "it must say where the secret is"),
        ({"oidc_issuer": "http://provider.example"}, "it must begin with https"),
        ({"oidc_algorithms": ""}, "it must name some of"),
        ({"oidc_algorithms": "none"}, "it must name some of"),
        ({"oidc_algorithms": "RS256,HS256"}, "it must name some of"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=says):
        settings(given.pop("oidc_issuer", "https://provider.example"), tmp_path, **given)


def test_without_the_extra_it_says_what_to_install(
    own_city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "web.doors.provider")
    for name in [name for name in sys.modules if name.partition(".")[0] == "authlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    catalog = rogues.trusting(own_city.catalog, "https://provider.example", tmp_path)
    with pytest.raises(SettingsError, match=r"pip install 'privacy-catalog\[sso\]'"):
        create_app(catalog)
    catalog.close()
