"""A browser for tests of the web application: every answer it gets is held against the house rules."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from catalog.services.catalog import Catalog
from tests.support import house_rules
from web.app import create_app

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class _Compiled(BytecodeCache):
    """Templates as they were compiled for an application before: every test that has one of its own needs the same."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()
_BUILDERS: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


class _Route(Rule):
    """A route whose addresses are built by what was compiled for an application before: most of making one is that."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        route = (self.rule, repr(self.defaults), tuple(self._trace), append_unknown)
        if route not in _BUILDERS:
            _BUILDERS[route] = super()._compile_builder(append_unknown)
        return _BUILDERS[route]


Flask.url_rule_class = _Route


class HouseClient(FlaskClient):
    """A browser that refuses what breaks a house rule."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:  # type: ignore[override]  # werkzeug's overloads
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)  # type: ignore[arg-type]  # the same
        house_rules.check(response)
        return response


def plain_application(catalog: Catalog) -> Flask:
    """The application, with what is compiled kept for the next one; its answers are not looked at."""
    app = create_app(catalog)
    app.jinja_env.bytecode_cache = _COMPILED
    return app


def application(catalog: Catalog) -> Flask:
    app = plain_application(catalog)
    app.test_client_class = HouseClient
    return app


def enter(app: Flask, person: str | None) -> HouseClient:
    """A client signed in as this person, or nobody."""
    client = app.test_client()
    assert isinstance(client, HouseClient)
    if person is not None:
        assert client.post("/sign-in", data={"person": person}, headers=SAME_ORIGIN).status_code == 303
    return client
