"""Each forged token is refused by the checks themselves; the proof ``tokens`` sends all of them through the door."""

from datetime import UTC, datetime

import pytest

from catalog.model.sessions import SignInAttempt
from catalog.settings import Settings
from tests.support.forgeries import FORGERIES, GOOD, Forgery, Smithy, for_sign_in
from tests.support.rogue import ACCESS_TOKEN, CLIENT, Rogue
from web.doors import id_token, signing_keys, told
from web.doors.refusals import Reason, SignInRefused
from web.doors.strict import from_base64url

NONCE = "the-nonce-of-this-sign-in"
#: What only the door sees: what is no text at all, and what is told at the provider's other address.
_NOT_HERE = {name for name in FORGERIES if name.startswith("told more")} | {"an object", "a list", "no token"}


@pytest.fixture(scope="module")
def smithy() -> Smithy:
    made = Smithy(Rogue("https://provider.example"))
    made.publish()
    made.earlier = for_sign_in(made, "the-nonce-of-an-earlier-one").saying()
    return made


def judged(smithy: Smithy, make: Forgery) -> None:
    now = datetime.now(UTC)
    attempt = SignInAttempt("", NONCE, "", None, "", now)
    algorithms = Settings().signature_algorithms
    expected = id_token.Expected(smithy.rogue.issuer, CLIENT, algorithms, NONCE, attempt.begun_at, is_proof=False)
    token = make(for_sign_in(smithy, NONCE))
    assert isinstance(token, str)
    claims = id_token.checked(
        token, ACCESS_TOKEN, expected, lambda by, kid: signing_keys.find(smithy.rogue.keys, by, kid), now
    )
    told.of(claims, {}, Settings())


@pytest.mark.parametrize("name", sorted(FORGERIES.keys() - _NOT_HERE))
def test_a_forged_token_is_refused(name: str, smithy: Smithy) -> None:
    with pytest.raises(SignInRefused):
        judged(smithy, FORGERIES[name])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("HS256 under the client's secret", Reason.ALGORITHM),
        ("a key nobody published", Reason.KEY),
        ("another's key", Reason.SIGNATURE),
        ("another issuer", Reason.ISSUER),
        ("another audience", Reason.AUDIENCE),
        ("ended two minutes ago", Reason.TIME),
    ],
)
def test_the_log_will_say_what_did_not_hold(name: str, reason: Reason, smithy: Smithy) -> None:
    with pytest.raises(SignInRefused) as refused:
        judged(smithy, FORGERIES[name])
    assert refused.value.reason is reason


@pytest.mark.parametrize("name", GOOD)
def test_a_good_one_is_believed(name: str, smithy: Smithy) -> None:
    judged(smithy, GOOD[name])


@pytest.mark.parametrize("text", [b"QR", b"QQ==", b"Q", b"Q Q", b"Q+/Q", b"QQ\n"])
def test_a_text_that_is_not_the_one_for_its_bytes_is_refused(text: bytes) -> None:
    assert from_base64url(b"QQ") == b"A"
    with pytest.raises(SignInRefused):
        from_base64url(text)


def test_what_is_signed_counts_before_what_is_told_besides() -> None:
    signed = {"iss": "https://provider.example", "sub": "s", "preferred_username": "cpo"}
    assert told.of(signed, {"sub": "s", "preferred_username": "operator"}, Settings()).account == "cpo"
