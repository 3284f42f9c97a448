"""``python -m benchmarks.canary_doors DATA_DIR SECRETS``: people and sources that fail to get in, with secrets that are
canaries: passwords, code keys, session tokens, the client secret, codes and states of single sign-on.

Everything is tried through the application and the command line, with the log at its most talkative. What was used is
written to the file SECRETS, which is no part of what is searched.
"""

import json
import os
import random
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyotp
from flask.testing import FlaskClient

from catalog import cli, logs
from catalog.errors import CatalogError
from catalog.model.actors import Role
from catalog.model.sessions import Door
from catalog.services import local_sign_in, people, sessions
from catalog.services.access import local_administrator
from catalog.services.catalog import Catalog
from catalog.settings import Settings
from web.app import create_app

_SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
_SYLLABLES = (
    *("vor", "tzi", "kwe", "plor", "zhu", "drae", "skov", "gry", "bjo", "nyx", "fjo", "qui", "wro", "xan"),
    *("ohz", "ven", "lim", "bru", "dox", "gast", "mirk", "phel"),
)
SERVERS = ("postgres", "mariadb", "sqlserver", "oracle")
_OPTIONS = {
    "postgres": ("database=cases", "user=reader", "sslmode=disable"),
    "mariadb": ("user=reader", "sslmode=disable"),
    "sqlserver": ("database=cases", "user=reader"),
    "oracle": ("service=cases", "user=reader"),
}


class Secrets:
    """Makes secrets that are met nowhere else, and remembers them."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.made: list[tuple[str, str]] = []

    def make(self, kind: str) -> str:
        """A secret of five invented words."""
        return self.keep(
            kind, "-".join(self._chance.choice(_SYLLABLES) + self._chance.choice(_SYLLABLES) for _ in range(5))
        )

    def keep(self, kind: str, secret: str) -> str:
        """Remember one that was made elsewhere."""
        self.made.append((kind, secret))
        return secret


def fail(data_dir: Path, secrets: Secrets, tries: int) -> int:
    """Fail ``tries`` times at sources and a few at the doors; how often, in all."""
    failures = _sources(secrets, tries)
    catalog = Catalog.open(
        Settings.load(
            data_dir=data_dir,
            local_sign_in=True,
            oidc_issuer="http://127.0.0.1:9",
            oidc_client_id="catalog",
            oidc_client_secret="env:CANARY_CLIENT_SECRET",
            public_url="http://127.0.0.1:8000",
        )
    )
    failures += _doors(catalog, secrets)
    catalog.close()
    return failures


def _doors(catalog: Catalog, secrets: Secrets) -> int:
    os.environ["CANARY_CLIENT_SECRET"] = secrets.make("client secret")
    people.add_person(local_administrator(), catalog, "canary-at-the-door", "Somebody", Role.AUDITOR)
    password, key = secrets.make("password"), secrets.keep("code key", local_sign_in.new_key())
    local_sign_in.set_credential(
        local_administrator(), catalog, "canary-at-the-door", password, key, pyotp.TOTP(key).now()
    )
    client, failures = create_app(catalog).test_client(), 0
    for name in ("canary-at-the-door", secrets.make("account typed wrongly")):
        for _ in range(4):
            form = {"account": name, "person": name, "password": secrets.make("password"), "code": "123456"}
            failures += client.post("/sign-in/password", data=form, headers=_SAME_ORIGIN).status_code >= 400
    failures += _single_sign_on(client, secrets)
    token = secrets.keep("session token", _begun(catalog, password, key))
    client.set_cookie("session", token)
    client.get("/account")
    return failures


def _begun(catalog: Catalog, password: str, key: str) -> str:
    """A session by the door of emergencies; the code of this moment was used up, the next one is not."""
    try:
        return local_sign_in.sign_in(catalog, "canary-at-the-door", password, pyotp.TOTP(key).now())
    except CatalogError:
        return sessions.begin(catalog, "canary-at-the-door", Door.LOCAL)


def _single_sign_on(client: FlaskClient, secrets: Secrets) -> int:
    failures = client.get("/sign-in/sso").status_code >= 400
    for _ in range(5):
        code, state = secrets.make("code of single sign-on"), secrets.make("state of single sign-on")
        failures += client.get(f"/sign-in/sso/callback?code={code}&state={state}").status_code >= 400
    return failures


def _sources(secrets: Secrets, tries: int) -> int:
    """Every kind of server, each failing in every way there is, with a password of its own each time."""
    failures = 0
    with _rude_servers() as ports:
        ways = [(kind, port) for port in ports for kind in SERVERS]
        for number in range(tries):
            kind, port = ways[number % len(ways)]
            variable, name = f"CANARY_PASSWORD_{number}", f"fails-{number}"
            os.environ[variable] = secrets.make(f"password of {kind}")
            options = ("host=127.0.0.1", f"port={port}", f"password=env:{variable}", *_OPTIONS[kind])
            _command("source", "add", name, "--kind", kind, "--agency", "A", *(f"-o{each}" for each in options))
            failures += _command("source", "test", name) != 0
            if number % 25 == 0:
                failures += _command("scan", "--source", name) != 0
    return failures


@contextmanager
def _rude_servers() -> Iterator[list[int]]:
    """Ports: one that is closed, one that hangs up at once, one that says rubbish, one that says back what it is told,
    one that hangs up in the midst of a greeting.
    """
    greetings = (
        None,
        b"",
        b"\xff" * 64,
        "echo",
        b"\x4a\x00\x00\x00\x0a5.5.5-10.11",
        b"R\x00\x00\x00\x08\x00\x00\x00\x03",
    )
    listeners = []
    for greeting in greetings:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        if greeting is not None:
            threading.Thread(target=_serve, args=(listener, greeting), daemon=True).start()
    ports = [listener.getsockname()[1] for listener in listeners]
    listeners[0].close()
    yield ports
    for listener in listeners[1:]:
        listener.close()


def _serve(listener: socket.socket, greeting: bytes | str) -> None:
    while True:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(2)
                if greeting == "echo":
                    while told := connection.recv(65536):
                        connection.sendall(told)
                elif isinstance(greeting, bytes):
                    connection.sendall(greeting)
                    connection.recv(65536)
        except (TimeoutError, ConnectionError):
            continue
        except OSError:
            return  # the listener was closed


def _command(*words: str) -> int:
    sys.argv = ["privacy-catalog", *words]
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def main(data_dir: str, file: str, seed: str, tries: str) -> None:
    """Fail, and write down with what."""
    secrets = Secrets(int(seed))
    failures = fail(Path(data_dir), secrets, int(tries))
    Path(file).write_text(json.dumps({"failures": failures, "secrets": secrets.made}))


if __name__ == "__main__":
    logs.configure("DEBUG")
    main(*sys.argv[1:])
