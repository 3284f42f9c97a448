"""Agencies, systems and the sources to be scanned."""

import re
from collections.abc import Mapping
from dataclasses import replace

from catalog import plugins
from catalog.errors import Conflict, NotFound, RequestError
from catalog.model.actors import Actor
from catalog.model.holdings import Agency, Source, System
from catalog.services import access
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.settings import REFERENCE, is_reference
from catalog.store import register

#: Options that hold secrets, whatever the connector: always a reference.
_SECRET = re.compile(r"(?i).*(password|passphrase|secret|token)|(secret_?)?key|sas")
_LONGEST_REASON = 500


def add_agency(actor: Actor, catalog: Catalog, agency: Agency) -> Agency:
    """Add an agency, or change its words: by who answers for sources, or the privacy office, whose register says which
    bodies are agencies of the city (§23-1201).
    """
    if not access.may(actor, Action.KEEP_CITY_REGISTER):
        access.require(actor, Action.MANAGE_SOURCES)
    with catalog.changing(actor, "put_agency", f"agency:{agency.id}", agency_id=agency.id) as change:
        change.compare(register.agency(change.connection, agency.id), agency)
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
    with catalog.changing(actor, "add_system", f"agency:{agency_id}", agency_id=agency_id) as change:
        made = register.add_system(change.connection, System(0, agency_id, name, description, owner_unit))
        change.compare(None, made)
    return made


def add_source(
    actor: Actor, catalog: Catalog, system_id: int, name: str, kind: str, options: Mapping[str, str], reason: str = ""
) -> Source:
    """Add a source to a system.

    Parameters:
        reason: why an account that may write is to be used, where ``options`` say that it may.

    Raises:
        Conflict: when the name is taken.
        RequestError: when no connector of this kind is installed, an option would hold a secret in clear, or an
            account that may write comes without a reason.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    if kind not in plugins.names("connectors"):
        known = ", ".join(plugins.names("connectors"))
        raise RequestError(f"Source kind {kind}", "there is no such connector", f"Choose one of: {known}.")
    _refuse_clear_secrets(options)
    _refuse_without_reason(options, reason)
    with catalog.together() as joined:
        with joined.changing(actor, "add_source", f"source:{name}", f"kind={kind}") as change:
            if register.source_named(change.connection, name) is not None:
                raise Conflict(f"Source {name}", "there is one of this name already", "Choose another name.")
            source = register.add_source(change.connection, Source(0, system_id, name, kind, dict(options), change.at))
            change.compare(None, source)
            change.concerns(register.agency_of_source(change.connection, source.id))
        _note_override(actor, joined, name, options, reason)
    return source


def change_source(actor: Actor, catalog: Catalog, name: str, options: Mapping[str, str], reason: str = "") -> Source:
    """Change options of a source; an empty one is taken away. Only their names are written down, never what they say.

    Parameters:
        reason: why an account that may write is to be used, where ``options`` say that it may.

    Raises:
        NotFound: when there is no such source.
        RequestError: when an option would hold a secret in clear, one is to be taken away that the source does not
            have, or an account that may write comes without a reason.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    _refuse_clear_secrets(options)
    _refuse_without_reason(options, reason)
    with catalog.together() as joined:
        known = source_named(actor, joined, name)
        _refuse_nothing_to_take_away(known.options, options)
        with joined.changing(
            actor, "change_source", f"source:{name}", f"options={','.join(sorted(options))}"
        ) as change:
            changed = replace(known, options=with_changes(known.options, options))
            register.put_source(change.connection, changed)
            change.compare(known, changed)
            change.concerns(register.agency_of_source(change.connection, known.id))
        _note_override(actor, joined, name, options, reason)
    return changed


def with_changes(options: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """The options of a source after these changes."""
    return {key: value for key, value in {**options, **changes}.items() if value or key not in changes}


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


def _refuse_clear_secrets(options: Mapping[str, str]) -> None:
    for key, value in options.items():
        if value and _SECRET.fullmatch(key) and not is_reference(value):
            raise RequestError(
                f"Option {key}",
                "it must be a reference, so that no secret is stored",
                f"Write {REFERENCE} and put the secret there.",
            )


def _refuse_nothing_to_take_away(options: Mapping[str, str], changes: Mapping[str, str]) -> None:
    """Refuse to take away an option that a source does not have.

    Raises:
        RequestError: when a change would. Its name is not repeated: a secret that ends with ``=``, pasted in the wrong
            place, looks like one, and names of options are kept for good.
    """
    if any(not value and key not in options for key, value in changes.items()):
        raise RequestError(
            "An option to be taken away",
            "the source has none of that name",
            f"Take away one of: {', '.join(sorted(options))}.",
        )


def _may_write(options: Mapping[str, str]) -> bool:
    return options.get("allow_write", "") not in {"", "no"}


def _refuse_without_reason(options: Mapping[str, str], reason: str) -> None:
    if _may_write(options) and not reason.strip():
        raise RequestError(
            "Option allow_write",
            "an account that may change data is used only for a reason",
            "Give --reason TEXT; it becomes part of the record. Better: an account that may only read.",
        )
    if len(reason) > _LONGEST_REASON:
        raise RequestError("The reason", f"it is over {_LONGEST_REASON} characters", "Say briefly why.")


def _note_override(actor: Actor, catalog: Catalog, name: str, options: Mapping[str, str], reason: str) -> None:
    if _may_write(options):
        with catalog.changing(actor, "override_write", f"source:{name}", reason.strip()) as change:
            known = register.source_named(change.connection, name)
            change.concerns(register.agency_of_source(change.connection, known.id) if known else None)
