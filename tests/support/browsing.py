"""A browser for tests of the web application: every answer it gets is held against the house rules."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.services.catalog import Catalog
from tests.support import house_rules
from web.app import create_app

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


class HouseClient(FlaskClient):
    """A browser that refuses what breaks a house rule."""

    def open(self, *args: object, **kwargs: object) -> TestResponse:  # type: ignore[override]  # werkzeug's overloads
        kwargs.setdefault("buffered", True)
        response = super().open(*args, **kwargs)  # type: ignore[arg-type]  # the same
        house_rules.check(response)
        return response


def application(catalog: Catalog) -> Flask:
    app = create_app(catalog)
    app.test_client_class = HouseClient
    return app


def enter(app: Flask, person: str | None) -> HouseClient:
    """A client signed in as this person, or nobody."""
    client = app.test_client()
    assert isinstance(client, HouseClient)
    if person is not None:
        assert client.post("/sign-in", data={"person": person}, headers=SAME_ORIGIN).status_code == 303
    return client
