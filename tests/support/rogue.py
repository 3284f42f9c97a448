"""An identity provider that answers with whatever a test puts into its mouth, and tokens signed by hand.

Nothing here is made by the code under test, nor by the library it uses.
"""

import base64
import hashlib
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.services.catalog import Catalog

CLIENT = "privacy-catalog"
SECRET = "the-secret-of-the-test"
ACCESS_TOKEN = "the-access-token"
#: The account of the test city that tokens are about, where they say nothing else.
SUBJECT, ACCOUNT = "subject-of-cpo", "cpo"

Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_SIZES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}


def b64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def number(value: int) -> str:
    return b64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwk(key: Private, kid: str, **more: object) -> dict[str, object]:
    """The public half, as a provider publishes it."""
    public = key.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        return {"kty": "RSA", "kid": kid, "use": "sig", "n": number(numbers.n), "e": number(numbers.e), **more}
    if isinstance(public, ed25519.Ed25519PublicKey):
        return {"kty": "OKP", "kid": kid, "use": "sig", "crv": "Ed25519", "x": b64(public.public_bytes_raw()), **more}
    point = public.public_numbers()
    size = (public.curve.key_size + 7) // 8
    curve = {256: "P-256", 384: "P-384", 521: "P-521"}[public.curve.key_size]
    x, y = (b64(each.to_bytes(size, "big")) for each in (point.x, point.y))
    return {"kty": "EC", "kid": kid, "use": "sig", "crv": curve, "x": x, "y": y, **more}


def signature(algorithm: str, message: bytes, key: Private) -> bytes:
    """A signature by RFC 7518."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(message)
    digest = _SIZES[algorithm[2:]]()
    if isinstance(key, ec.EllipticCurvePrivateKey):
        size = (key.curve.key_size + 7) // 8
        return b"".join(
            each.to_bytes(size, "big") for each in decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
        )
    pss = padding.PSS(padding.MGF1(_SIZES[algorithm[2:]]()), digest.digest_size)
    return key.sign(message, pss if algorithm.startswith("PS") else padding.PKCS1v15(), digest)


def compact(header: Mapping[str, object] | bytes, payload: Mapping[str, object] | bytes) -> str:
    """The part of a token that is signed."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload))
    return ".".join(b64(part) for part in parts)


def signed(header: Mapping[str, object] | bytes, payload: Mapping[str, object] | bytes, key: Private, by: str) -> str:
    """A whole token; ``by`` is the algorithm at work, whatever the header says."""
    body = compact(header, payload)
    return f"{body}.{b64(signature(by, body.encode(), key))}"


@dataclass
class Rogue:
    """The provider: what it publishes, what it will answer, and what it was asked."""

    issuer: str = ""
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    keys: list[dict[str, object]] = field(default_factory=list)
    metadata: dict[str, object] = field(default_factory=dict)
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    id_token: object = ""
    userinfo: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)

    def claims(self, nonce: str, /, **more: object) -> dict[str, Any]:
        """What a good token says."""
        now = int(datetime.now(UTC).timestamp())
        return {
            "iss": self.issuer, "sub": SUBJECT, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300,
            "auth_time": now, "preferred_username": ACCOUNT, "groups": [], "name": "Rosa Marin", **more,
        }  # fmt: skip

    def good(self, nonce: str, /, **more: object) -> str:
        """A good token, but for what is said otherwise."""
        return signed({"alg": "RS256", "kid": "k1"}, self.claims(nonce, **more), self.key, "RS256")

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """What it says at one of its addresses."""
        if path in self.pages:
            return self.pages[path]
        known: dict[str, object] = {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                **{f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token", "userinfo")},
                "jwks_uri": f"{self.issuer}/jwks",
                **self.metadata,
            },
            "/jwks": {"keys": self.keys},
            "/token": {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": self.id_token},
            "/userinfo": self.userinfo,
        }
        return 200, {"Content-Type": "application/json"}, json.dumps(known[path]).encode()


@contextmanager
def rogue_provider() -> Iterator[Rogue]:
    """One on a free port, with one RSA key of its own."""
    rogue = Rogue()
    rogue.keys = [jwk(rogue.key, "k1")]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            rogue.asked.append(self.path)
            rogue.forms.append(dict(parse_qsl(body.decode())) | {"authorization": self.headers["Authorization"] or ""})
            status, headers, answer = rogue.answer(self.path)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(answer))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_GET  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    rogue.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield rogue
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def trusting(catalog: Catalog, issuer: str, folder: Path, **settings: object) -> Catalog:
    """The same catalog, opened by an application that trusts a provider."""
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET, encoding="ascii")
    wanted = {
        "oidc_issuer": issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": f"file:{secret}",
        "public_url": "http://localhost",
        **settings,
    }
    return Catalog.open(catalog.settings.model_copy(update=wanted), clock=catalog.clock, index=catalog.search_index)


def sent_off(client: FlaskClient, query: str = "") -> dict[str, str]:
    """What a browser that begins to sign in is told to ask the provider."""
    answer = client.get(f"/sign-in/sso{query}")
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def come_back(client: FlaskClient, state: str, **more: str) -> TestResponse:
    """The browser coming back from the provider."""
    return client.get("/sign-in/sso/callback", query_string={"code": "the-code", "state": state} | more)


def sign_in(rogue: Rogue, client: FlaskClient, make: Callable[[str], object], query: str = "") -> TestResponse:
    """A whole sign-in in which the provider's token is made by ``make``, from the nonce."""
    asked = sent_off(client, query)
    rogue.id_token = make(asked["nonce"])
    return come_back(client, asked["state"])


def at_hash(access_token: str = ACCESS_TOKEN) -> str:
    """The claim that binds an access token to an RS256 token."""
    return b64(hashlib.sha256(access_token.encode()).digest()[:16])
