"""Whether an ID token may be believed: the checks of OpenID Connect Core 1.0, section 3.1.3.7, all made here.

The library verifies the signature and nothing else. What a token's header says only chooses among what the settings and
the identity provider's key set permit: no key, no address of a key and no algorithm is taken from it.
"""

import hashlib
import hmac
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning

from web.doors.refusals import Reason, SignInRefused
from web.doors.signing_keys import SigningKey
from web.doors.strict import from_base64url, json_object, to_base64url

#: Finds the key for an algorithm and a key's name; None where there is none.
KeyFinder = Callable[[str, object], SigningKey | None]

_LEEWAY = timedelta(seconds=60)
_MOST_BYTES = 64 * 1024
#: Header members that bring a key of their own or change how the rest is to be read.
_DANGEROUS = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"})
_LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must be about.

    ``begun_at`` is when we sent the browser off; ``is_proof`` whether its user had to prove anew who they are.
    """

    issuer: str
    client_id: str
    algorithms: tuple[str, ...]
    nonce: str
    begun_at: datetime
    is_proof: bool


def checked(token: str, access_token: str, expected: Expected, key_for: KeyFinder, now: datetime) -> dict[str, object]:
    """The claims of an ID token that holds in every respect.

    Raises:
        SignInRefused: at the first thing that does not.
    """
    header, payload = _parts(token)
    algorithm = _algorithm(header, expected.algorithms)
    key = key_for(algorithm, header.get("kid"))
    if key is None:
        raise SignInRefused(Reason.KEY)
    _check_signature(token, key, algorithm)
    claims = json_object(payload)
    _check_parties(claims, expected)
    _check_times(claims, expected, now)
    _check_access_token(claims, access_token, algorithm)
    return claims


def moment(claims: Mapping[str, object], name: str) -> datetime | None:
    """A time among the claims; None where there is none.

    Raises:
        SignInRefused: when it is no time.
    """
    if name not in claims:
        return None
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SignInRefused(Reason.TIME)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise SignInRefused(Reason.TIME) from None


def _parts(token: str) -> tuple[dict[str, object], bytes]:
    if not token.isascii() or len(token) > _MOST_BYTES or token.count(".") != 2:  # RFC 7515, 3.1
        raise SignInRefused(Reason.FORM)
    header, payload, signature = (from_base64url(part) for part in token.encode().split(b"."))
    if not signature:
        raise SignInRefused(Reason.SIGNATURE)
    return json_object(header), payload


def _algorithm(header: Mapping[str, object], permitted: tuple[str, ...]) -> str:
    algorithm, kind = header.get("alg"), header.get("typ", "JWT")
    if not isinstance(algorithm, str) or algorithm not in permitted:
        raise SignInRefused(Reason.ALGORITHM)
    # RFC 8725, 3.11: a token made for another use (access, logout) says so here.
    if _DANGEROUS & header.keys() or not isinstance(kind, str) or kind.upper() != "JWT":
        raise SignInRefused(Reason.HEADER)
    return algorithm


def _check_signature(token: str, key: SigningKey, algorithm: str) -> None:
    try:
        with warnings.catch_warnings():
            # RFC 9864 calls "EdDSA" deprecated in favor of "Ed25519"; providers say the former, and mean the same key.
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(token, key, algorithms=[algorithm])
    except (JoseError, ValueError, TypeError):
        raise SignInRefused(Reason.SIGNATURE) from None


def _check_parties(claims: Mapping[str, object], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise SignInRefused(Reason.ISSUER)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isascii() or not subject.isprintable():
        raise SignInRefused(Reason.SUBJECT)
    if not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise SignInRefused(Reason.SUBJECT)
    _check_audience(claims, expected.client_id)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode("utf-8", "replace"), expected.nonce.encode()):
        raise SignInRefused(Reason.NONCE)


def _check_audience(claims: Mapping[str, object], client_id: str) -> None:
    """For us, and where it is for others too, given to us."""
    told = claims.get("aud")
    audience = told if isinstance(told, list) else [told]
    if client_id not in audience or not all(isinstance(one, str) for one in audience):
        raise SignInRefused(Reason.AUDIENCE)
    if claims.get("azp", client_id if len(audience) == 1 else None) != client_id:
        raise SignInRefused(Reason.AUDIENCE)


def _check_times(claims: Mapping[str, object], expected: Expected, now: datetime) -> None:
    expires, issued, begins = (moment(claims, name) for name in ("exp", "iat", "nbf"))
    if expires is None or issued is None:
        raise SignInRefused(Reason.TIME)
    # Whatever was issued before we asked for it is somebody's earlier token.
    if not (now - _LEEWAY < expires and expected.begun_at - _LEEWAY <= issued <= now + _LEEWAY):
        raise SignInRefused(Reason.TIME)
    if begins is not None and begins > now + _LEEWAY:
        raise SignInRefused(Reason.TIME)
    proved = moment(claims, "auth_time")
    if proved is not None and proved > now + _LEEWAY:
        raise SignInRefused(Reason.TIME)
    if expected.is_proof and (proved is None or proved < expected.begun_at - _LEEWAY):
        raise SignInRefused(Reason.NOT_FRESH)


def _check_access_token(claims: Mapping[str, object], access_token: str, algorithm: str) -> None:
    if "at_hash" not in claims:
        return
    size = "512" if algorithm.startswith("Ed") else algorithm[-3:]
    digest = hashlib.new(f"sha{size}", access_token.encode("utf-8", "replace")).digest()
    if claims["at_hash"] != to_base64url(digest[: len(digest) // 2]):
        raise SignInRefused(Reason.ACCESS_TOKEN)
