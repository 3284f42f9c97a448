"""Which key of the identity provider's a token is signed with. Keys come from its key set alone, never from a token."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from web.doors.refusals import SignInRefused
from web.doors.strict import from_base64url

SigningKey = RSAKey | ECKey | OKPKey

#: RSA keys: below NIST SP 800-131A's floor a signature can be forged, above it one costs us too much to check.
_RSA_BITS = range(2048, 8192 + 1)


@dataclass(frozen=True, slots=True)
class _Kind:
    """The keys an algorithm works with."""

    kty: str
    crv: str | None
    public: tuple[str, ...]


_RSA = _Kind("RSA", None, ("n", "e"))
_ED25519 = _Kind("OKP", "Ed25519", ("crv", "x"))
#: RFC 7518 section 3, RFC 8037, RFC 9864. What shares a secret, and ``none``, is not among them and never will be.
_KINDS: dict[str, _Kind] = {
    **{f"{family}{size}": _RSA for family in ("RS", "PS") for size in (256, 384, 512)},
    **{
        f"ES{size}": _Kind("EC", curve, ("crv", "x", "y"))
        for size, curve in ((256, "P-256"), (384, "P-384"), (512, "P-521"))
    },
    "EdDSA": _ED25519,
    "Ed25519": _ED25519,
}
_CLASSES: dict[str, type[SigningKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


def find(keys: Iterable[object], algorithm: str, kid: object) -> SigningKey | None:
    """The one key of a key set (RFC 7517) that such a token may be signed with.

    Parameters:
        kid: the key's name by the token; without one there must be only one that could be meant.

    Returns:
        None where there is none, or more than one.
    """
    kind = _KINDS.get(algorithm)
    if kind is None:
        return None
    found = [key for key in keys if isinstance(key, Mapping) and _suits(key, kind, algorithm, kid)]
    return _imported(found[0], kind) if len(found) == 1 else None


def _suits(key: Mapping[str, object], kind: _Kind, algorithm: str, kid: object) -> bool:
    operations = key.get("key_ops")
    return (
        key.get("kty") == kind.kty
        and (kind.crv is None or key.get("crv") == kind.crv)
        and key.get("use", "sig") == "sig"
        and (operations is None or (isinstance(operations, list) and "verify" in operations))
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    )


def _imported(key: Mapping[str, object], kind: _Kind) -> SigningKey | None:
    public = {name: key.get(name) for name in kind.public}
    texts = {name: value for name, value in public.items() if isinstance(value, str)}
    if texts.keys() != public.keys() or (kind is _RSA and _bits(texts["n"]) not in _RSA_BITS):
        return None
    try:
        return _CLASSES[kind.kty].import_key({"kty": kind.kty, **texts})
    except (JoseError, ValueError, TypeError):
        return None


def _bits(number: str) -> int:
    try:
        return int.from_bytes(from_base64url(number.encode()), "big").bit_length()
    except SignInRefused:
        return 0
