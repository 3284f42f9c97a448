"""Tokens that must not be believed, each by its name, and a few that must.

Each is made for one sign-in, from the provider and the nonce it was sent off with.
"""

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.rogue import ACCESS_TOKEN, CLIENT, SECRET, Private, Rogue, at_hash, b64, compact, jwk, signed

_ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}


@dataclass
class Smithy:
    """A provider with keys of every kind, and a forger's own."""

    rogue: Rogue
    p256: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    p384: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP384R1()))
    edwards: ed25519.Ed25519PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    other: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    weak: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 1024))
    forger: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    nonce: str = ""
    earlier: str = ""

    def publish(self) -> None:
        """Have the provider publish its keys, those not fit for this among them."""
        self.rogue.keys = [
            jwk(self.rogue.key, "k1"),
            jwk(self.p256, "k2"),
            jwk(self.edwards, "k3"),
            jwk(self.other, "for-encryption", use="enc"),
            jwk(self.other, "no-operation", key_ops=["encrypt"]),
            jwk(self.other, "of-another-algorithm", alg="RS512"),
            jwk(self.weak, "weak"),
            jwk(self.p384, "other-curve"),
            jwk(self.other, "twice"),
            jwk(self.forger, "twice"),
            jwk(self.other, "of-another-kind") | {"kty": "EC"},
            {"kty": "oct", "kid": "shared", "k": b64(b"a secret that everybody may read")},
            {"kty": "RSA", "kid": "halved", "use": "sig", "e": "AQAB"},
            {"kty": "RSA", "kid": "garbled", "use": "sig", "n": "AQAB" * 90 + "!", "e": "AQAB"},
        ]

    def claims(self, **more: object) -> dict[str, Any]:
        """What a good token says but for ``more``; a value of :data:`GONE` leaves its claim out."""
        return {name: value for name, value in self.rogue.claims(self.nonce, **more).items() if value is not GONE}

    def saying(self, **more: object) -> str:
        """Well signed, whatever it says."""
        return signed({"alg": "RS256", "kid": "k1"}, self.claims(**more), self.rogue.key, "RS256")

    def headed(self, key: Private | None = None, by: str = "RS256", **header: object) -> str:
        """Well said, under a header of its own."""
        return signed({"alg": "RS256", "kid": "k1"} | header, self.claims(), key or self.rogue.key, by)

    def unsigned(self, algorithm: object, tail: str = "") -> str:
        return f"{compact({'alg': algorithm}, self.claims())}.{tail}"

    def shared_secret(self, secret: bytes, algorithm: str = "HS256", **header: object) -> str:
        body = compact({"alg": algorithm} | header, self.claims())
        return f"{body}.{b64(hmac.new(secret, body.encode(), _HASHES[algorithm[2:]]).digest())}"

    def public(self, encoding: Encoding) -> bytes:
        return self.rogue.key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)

    def raw(self, payload: bytes, header: bytes = b'{"alg":"RS256","kid":"k1"}') -> str:
        """Well signed bytes."""
        return signed(header, payload, self.rogue.key, "RS256")

    def text(self, **more: object) -> str:
        return json.dumps(self.claims(**more))

    def with_signature(self, signature: bytes, **header: object) -> str:
        return f"{compact({'alg': 'RS256', 'kid': 'k1'} | header, self.claims())}.{b64(signature)}"

    def curve(self, r: int, s: int) -> str:
        return self.with_signature(r.to_bytes(32, "big") + s.to_bytes(32, "big"), alg="ES256", kid="k2")

    def parts(self) -> tuple[str, str, str]:
        header, payload, signature = self.saying().split(".")
        return header, payload, signature

    def spliced(self, **parts: str) -> str:
        """A good token, some of whose parts are put in afterwards."""
        header, payload, signature = self.parts()
        return ".".join(({"header": header, "payload": payload, "signature": signature} | parts).values())

    def lean(self, **userinfo: object) -> str:
        """A good token without groups, so that the provider's other address is asked for them."""
        self.rogue.userinfo = userinfo
        return self.saying(groups=GONE)


#: Instead of a claim: there is none.
GONE = object()
Forgery = Callable[[Smithy], object]


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def _der(smithy: Smithy) -> str:
    body = compact({"alg": "ES256", "kid": "k2"}, smithy.claims())
    raw = signed({"alg": "ES256", "kid": "k2"}, smithy.claims(), smithy.p256, "ES256").split(".")[2]
    value = base64.urlsafe_b64decode(raw + "==")
    r, s = int.from_bytes(value[:32], "big"), int.from_bytes(value[32:], "big")
    return f"{body}.{b64(encode_dss_signature(r, s))}"


