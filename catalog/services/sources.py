"""Agencies, systems and the sources to be scanned."""

from collections.abc import Mapping

from catalog import plugins
from catalog.errors import Conflict, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Agency, Source, System
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import register


def add_agency(actor: Actor, catalog: Catalog, agency: Agency) -> Agency:
    """Add an agency, or change its words."""
    access.require(actor, Action.MANAGE_SOURCES)
    with catalog.changing(actor, "put_agency", f"agency:{agency.id}") as change:
        register.put_agency(change.connection, agency)
        change.index("agency", agency.id)
    return agency


def agencies(actor: Actor, catalog: Catalog) -> tuple[Agency, ...]:
    """Every agency; their names are no secret."""
    access.require(actor, Action.READ_HOME)
    with catalog.reading() as connection:
        return tuple(register.all_agencies(connection))


def add_system(
    actor: Actor, catalog: Catalog, agency_id: str, name: str, description: str = "", owner_unit: str = ""
) -> System:
    """Add a system to an agency; the existing one when it has one of this name.

    Raises:
        NotFound: when there is no such agency.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    with catalog.reading() as connection:
        agency, known = register.agency(connection, agency_id), register.system_named(connection, agency_id, name)
    if agency is None:
        raise NotFound(
            f"Agency {agency_id}",
            "there is no such agency",
            "Add it first: privacy-catalog source add --agency-name NAME.",
        )
    if known is not None:
        return known
    with catalog.changing(actor, "add_system", f"agency:{agency_id}") as change:
        return register.add_system(change.connection, System(0, agency_id, name, description, owner_unit))


def add_source(
    actor: Actor, catalog: Catalog, system_id: int, name: str, kind: str, options: Mapping[str, str]
) -> Source:
    """Add a source to a system.

    Raises:
        Conflict: when the name is taken.
        RequestError: when no connector of this kind is installed, or an option would hold a secret in clear.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    if kind not in plugins.names("connectors"):
        known = ", ".join(plugins.names("connectors"))
        raise RequestError(f"Source kind {kind}", "there is no such connector", f"Choose one of: {known}.")
    password = options.get("password", "")
    if password and not password.startswith(("env:", "file:")):
        raise RequestError(
            "Option password",
            "it must be a reference, so that no secret is stored",
            "Write env:NAME or file:PATH and put the password there.",
        )
    with catalog.changing(actor, "add_source", f"source:{name}", f"kind={kind}") as change:
        if register.source_named(change.connection, name) is not None:
            raise Conflict(f"Source {name}", "there is one of this name already", "Choose another name.")
        return register.add_source(change.connection, Source(0, system_id, name, kind, dict(options), change.at))


def source_named(actor: Actor, catalog: Catalog, name: str) -> Source:
    """The source of this name.

    Raises:
        NotFound: when there is none.
    """
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        source = register.source_named(connection, name)
    if source is None:
        raise NotFound(f"Source {name}", "there is no such source", "See them with: privacy-catalog source list.")
    return source


def all_sources(actor: Actor, catalog: Catalog) -> tuple[Source, ...]:
    """Every source."""
    access.require(actor, Action.MANAGE_SOURCES)
    with catalog.reading() as connection:
        return tuple(register.all_sources(connection))
