"""The way in through a proxy that signs people in: it names them in a header of each request.

The header is believed only over our own Unix socket, which nobody but the proxy may write to; whoever reaches a port
could send any. Over the socket gunicorn refuses headers with underscores, which some servers take for the same name,
and joins what is sent twice with a comma, which no account has.
"""

from flask import Flask, current_app, request

from catalog.errors import NotAllowed, NotFound, RequestError
from catalog.model.sessions import Door
from catalog.services import people, sessions
from catalog.services.sessions import Vouched
from web.context import catalog

_TRUSTED = "privacy_catalog.trusts_proxy"
_MOST_GROUPS = 1000


def install(app: Flask, *, trusted: bool) -> None:
    """Say whether requests can come from the proxy alone."""
    app.extensions[_TRUSTED] = trusted


def vouched() -> Vouched | None:
    """Whom the proxy names in this request; None where it names nobody, or is not to be believed.

    Raises:
        NotAllowed: when what it says cannot be an account.
    """
    settings = catalog().settings
    if not current_app.extensions[_TRUSTED] or not settings.proxy_user_header:
        return None
    told = request.headers.get(settings.proxy_user_header)
    if told is None:
        return None
    groups = request.headers.get(settings.proxy_groups_header, "") if settings.proxy_groups_header else ""
    named = [group.strip() for group in _text(groups).split(",")][:_MOST_GROUPS]
    return Vouched(_account(_text(told)), tuple(group for group in named if group))


def begin(told: Vouched, browser: str) -> str:
    """Begin a session for whom the proxy names. When they last proved who they are it does not say.

    Returns:
        The token for the cookie.

    Raises:
        NotAllowed: when they have no account and no group of theirs a role.
    """
    if not people.welcome(catalog(), told.account, told.groups):
        raise _stranger()
    try:
        return sessions.begin(catalog(), told.account, Door.PROXY, groups=told.groups, browser=browser, has_proof=False)
    except NotFound:
        raise _stranger() from None


def _account(text: str) -> str:
    try:
        people.check_account(text)
    except RequestError as error:
        raise NotAllowed(
            "The account that the proxy names", error.cause, "Ask whoever looks after the proxy."
        ) from None
    return text


def _text(header: str) -> str:
    """A header as the proxy meant it: servers hand on its bytes as if they were Latin-1 (PEP 3333)."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        raise NotAllowed("What the proxy says", "it is not UTF-8", "Ask whoever looks after the proxy.") from None


def _stranger() -> NotAllowed:
    return NotAllowed("Your account", "it has no role here", "Ask the privacy office.")
