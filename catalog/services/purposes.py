"""The purpose library: what agencies collect and disclose for, worded once and taken many times.

An activity keeps the words it took: a purpose that is worded anew changes no activity, and no approval.
"""

from collections import Counter
from dataclasses import replace

from catalog.errors import Conflict, RequestError
from catalog.model.actors import Actor
from catalog.model.purposes import Purpose
from catalog.model.register_views import PurposeLine
from catalog.model.revisions import RecordKind
from catalog.services import access, contents, history, records, rules
from catalog.services.access import Action
from catalog.services.catalog import Catalog, Change
from catalog.store import law, revisions
from catalog.store.engine import Connection


def library(actor: Actor, catalog: Catalog, agency_id: str | None = None) -> tuple[PurposeLine, ...]:
    """The city's purposes and those of agencies whose flows this actor sees, by title.

    Parameters:
        agency_id: only those that this agency may take: the city's and its own.
    """
    access.require(actor, Action.READ_FLOWS, agency_id)
    with catalog.reading() as connection:
        known = records.visible(connection, catalog, actor)
        every = law.every(connection, Purpose)
        numbers = revisions.numbers(connection, RecordKind.PURPOSE)
    used = Counter(activity.purpose_id for activity in known.activities.values())
    seen = [one for one in every if one.agency_id is None or _offered(actor, one.agency_id, agency_id)]
    return tuple(
        PurposeLine(
            purpose=one,
            agency=known.agencies.get(one.agency_id or ""),
            used_by=used[one.id],
            may_edit=access.keeps(actor, one.agency_id),
            expected=numbers.get(one.id, 0),
        )
        for one in sorted(seen, key=lambda one: one.title.casefold())
    )


def add(actor: Actor, catalog: Catalog, purpose: Purpose) -> Purpose:
    """Put a purpose into the library: the city's by the privacy office, an agency's by its officers.

    Raises:
        Conflict: when there is one of this title.
        NotFound: when there is no such agency that the actor keeps the register of.
        RequestError: when it has no title or no words.
    """
    access.require_register(actor, purpose.agency_id)
    with catalog.changing(actor, "add_purpose", "purpose") as change:
        change.alone()
        _fits(change.connection, purpose)
        stored = law.add(change.connection, purpose)
        change.names(f"purpose:{stored.id}")
        change.compare(None, stored)
        _keep(change, actor, stored)
    return stored


def revise(actor: Actor, catalog: Catalog, purpose: Purpose, *, reason: str = "", expected: int) -> Purpose:
    """Word a purpose anew; it stays the city's or its agency's.

    Raises:
        Conflict: when it was changed since, or there is another of this title.
        NotFound: when there is no such purpose of the actor's.
        RequestError: when it has no title or no words.
    """
    access.require(actor, Action.KEEP_REGISTER)
    with catalog.reading() as connection:
        found = law.one(connection, Purpose, purpose.id)
    if found is None:
        raise access.nothing_here()
    access.require_register(actor, found.agency_id)
    after = replace(purpose, agency_id=found.agency_id)
    with catalog.changing(actor, "revise_purpose", f"purpose:{purpose.id}") as change:
        before = rules.existing(change.connection, Purpose, purpose.id, "Purpose")
        said = contents.content_of(change.connection, before)
        history.open_record(change, RecordKind.PURPOSE, before.id, before.agency_id, said, expected)
        _fits(change.connection, after)
        law.put(change.connection, after)
        change.compare(before, after)
        _keep(change, actor, after, reason)
    return after


def _offered(actor: Actor, of: str, agency_id: str | None) -> bool:
    return agency_id in (None, of) and access.may(actor, Action.READ_FLOWS, of)


def _fits(connection: Connection, purpose: Purpose) -> None:
    thing = f"Purpose {purpose.title}"
    if purpose.agency_id is not None:
        rules.agency_exists(connection, purpose.agency_id)
    if not purpose.title.strip() or not purpose.text.strip():
        raise RequestError(thing, "it has no title, or no words", "Write both.")
    same = [one for one in law.every(connection, Purpose) if one.title.casefold() == purpose.title.casefold()]
    if any(one.id != purpose.id and one.agency_id == purpose.agency_id for one in same):
        raise Conflict(thing, "there is one of this title already", "Take that one, or choose another title.")


def _keep(change: Change, actor: Actor, purpose: Purpose, reason: str = "") -> None:
    change.concerns(purpose.agency_id)
    said = contents.content_of(change.connection, purpose)
    history.keep(change, actor, RecordKind.PURPOSE, purpose.id, purpose.agency_id, said, reason)
