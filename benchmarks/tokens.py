"""``make proof NAME=tokens``: forged tokens against the application itself, each in a sign-in of its own.

The provider is one that says whatever it is told to; the tokens are made by hand, with keys of its own.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from benchmarks.proof import Proof
from catalog import logs
from catalog.services.catalog import Catalog
from tests.support import city as cities
from tests.support.forgeries import FORGERIES, GOOD, Smithy, for_sign_in
from tests.support.rogue import come_back, rogue_provider, sent_off, trusting
from web.app import create_app

_LEAST = 60
_PLAIN = "This sign-in: "


def proofs() -> Iterator[Proof]:
    """How many were believed, how many refused in plain words, and whether good ones still get in."""
    logs.configure("ERROR")  # each refusal is a line
    with tempfile.TemporaryDirectory() as folder, rogue_provider() as rogue:
        made = cities.build(Path(folder) / "city").catalog
        catalog = trusting(made, rogue.issuer, Path(folder))
        app, smithy = create_app(catalog), Smithy(rogue)
        smithy.publish()
        before = sum(_gets_in(_tried(app, smithy, make)) for make in GOOD.values())
        smithy.earlier = str(rogue.id_token)
        answers = {name: _tried(app, smithy, make) for name, make in FORGERIES.items()}
        after = sum(_gets_in(_tried(app, smithy, make)) for make in GOOD.values())
        kept = _sessions(catalog)
        for one in (catalog, made):
            one.close()
    total, good, got_in = len(answers), len(GOOD), before + after
    believed = [name for name, answer in answers.items() if _gets_in(answer)]
    plain = [name for name, answer in answers.items() if _is_plain(answer)]
    print("".join(f"  not refused as it should be: {name}\n" for name in answers if name not in plain), end="")
    yield Proof(
        "Forged tokens that let somebody in", f"{len(believed)} of {total}", f"0 of at least {_LEAST}",
        not believed and total >= _LEAST and kept == 2 * good,
    )  # fmt: skip
    yield Proof(
        "Forged tokens refused as the asker's mistake, in one plain sentence", f"{len(plain)} of {total}", "all",
        len(plain) == total,
    )  # fmt: skip
    yield Proof("Good tokens that let somebody in", f"{got_in} of {2 * good}", "all", got_in == 2 * good)


def _tried(app: Flask, smithy: Smithy, make: Callable[[Smithy], object]) -> TestResponse:
    client = app.test_client()
    asked = sent_off(client)
    smithy.rogue.id_token = make(for_sign_in(smithy, asked["nonce"]))
    return come_back(client, asked["state"])


def _gets_in(answer: TestResponse) -> bool:
    return answer.status_code < 400 or any("session=" in cookie for cookie in answer.headers.getlist("Set-Cookie"))


def _is_plain(answer: TestResponse) -> bool:
    return 400 <= answer.status_code < 500 and _PLAIN in answer.text and "Traceback" not in answer.text


def _sessions(catalog: Catalog) -> int:
    with catalog.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM sessions").scalar_one())
