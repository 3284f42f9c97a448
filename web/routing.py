"""Routes that declare what they need: a route without an :class:`Action` cannot be written, nor start."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from catalog.errors import SettingsError
from catalog.services.access import Action

View = Callable[..., ResponseReturnValue]
POLICY = "privacy_catalog.policy"
WEIGHTY = "privacy_catalog.weighty"
ROOMY = "privacy_catalog.roomy"
#: The largest number that the catalog gives anything; its database takes no larger ones.
MOST = 2**31 - 1
_DIGITS = len(str(MOST))


class Number(IntegerConverter):
    """A number in an address; a larger one than there can be is the address of nothing."""

    regex = rf"[0-9]{{1,{_DIGITS}}}"

    def __init__(self, of: Map) -> None:
        super().__init__(of, max=MOST)


def number(text: str) -> int | None:
    """A number that a form or a query gives; None where it is none, or larger than there can be."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    found = int(text)
    return found if found <= MOST else None


@dataclass(frozen=True, slots=True)
class _Route:
    rule: str
    action: Action
    method: str
    view: View
    weighty: bool
    room: int


@dataclass(slots=True)
class Routes:
    """The routes of one part of the application; endpoints are called ``<part>.<view>``."""

    part: str
    _routes: list[_Route] = field(default_factory=list)

    def get(self, rule: str, action: Action) -> Callable[[View], View]:
        """Show something; never changes anything."""
        return self._adder(rule, action, "GET")

    def post(self, rule: str, action: Action, *, weighty: bool = False, room: int = 0) -> Callable[[View], View]:
        """Change something.

        Parameters:
            weighty: whether it is done only by somebody who has proved within minutes who they are.
            room: the largest body it takes, in bytes, where it takes a file; 0 for forms without one.
        """
        return self._adder(rule, action, "POST", weighty=weighty, room=room)

    def register(self, app: Flask) -> None:
        """Add the routes to the application, with their actions."""
        for route in self._routes:
            endpoint = f"{self.part}.{route.view.__name__}"
            app.add_url_rule(route.rule, endpoint, route.view, methods=[route.method])
            policy(app)[endpoint] = route.action
            if route.weighty:
                weighty(app).add(endpoint)
            if route.room:
                roomy(app)[endpoint] = route.room

    def _adder(
        self, rule: str, action: Action, method: str, *, weighty: bool = False, room: int = 0
    ) -> Callable[[View], View]:
        def add(view: View) -> View:
            self._routes.append(_Route(rule, action, method, view, weighty, room))
            return view

        return add


def policy(app: Flask) -> dict[str, Action]:
    """What each endpoint needs."""
    actions: dict[str, Action] = app.extensions.setdefault(POLICY, {})
    return actions


def weighty(app: Flask) -> set[str]:
    """The endpoints that want a fresh proof of who one is."""
    endpoints: set[str] = app.extensions.setdefault(WEIGHTY, set())
    return endpoints


def roomy(app: Flask) -> dict[str, int]:
    """The endpoints that take files, and the largest body of each in bytes."""
    endpoints: dict[str, int] = app.extensions.setdefault(ROOMY, {})
    return endpoints


def refuse_open_doors(app: Flask) -> None:
    """Refuse to start with a route that says nothing about who may use it.

    Raises:
        SettingsError: naming the first such route.
    """
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and rule.endpoint not in policy(app):
            raise SettingsError(
                f"Route {rule.rule}", "it does not say which action it needs", "Add it through web.routing.Routes."
            )
