"""The city's way in: its identity provider signs people in (OpenID Connect). A browser is led there and comes back.

All its routes are GET, as a form could not lead there: our own policy lets forms go nowhere but here.
"""

import re
import secrets
from typing import TYPE_CHECKING, cast

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog import logs
from catalog.errors import NotAllowed, SettingsError
from catalog.model.sessions import SignInAttempt
from catalog.services import single_sign_on
from catalog.services.access import Action
from catalog.settings import Settings
from web.auth import admit, browser, local
from web.context import catalog, session, this_visit, visitor
from web.doors.refusals import Reason, SignInRefused
from web.routing import Routes

if TYPE_CHECKING:
    from web.doors.provider import Provider

routes = Routes("single_sign_on")

_CALLBACK = "/sign-in/sso/callback"
_PROVIDER = "privacy_catalog.identity_provider"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_log = logs.get("sign_in")


def install(app: Flask, settings: Settings) -> None:
    """Open this way in, where the settings name an identity provider.

    Raises:
        SettingsError: when what it needs is not installed.
    """
    if not settings.oidc_issuer:
        return
    try:
        from web.doors.provider import Provider  # noqa: PLC0415 - an extra, met only where it is wanted
    except ModuleNotFoundError as missing:
        cause = f"the package {missing.name} is not installed"
        next_step = "Install it with: pip install 'privacy-catalog[sso]'."
        raise SettingsError("Setting PRIVACY_CATALOG_OIDC_ISSUER", cause, next_step) from None
    app.extensions[_PROVIDER] = Provider(settings, settings.public_url.rstrip("/") + _CALLBACK)


@routes.get("/sign-in/sso", Action.SIGN_IN)
def begin() -> ResponseReturnValue:
    """Lead the browser to the identity provider; with ``prove`` set, whoever is signed in here proves it anew."""
    if (provider := _provider()) is None:
        return redirect(url_for("sign_in.show"), 303)
    proving = "prove" in request.args and visitor() is not None
    twin = _twin() or secrets.token_urlsafe(32)
    target = local(request.args.get("next", ""))
    state, attempt = single_sign_on.begin(catalog(), twin, target, session().id if proving else None)
    answer = redirect(provider.address(state, attempt), 303)
    lasts = int(single_sign_on.ATTEMPT.total_seconds())
    answer.set_cookie(_cookie_name(), twin, lasts, secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


@routes.get(_CALLBACK, Action.SIGN_IN)
def callback() -> ResponseReturnValue:
    """Take back somebody whom the identity provider has signed in."""
    if (provider := _provider()) is None:
        return redirect(url_for("sign_in.show"), 303)
    try:
        return _come_back(provider)
    except NotAllowed as refusal:
        reason = refusal.reason if isinstance(refusal, SignInRefused) else Reason.ACCOUNT
        _log.warning("A sign-in was refused", reason=reason.value)
        raise


@routes.get("/sign-in/sso/out", Action.SIGN_IN)
def leave_there() -> ResponseReturnValue:
    """Lead somebody who has signed out here to where they sign out as well, for the next one at their desk."""
    if (provider := _provider()) is None:
        return redirect(url_for("sign_in.show"), 303)
    return redirect(provider.way_out(), 303)


def _come_back(provider: "Provider") -> ResponseReturnValue:
    attempt = single_sign_on.take(catalog(), _only("state") or "", _twin())
    if attempt is None or not _is_of_this_session(attempt):
        raise SignInRefused(Reason.STATE)
    provider.check_sender(_only("iss"))
    code = _only("code")
    if _only("error") is not None or code is None:
        raise SignInRefused(Reason.ENDED)
    told = provider.redeem(code, attempt, catalog().clock.now())
    if attempt.session_id is not None:
        single_sign_on.prove(catalog(), this_visit(), told)
        return redirect(attempt.target or url_for("home.index"), 303)
    answer = admit(single_sign_on.enter(catalog(), told, browser=browser()), attempt.target)
    answer = current_app.make_response(answer)
    answer.delete_cookie(_cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    return answer


def _provider() -> "Provider | None":
    return cast("Provider | None", current_app.extensions.get(_PROVIDER))


def _is_of_this_session(attempt: SignInAttempt) -> bool:
    """Whether a proof comes back into the session it is for; a sign-in is for none yet."""
    return attempt.session_id is None or (visitor() is not None and session().id == attempt.session_id)


def _only(name: str) -> str | None:
    """A parameter that may not be there twice (RFC 6749, section 3.1)."""
    given = request.args.getlist(name)
    if len(given) > 1:
        raise SignInRefused(Reason.ANSWER)
    return given[0] if given else None


def _twin() -> str:
    """The secret that binds a sign-in to this browser; empty where it holds none."""
    held = request.cookies.get(_cookie_name(), "")
    return held if _SECRET.fullmatch(held) else ""


def _cookie_name() -> str:
    return "__Host-sign-in" if request.is_secure else "sign-in"
