"""The application: pages over services, nothing else. It opens no source and holds no secret."""

from pathlib import Path

from flask import Flask
from jinja2 import StrictUndefined

from catalog import __version__
from catalog.model.actors import ROLE_TITLES, Role
from catalog.services.access import Action, may
from catalog.services.catalog import Catalog
from web import assets, audit_wording, auth, errors, proof, proxy, routing, security
from web.addresses import carried, here, toggled
from web.context import CATALOG, visitor
from web.doors import ALL_DOORS, single_sign_on
from web.pages import ALL_ROUTES
from web.wording import FILTERS, WORDS

#: Largest request body; forms here are short.
_BODY_BYTES = 64 * 1024


def create_app(catalog: Catalog, *, trusts_proxy: bool = False) -> Flask:
    """Put the application together over an open catalog.

    Parameters:
        trusts_proxy: whether requests come from a proxy alone, which says who is signed in there.

    Raises:
        SettingsError: when a route says nothing about who may use it.
    """
    app = Flask(__name__)
    app.extensions[CATALOG] = catalog
    app.url_map.converters["int"] = routing.Number
    app.config.update(MAX_CONTENT_LENGTH=_BODY_BYTES)
    for part in (security, auth, errors):
        part.install(app)
    for routes in (auth.routes, *ALL_DOORS, *ALL_ROUTES):
        routes.register(app)
    single_sign_on.install(app, catalog.settings)
    proxy.install(app, trusted=trusts_proxy)
    routing.refuse_open_doors(app)
    _prepare_templates(app, catalog)
    return app


def _prepare_templates(app: Flask, catalog: Catalog) -> None:
    found = assets.find(Path(app.static_folder or ""))
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(WORDS)
    app.jinja_env.globals.update(
        assets=found, settings=catalog.settings, version=__version__, here=here, toggled=toggled, carried=carried
    )
    app.jinja_env.globals.update(log_standing=audit_wording.standing)
    app.jinja_env.globals.update(
        may=_visitor_may, nonce=security.nonce, visitor=visitor, role_title=_role_title, wants_proof=proof.wanted
    )


def _visitor_may(action: str, agency_id: str | None = None) -> bool:
    """Whether to offer the visitor something; the gate and the services check it again."""
    who = visitor()
    return who is not None and may(who, Action(action), agency_id)


def _role_title() -> str:
    who = visitor()
    return ", ".join(ROLE_TITLES[role] for role in Role if role in who.roles) if who else ""
