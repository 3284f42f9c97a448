"""What every view needs of its request: the catalog, and who asks."""

from typing import cast

from flask import current_app, g

from catalog.errors import NotAllowed
from catalog.model.actors import Actor
from catalog.model.sessions import Session
from catalog.services.catalog import Catalog
from catalog.services.sessions import Visit

CATALOG = "privacy_catalog.catalog"


def catalog() -> Catalog:
    """The catalog this application shows."""
    return cast("Catalog", current_app.extensions[CATALOG])


def visitor() -> Actor | None:
    """Who asks, or None before sign-in."""
    return cast("Actor | None", g.get("actor"))


def this_visit() -> Visit:
    """Who asks, and under which session.

    Raises:
        NotAllowed: when nobody is signed in.
    """
    actor()
    return cast("Visit", g.visit)


def session() -> Session:
    """The session of who asks.

    Raises:
        NotAllowed: when nobody is signed in.
    """
    return this_visit().session


def actor() -> Actor:
    """Who asks.

    Raises:
        NotAllowed: when nobody is signed in.
    """
    if (who := visitor()) is None:
        raise NotAllowed("This page", "nobody is signed in", "Sign in first.")
    return who