def _malleable(smithy: Smithy) -> str:
    """RFC 8032, 5.1.7: S plus the group's order verifies as well where a checker does not look."""
    body = compact({"alg": "EdDSA", "kid": "k3"}, smithy.claims())
    good = smithy.edwards.sign(body.encode())
    high = int.from_bytes(good[32:], "little") + _ED25519_ORDER
    return f"{body}.{b64(good[:32] + high.to_bytes(32, 'little'))}"


def _loose_bits(smithy: Smithy) -> str:
    header, payload, signature = smithy.parts()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return f"{header}.{payload}.{signature[:-1]}{letters[letters.index(signature[-1]) + 1]}"


def _encrypted(smithy: Smithy) -> str:
    return ".".join([b64(b'{"alg":"RSA-OAEP","enc":"A128GCM"}'), *(b64(b"x" * 16) for _ in range(4))])


_NO_ALGORITHMS = ("none", "None", "NONE", "nOnE", "")
ALGORITHMS: dict[str, Forgery] = {
    **{f"alg {word}, no signature": lambda s, word=word: s.unsigned(word) for word in _NO_ALGORITHMS},
    "alg none, a good signature kept": lambda s: s.unsigned("none", s.parts()[2]),
    "HS256 under the public key as PEM": lambda s: s.shared_secret(s.public(Encoding.PEM)),
    "HS384 under the public key as PEM": lambda s: s.shared_secret(s.public(Encoding.PEM), "HS384", kid="k1"),
    "HS512 under the public key as DER": lambda s: s.shared_secret(s.public(Encoding.DER), "HS512", kid="k1"),
    "HS256 under the key as JWK": lambda s: s.shared_secret(json.dumps(s.rogue.keys[0]).encode(), kid="k1"),
    "HS256 under nothing": lambda s: s.shared_secret(b""),
    "HS256 under the client's secret": lambda s: s.shared_secret(SECRET.encode()),
    "HS256 under a published secret": lambda s: s.shared_secret(b"a secret that everybody may read", kid="shared"),
    "an algorithm nobody knows": lambda s: s.headed(alg="XX256"),
    "no algorithm": lambda s: s.raw(s.text().encode(), b'{"kid":"k1"}'),
    "a list of algorithms": lambda s: s.headed(alg=["RS256"]),
    "null for an algorithm": lambda s: s.headed(alg=None),
    "a number for an algorithm": lambda s: s.headed(alg=256),
    "an algorithm in small letters": lambda s: s.headed(alg="rs256"),
    "an algorithm and a blank": lambda s: s.headed(alg="RS256 "),
    "RS384, which is not permitted": lambda s: s.headed(alg="RS384", by="RS384"),
    "RS512, which is not permitted": lambda s: s.headed(alg="RS512", by="RS512"),
    "PS512, which is not permitted": lambda s: s.headed(alg="PS512", by="PS512"),
    "Ed25519 by the name that is not permitted": lambda s: s.headed(s.edwards, alg="Ed25519", kid="k3"),
    "RS256 signed as PS256": lambda s: s.headed(by="PS256"),
    "PS256 signed as RS256": lambda s: s.headed(alg="PS256"),
    "ES256 under an RSA key": lambda s: s.headed(alg="ES256"),
    "RS256 under a curve's key": lambda s: s.headed(s.p256, by="ES256", kid="k2"),
    "EdDSA under a P-256 key": lambda s: s.headed(s.p256, by="ES256", alg="EdDSA", kid="k2"),
}
KEYS: dict[str, Forgery] = {
    "another's key": lambda s: s.headed(s.forger),
    "another's key without a name": lambda s: s.raw(s.text().encode(), b'{"alg":"RS256"}'),
    "a key nobody published": lambda s: s.headed(s.forger, kid="k99"),
    "a key of the wrong name": lambda s: s.headed(kid="for-encryption"),
    "a path for a name": lambda s: s.headed(s.forger, kid="../../dev/null"),
    "SQL for a name": lambda s: s.headed(s.forger, kid="' OR 1=1 --"),
    "a number for a name": lambda s: s.headed(kid=1),
    "null for a name": lambda s: s.headed(kid=None),
    "a list for a name": lambda s: s.headed(kid=["k1"]),
    "its own key along": lambda s: s.headed(s.forger, jwk=jwk(s.forger, "k1")),
    "its own key along, and no name": lambda s: signed(
        {"alg": "RS256", "jwk": jwk(s.forger, "mine")}, s.claims(), s.forger, "RS256"
    ),
    "a good key along": lambda s: s.headed(jwk=jwk(s.rogue.key, "k1")),
    "an address of keys": lambda s: s.headed(s.forger, jku=f"{s.rogue.issuer}/jwks"),
    "an address of certificates": lambda s: s.headed(s.forger, x5u="https://elsewhere.example/cert.pem"),
    "a certificate along": lambda s: s.headed(s.forger, x5c=["MIIB"]),
    "a key for encryption": lambda s: s.headed(s.other, kid="for-encryption"),
    "a key that may not verify": lambda s: s.headed(s.other, kid="no-operation"),
    "a key of another algorithm": lambda s: s.headed(s.other, kid="of-another-algorithm"),
    "a key that says it is of another kind": lambda s: s.headed(s.other, kid="of-another-kind"),
    "a key of 1024 bits": lambda s: s.headed(s.weak, kid="weak"),
    "a name that two keys have": lambda s: s.headed(s.forger, kid="twice"),
    "half a key": lambda s: s.headed(s.forger, kid="halved"),
    "a garbled key": lambda s: s.headed(s.forger, kid="garbled"),
}
HEADERS: dict[str, Forgery] = {
    "crit exp": lambda s: s.headed(crit=["exp"]),
    "crit of something unknown": lambda s: s.headed(crit=["urn:example:x"], **{"urn:example:x": True}),
    "an empty crit": lambda s: s.headed(crit=[]),
    "b64 false": lambda s: s.headed(crit=["b64"], b64=False),
    "compressed": lambda s: s.raw(zlib.compress(s.text().encode()), b'{"alg":"RS256","kid":"k1","zip":"DEF"}'),
    "an access token": lambda s: s.headed(typ="at+jwt"),
    "a logout token": lambda s: s.headed(typ="logout+jwt"),
    "a list for a type": lambda s: s.headed(typ=["JWT"]),
    "a token in a token": lambda s: s.raw(s.saying().encode(), b'{"alg":"RS256","kid":"k1","cty":"JWT"}'),
    "alg twice": lambda s: s.raw(s.text().encode(), b'{"alg":"none","kid":"k1","alg":"RS256"}'),
    "kid twice": lambda s: s.raw(s.text().encode(), b'{"alg":"RS256","kid":"x","kid":"k1"}'),
    "a header that is no object": lambda s: s.raw(s.text().encode(), b'["RS256"]'),
    "a header that is no JSON": lambda s: s.raw(s.text().encode(), b"alg=RS256"),
    "a header after a byte order mark": lambda s: s.raw(s.text().encode(), b'\xef\xbb\xbf{"alg":"RS256","kid":"k1"}'),
    "a header of 10,000 letters": lambda s: s.headed(more="x" * 10_000),
    "an unknown member": lambda s: s.headed(policy="none"),
}
SIGNATURES: dict[str, Forgery] = {
    "an empty signature": lambda s: s.spliced(signature=""),
    "zeros for a signature": lambda s: s.with_signature(bytes(256)),
    "a signature cut short": lambda s: s.spliced(signature=s.parts()[2][:-4]),
    "a signature with padding": lambda s: s.saying() + "==",
    "a signature of loose bits": _loose_bits,
    "a signature in plain base64": lambda s: s.spliced(
        signature=s.parts()[2].replace("_", "/").replace("-", "+") + "+"
    ),
    "the signature of another token": lambda s: s.spliced(signature=s.saying(sub="another").split(".")[2]),
    "another payload under it": lambda s: s.spliced(payload=b64(s.text(preferred_username="operator").encode())),
    "another header over it": lambda s: s.spliced(header=b64(b'{"alg":"RS256"}')),
    "a blank in the payload": lambda s: s.spliced(payload=b64(s.text().encode() + b" ")),
    "the psychic signature": lambda s: s.curve(0, 0),
    "r and s of the order": lambda s: s.curve(_P256_ORDER, _P256_ORDER),
    "r 1 and s 0": lambda s: s.curve(1, 0),
    "r 0 and s 1": lambda s: s.curve(0, 1),
    "a signature of a curve as DER": _der,
    "a signature of a curve and a byte": lambda s: s.headed(s.p256, "ES256", alg="ES256", kid="k2") + "AA",
    "ES256 on P-384": lambda s: s.headed(s.p384, "ES256", alg="ES256", kid="other-curve"),
    "zeros for EdDSA": lambda s: s.with_signature(bytes(64), alg="EdDSA", kid="k3"),
    "the identity for EdDSA": lambda s: s.with_signature(b"\x01" + bytes(63), alg="EdDSA", kid="k3"),
    "EdDSA with a high S": _malleable,
}
FORMS: dict[str, Forgery] = {
    "nothing": lambda _: "",
    "two parts": lambda s: s.saying().rpartition(".")[0],
    "four parts": lambda s: s.saying() + ".x",
    "encrypted": _encrypted,
    "as JSON": lambda s: json.dumps(dict(zip(("protected", "payload", "signature"), s.parts(), strict=True))),
    "a blank before it": lambda s: " " + s.saying(),
    "a line after it": lambda s: s.saying() + "\n",
    "letters of elsewhere": lambda s: s.saying() + "é",
    "an object": lambda s: {"token": s.saying()},
    "a list": lambda s: [s.saying()],
    "no token": lambda _: None,
    "three dots of nothing": lambda _: "..",
    "70,000 letters": lambda s: s.saying(more="x" * 70_000),
    "claims that are no object": lambda s: s.raw(b'["sub"]'),
    "claims that are no JSON": lambda s: s.raw(b"sub=admin"),
    "claims that are not UTF-8": lambda s: s.raw(b'{"sub":"\xff"}'),
    "claims in UTF-16": lambda s: s.raw(s.text().encode("utf-16")),
    "claims 20,000 deep": lambda s: s.raw(b'{"a":' * 9_000 + b"1" + b"}" * 9_000),
    "sub twice": lambda s: s.raw(b'{"sub":"first",' + s.text().encode()[1:]),
    "aud twice": lambda s: s.raw(b'{"aud":"other",' + s.text().encode()[1:]),
    "nonce twice": lambda s: s.raw(b'{"nonce":"other",' + s.text().encode()[1:]),
    "a member twice, deep inside": lambda s: s.raw(b'{"x":{"a":1,"a":2},' + s.text().encode()[1:]),
    "NaN": lambda s: s.raw(s.text(x=float("nan")).encode()),
}
PARTIES: dict[str, Forgery] = {
    "another issuer": lambda s: s.saying(iss="https://elsewhere.example"),
    "the issuer and a slash": lambda s: s.saying(iss=s.rogue.issuer + "/"),
    "the issuer in capitals": lambda s: s.saying(iss=s.rogue.issuer.upper()),
    "a list of issuers": lambda s: s.saying(iss=[s.rogue.issuer]),
    "no issuer": lambda s: s.saying(iss=GONE),
    "another audience": lambda s: s.saying(aud="another-application"),
    "the audience and a blank": lambda s: s.saying(aud=CLIENT + " "),
    "no audience": lambda s: s.saying(aud=GONE),
    "an empty audience": lambda s: s.saying(aud=[]),
    "an audience of null": lambda s: s.saying(aud=None),
    "an audience that is an object": lambda s: s.saying(aud={CLIENT: True}),
    "an audience in a list in a list": lambda s: s.saying(aud=[[CLIENT]]),
    "an audience with a number": lambda s: s.saying(aud=[CLIENT, 7], azp=CLIENT),
    "two audiences, given to nobody": lambda s: s.saying(aud=[CLIENT, "another-application"]),
    "two audiences, given to the other": lambda s: s.saying(
        aud=[CLIENT, "another-application"], azp="another-application"
    ),
    "two audiences without us": lambda s: s.saying(aud=["a", "b"], azp=CLIENT),
    "given to another": lambda s: s.saying(azp="another-application"),
    "given to a list": lambda s: s.saying(azp=[CLIENT]),
    "given to null": lambda s: s.saying(azp=None),
    "no nonce": lambda s: s.saying(nonce=GONE),
    "another nonce": lambda s: s.saying(nonce="another"),
    "an empty nonce": lambda s: s.saying(nonce=""),
    "a nonce of null": lambda s: s.saying(nonce=None),
    "a list of nonces": lambda s: s.saying(nonce=[s.nonce]),
    "a nonce and a blank": lambda s: s.saying(nonce=s.nonce + " "),
    "a nonce of half a letter": lambda s: s.saying(nonce="\ud800"),
    "a good token of an earlier sign-in": lambda s: s.earlier,
    "no subject": lambda s: s.saying(sub=GONE),
    "an empty subject": lambda s: s.saying(sub=""),
    "a subject of null": lambda s: s.saying(sub=None),
    "a number for a subject": lambda s: s.saying(sub=1),
    "a list of subjects": lambda s: s.saying(sub=["subject-of-cpo"]),
    "a subject of 256 letters": lambda s: s.saying(sub="x" * 256),
    "a subject in other letters": lambda s: s.saying(sub="ѕubject-of-cpo"),
    "a subject with a zero byte": lambda s: s.saying(sub="subject-of-cpo\0"),
    "a subject of two lines": lambda s: s.saying(sub="subject-of-cpo\n"),
}
TIMES: dict[str, Forgery] = {
    "no end": lambda s: s.saying(exp=GONE),
    "an end of null": lambda s: s.saying(exp=None),
    "ended two minutes ago": lambda s: s.saying(exp=now() - 120),
    "ended in 1970": lambda s: s.saying(exp=0),
    "an end before time": lambda s: s.saying(exp=-1),
    "an end of words": lambda s: s.saying(exp=str(now() + 300)),
    "an end that is true": lambda s: s.saying(exp=True),
    "a list of ends": lambda s: s.saying(exp=[now() + 300]),
    "an end without end": lambda s: s.raw(s.text(exp="X").replace('"X"', "1e999").encode()),
    "an end of 5,000 digits": lambda s: s.raw(s.text(exp="X").replace('"X"', "9" * 5_000).encode()),
    "an end after all time": lambda s: s.saying(exp=10**15),
    "no beginning": lambda s: s.saying(iat=GONE),
    "issued in two minutes": lambda s: s.saying(iat=now() + 120),
    "issued yesterday": lambda s: s.saying(iat=now() - 86_400),
    "issued in words": lambda s: s.saying(iat="now"),
    "good in two minutes": lambda s: s.saying(nbf=now() + 120),
    "good since true": lambda s: s.saying(nbf=True),
    "good in words": lambda s: s.saying(nbf="now"),
    "proved in two minutes": lambda s: s.saying(auth_time=now() + 120),
    "proved in words": lambda s: s.saying(auth_time="now"),
}
REST: dict[str, Forgery] = {
    "another access token": lambda s: s.saying(at_hash=at_hash("another")),
    "an access token of null": lambda s: s.saying(at_hash=None),
    "a whole hash instead of half": lambda s: s.saying(at_hash=b64(hashlib.sha256(ACCESS_TOKEN.encode()).digest())),
    "a list for an account": lambda s: s.saying(preferred_username=["cpo"]),
    "half a letter for an account": lambda s: s.saying(preferred_username="\ud800"),
    "two lines for an account": lambda s: s.saying(preferred_username="cpo\n"),
    "an account of 65 letters": lambda s: s.saying(preferred_username="c" * 65),
    "an object for groups": lambda s: s.saying(groups={"privacy": True}),
    "numbers for groups": lambda s: s.saying(groups=[1, 2]),
    "6,000 groups": lambda s: s.saying(groups=["g"] * 6_000),
    "told more of somebody else": lambda s: s.lean(sub="another", groups=["privacy"]),
    "told more of nobody": lambda s: s.lean(groups=["privacy"]),
    "told more of a list": lambda s: s.lean(sub=["subject-of-cpo"], groups=["privacy"]),
}
FORGERIES: dict[str, Forgery] = {**ALGORITHMS, **KEYS, **HEADERS, **SIGNATURES, **FORMS, **PARTIES, **TIMES, **REST}

#: What must be believed, or the refusals above would prove nothing.
GOOD: Mapping[str, Callable[[Smithy], str]] = {
    "RS256": lambda s: s.saying(),
    "PS256": lambda s: s.headed(alg="PS256", by="PS256"),
    "ES256": lambda s: s.headed(s.p256, "ES256", alg="ES256", kid="k2"),
    "EdDSA": lambda s: s.headed(s.edwards, alg="EdDSA", kid="k3"),
    "a key without a name, where one alone fits": lambda s: signed(
        {"alg": "ES256", "typ": "jwt"}, s.claims(), s.p256, "ES256"
    ),
    "two audiences, given to us": lambda s: s.saying(aud=["another-application", CLIENT], azp=CLIENT),
    "bound to its access token": lambda s: s.saying(at_hash=at_hash()),
    "clocks 50 seconds apart": lambda s: s.saying(iat=now() + 50, nbf=now() + 50, exp=now() - 50),
    "told more": lambda s: s.lean(sub="subject-of-cpo", groups=["privacy"]),
}


def for_sign_in(smithy: Smithy, nonce: str) -> Smithy:
    """The smithy at work for one sign-in."""
    smithy.rogue.userinfo = {}
    return replace(smithy, nonce=nonce)
