"""Datasets that are no longer listed and are not taken to be gone before a person says so."""

from dataclasses import dataclass

from catalog.errors import Conflict, NotFound
from catalog.model.actors import Actor
from catalog.model.holdings import Agency, Source
from catalog.model.retirement import Vanished
from catalog.model.retirement import vanished as judged
from catalog.services import access, reconciling, review_states
from catalog.services.access import Action
from catalog.services.catalog import Catalog
from catalog.store import register, scans, vanished
from catalog.store.engine import Connection


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of one source is held back."""

    source: Source
    agency: Agency
    vanished: Vanished


def waiting(actor: Actor, catalog: Catalog) -> tuple[Waiting, ...]:
    """The sources this actor sees of which something is held back."""
    access.require(actor, Action.READ_RUNS)
    with catalog.reading() as connection:
        agencies = {agency.id: agency for agency in register.all_agencies(connection)}
        systems = {system.id: system for system in register.all_systems(connection)}
        found = []
        for source in register.all_sources(connection):
            agency = agencies[systems[source.system_id].agency_id]
            if access.may(actor, Action.READ_RUNS, agency.id):
                found.append(Waiting(source, agency, _vanished(connection, source.id)))
    return tuple(one for one in found if one.vanished.held_back)


def confirm_gone(actor: Actor, catalog: Catalog, source_id: int, reason: str, *, seen: int | None = None) -> int:
    """Say that what is held back of a source is gone. It is retired, and returns with its decisions when it is listed.

    Parameters:
        seen: how many the person was shown, None for whoever means what is held back now.

    Returns:
        How many datasets were retired.

    Raises:
        NotFound: when there is no such source.
        Conflict: when nothing is held back, or not as many as were shown.
    """
    access.require(actor, Action.MANAGE_SOURCES)
    with catalog.reading() as connection:
        source = register.source(connection, source_id)
        count = len(_vanished(connection, source_id).held_back)
    if source is None:
        raise NotFound("This source", "there is no such source", "See them under Scans.")
    detail = f"datasets={count} {reason.strip()[:500]}".strip()
    with catalog.changing(actor, "confirm_gone", f"source:{source_id}", detail) as change:
        change.alone()
        gone = _vanished(change.connection, source_id).held_back
        if len(gone) != count or not gone or seen not in (None, count):
            raise Conflict(
                f"What is no longer listed at {source.name}",
                "nothing waits for your word" if not gone else "it has changed meanwhile",
                "Look at it again under Scans.",
            )
        scans.retire(change.connection, gone, change.at)
        reconciling.touch(change, catalog, dataset_ids=[dataset.id for dataset in gone])
        review_states.touch(change, catalog, [dataset.id for dataset in gone])
        change.tell(f"listed={len(gone)}", f"retired={len(gone)}")
        change.concerns(register.agency_of_source(change.connection, source_id))
        for dataset in gone:
            change.index("dataset", dataset.id)
    return count


def _vanished(connection: Connection, source_id: int) -> Vanished:
    """What the two latest complete listings of a source say is gone."""
    found = vanished.listings(connection, source_id)
    if len(found) < 2:
        return Vanished()
    latest, previous = found
    missing = vanished.missing_since(connection, source_id, previous.at)
    return judged(missing, vanished.known_before(connection, source_id, latest.at), latest, previous)
