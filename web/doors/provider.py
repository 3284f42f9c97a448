"""What is said to the identity provider and what it answers (OpenID Connect Core 1.0, code flow with PKCE).

The only module that knows Authlib. It makes the addresses and the calls; what comes back is judged in ``id_token``.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from requests.exceptions import RequestException

from catalog import keys
from catalog.errors import ProviderError
from catalog.model.sessions import SignInAttempt
from catalog.services.single_sign_on import Told
from catalog.settings import Settings
from web.doors import id_token, signing_keys, told
from web.doors.bounded_http import bound, may_be_called
from web.doors.refusals import Reason, SignInRefused
from web.doors.signing_keys import SigningKey
from web.doors.strict import json_object

#: Seconds for which what the provider publishes is kept; after which an unknown key lets its key set be read anew; and
#: for which a provider that failed is not called again, so that a dead one does not tie up every thread of ours.
_KEEP = 600.0
_AGAIN = 30.0
_REST = 10.0


@dataclass
class _Page:
    """A page of the provider's that is kept for a while."""

    found: dict[str, object] = field(default_factory=dict)
    read_at: float = float("-inf")
    failed_at: float = float("-inf")


class Provider:
    """One identity provider, for the threads of one process.

    Parameters:
        way_back: the address of ours that it sends browsers back to.
        seconds: tells the time that what is kept grows old by.
    """

    def __init__(self, settings: Settings, way_back: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._way_back = way_back
        self._seconds = seconds
        self._lock = Lock()
        self._metadata, self._keys = _Page(), _Page()

    def address(self, state: str, attempt: SignInAttempt) -> str:
        """Where to send the browser to sign in; for a proof, the provider shall ask anew who they are.

        Raises:
            ProviderError: when the provider does not say where.
        """
        metadata = self._read_metadata()
        more = {"prompt": "login", "max_age": "0"} if attempt.session_id else {}
        with self._session(metadata) as session:
            address, _ = session.create_authorization_url(
                metadata["authorization_endpoint"],
                state=state,
                code_verifier=attempt.verifier,
                nonce=attempt.nonce,
                **more,
            )
        return str(address)

    def way_out(self) -> str:
        """Where somebody signs out there (OpenID Connect RP-Initiated Logout 1.0).

        No way back is asked for: a provider that was not told of it would refuse, and nobody would be signed out.

        Raises:
            ProviderError: when the provider does not say where.
        """
        address = self._read_metadata().get("end_session_endpoint")
        if not isinstance(address, str) or not may_be_called(address):
            raise _unusable()
        asked = urlencode({"client_id": self._settings.oidc_client_id})
        return f"{address}{'&' if urlsplit(address).query else '?'}{asked}"

    def check_sender(self, issuer: str | None) -> None:
        """Check who says to have answered (RFC 9207): against answers of one provider handed in as another's.

        Raises:
            SignInRefused: when it is somebody else, or a provider that always says so did not.
        """
        says_so = self._read_metadata().get("authorization_response_iss_parameter_supported") is True
        if issuer != self._settings.oidc_issuer and (issuer is not None or says_so):
            raise SignInRefused(Reason.ISSUER)

    def redeem(self, code: str, attempt: SignInAttempt, now: datetime) -> Told:
        """Whom the provider says this is.

        Raises:
            SignInRefused: when what it says does not hold.
            ProviderError: when it cannot be asked.
        """
        metadata = self._read_metadata()
        settings = self._settings
        expected = id_token.Expected(
            issuer=settings.oidc_issuer,
            client_id=settings.oidc_client_id,
            algorithms=settings.signature_algorithms,
            nonce=attempt.nonce,
            begun_at=attempt.begun_at,
            is_proof=attempt.session_id is not None,
        )
        with self._session(metadata) as session:
            token, access_token = _tokens(session, metadata, code, attempt.verifier)
            claims = id_token.checked(token, access_token, expected, self._key_for, now)
            more = self._more(session, metadata, claims)
        return told.of(claims, more, settings)

    def _more(
        self, session: OAuth2Session, metadata: Mapping[str, object], claims: Mapping[str, object]
    ) -> dict[str, object]:
        """What the provider tells at its other address, where the token leaves something out."""
        wanted = {self._settings.oidc_account_claim, self._settings.oidc_groups_claim}
        address = metadata.get("userinfo_endpoint")
        if wanted <= claims.keys() or not isinstance(address, str):
            return {}
        try:
            answer = session.get(address)
            answer.raise_for_status()
        except (AuthlibBaseError, RequestException, ValueError):
            raise _down() from None
        found = json_object(answer.content)
        # OpenID Connect Core, 5.3.4: without the same subject it may be about somebody else.
        if found.get("sub") != claims["sub"]:
            raise SignInRefused(Reason.SUBJECT)
        return found

    def _key_for(self, algorithm: str, kid: object) -> SigningKey | None:
        found = signing_keys.find(self._key_set(_KEEP), algorithm, kid)
        return found or signing_keys.find(self._key_set(_AGAIN), algorithm, kid)

    def _key_set(self, keep: float) -> list[object]:
        found = self._page(self._keys, str(self._read_metadata()["jwks_uri"]), keep)
        listed = found.get("keys")
        return listed if isinstance(listed, list) else []

    def _read_metadata(self) -> dict[str, object]:
        issuer = self._settings.oidc_issuer
        found = self._page(self._metadata, f"{issuer.rstrip('/')}/.well-known/openid-configuration", _KEEP)
        methods = found.get("code_challenge_methods_supported", ["S256"])
        if found.get("issuer") != issuer or not isinstance(methods, list) or "S256" not in methods:
            raise _unusable()
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = found.get(name)
            if not isinstance(address, str) or not may_be_called(address):
                raise _unusable()
        return found

    def _page(self, page: _Page, address: str, keep: float) -> dict[str, object]:
        with self._lock:
            now = self._seconds()
            if now - page.read_at <= keep:
                return page.found
            if now - page.failed_at <= _REST:
                raise _down()
            try:
                page.found = self._fetched(address)
            except ProviderError:
                page.failed_at = self._seconds()
                raise
            page.read_at = now
            return page.found

    def _fetched(self, address: str) -> dict[str, object]:
        with OAuth2Session() as session:
            bound(session, address)
            try:
                answer = session.get(address, withhold_token=True)
                answer.raise_for_status()
            except RequestException:
                raise _down() from None
        try:
            return json_object(answer.content)
        except SignInRefused:
            raise _unusable() from None

    def _session(self, metadata: Mapping[str, object]) -> OAuth2Session:
        settings = self._settings
        listed = metadata.get("token_endpoint_auth_methods_supported")
        methods = listed if isinstance(listed, list) else []
        in_body = "client_secret_post" in methods and "client_secret_basic" not in methods
        known = metadata.get("scopes_supported")
        named = {settings.oidc_account_claim, settings.oidc_groups_claim} & set(
            known if isinstance(known, list) else ()
        )
        session = OAuth2Session(
            settings.oidc_client_id,
            keys.resolve(settings.oidc_client_secret, "PRIVACY_CATALOG_OIDC_CLIENT_SECRET"),
            token_endpoint_auth_method="client_secret_post" if in_body else "client_secret_basic",
            scope=" ".join(["openid", "profile", *sorted(named)]),
            redirect_uri=self._way_back,
            code_challenge_method="S256",
        )
        bound(session, settings.oidc_issuer)
        return session


def _tokens(session: OAuth2Session, metadata: Mapping[str, object], code: str, verifier: str) -> tuple[str, str]:
    try:
        answer = session.fetch_token(
            metadata["token_endpoint"], code=code, code_verifier=verifier, grant_type="authorization_code"
        )
    except AuthlibBaseError as refusal:
        if refusal.error == "invalid_grant":
            raise SignInRefused(Reason.CODE) from None
        raise _unusable() from None
    except (RequestException, ValueError):
        raise _down() from None
    token, access_token = answer.get("id_token"), answer.get("access_token")
    if not isinstance(token, str) or not isinstance(access_token, str):
        raise SignInRefused(Reason.FORM)
    return token, access_token


def _down() -> ProviderError:
    return ProviderError(
        "The identity provider",
        "it cannot be reached or did not answer as it should",
        "Try again in a minute. What else is open here goes on.",
    )


def _unusable() -> ProviderError:
    return ProviderError(
        "The identity provider",
        "it does not answer as this application needs",
        "Tell whoever operates the catalog: the operator’s guide says under “Single sign-on” what has to be set.",
    )
