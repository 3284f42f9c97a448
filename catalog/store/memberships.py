"""What being in a dataset would tell: the words it is suggested from, the suggestions, and people's decisions."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, select

from catalog.model.actors import Scope
from catalog.model.membership import Place
from catalog.model.memberships import MembershipDecision, MembershipSuggestion, MembershipVerdict
from catalog.store import rows
from catalog.store.difference_schema import membership_decisions, membership_suggestions
from catalog.store.flows import draws
from catalog.store.holdings import dataset_ids
from catalog.store.law_schema import activities, programmes
from catalog.store.schema import datasets, descriptions, sources, systems

Texts = dict[Place, list[str]]
R = TypeVar("R", MembershipSuggestion, MembershipDecision)


def live(connection: Connection) -> list[int]:
    """Every dataset that is still listed."""
    return list(connection.execute(dataset_ids(Scope(None))).scalars())


def said(connection: Connection, ids: Collection[int]) -> dict[int, Texts]:
    """The words about each of these datasets that is still listed, by where they stand. A name that is withheld is not
    among them; of a path its last part is the name, and its folders are as a system.
    """
    found: dict[int, Texts] = {}
    place = datasets.join(sources, sources.c.id == datasets.c.source_id)
    place = place.join(systems, systems.c.id == sources.c.system_id)
    statement = (
        select(
            datasets.c.id,
            datasets.c.name,
            datasets.c.name_withheld,
            datasets.c.comment,
            descriptions.c.title,
            descriptions.c.text,
            systems.c.name.label("system"),
            systems.c.description,
            sources.c.name.label("source"),
        )
        .select_from(place.outerjoin(descriptions, descriptions.c.dataset_id == datasets.c.id))
        .where(rows.among(datasets.c.id, ids), datasets.c.retired_at.is_(None))
    )
    for row in connection.execute(statement):
        folders, _, name = ("", "", "") if row.name_withheld else row.name.rpartition("/")
        found[row.id] = {
            Place.NAME: [name, row.title or ""],
            Place.DESCRIPTION: [row.comment, row.text or ""],
            Place.SYSTEM: [folders, row.system, row.description, row.source],
            Place.PROGRAMME: [],
        }
    for dataset_id, texts in _of_programmes(connection, ids):
        if dataset_id in found:
            found[dataset_id][Place.PROGRAMME] += texts
    return found


def suggestions_of(connection: Connection, ids: Collection[int]) -> dict[int, list[MembershipSuggestion]]:
    """What is suggested of each of these datasets."""
    where = rows.among(membership_suggestions.c.dataset_id, ids)
    return _by_dataset(rows.find(connection, membership_suggestions, MembershipSuggestion, where))


def decisions_of(connection: Connection, ids: Collection[int]) -> dict[int, list[MembershipDecision]]:
    """Every decision ever made on each of these datasets."""
    where = rows.among(membership_decisions.c.dataset_id, ids)
    return _by_dataset(rows.find(connection, membership_decisions, MembershipDecision, where))


def spoken_of(connection: Connection, scope: Scope) -> list[int]:
    """The datasets in this part of the catalog of which something is suggested or was decided."""
    statement = dataset_ids(scope).where(
        datasets.c.id.in_(select(membership_suggestions.c.dataset_id))
        | datasets.c.id.in_(select(membership_decisions.c.dataset_id))
    )
    return list(connection.execute(statement).scalars())


def agencies_of(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The agency of each of these datasets."""
    statement = (
        select(datasets.c.id, systems.c.agency_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .where(rows.among(datasets.c.id, ids))
    )
    return {row.id: row.agency_id for row in connection.execute(statement)}


def confirmed(connection: Connection, ids: Collection[int] | None = None) -> dict[int, frozenset[str]]:
    """The types whose latest decision confirms them, of each of these datasets or of every one."""
    where = () if ids is None else (rows.among(membership_decisions.c.dataset_id, ids),)
    latest: dict[tuple[int, str], MembershipVerdict] = {}
    for one in rows.find(connection, membership_decisions, MembershipDecision, *where):
        latest[one.dataset_id, one.type_code] = one.verdict
    found: dict[int, set[str]] = {}
    for (dataset_id, code), verdict in latest.items():
        if verdict is MembershipVerdict.CONFIRM:
            found.setdefault(dataset_id, set()).add(code)
    return {dataset_id: frozenset(codes) for dataset_id, codes in found.items()}


def put_suggestions(connection: Connection, ids: Collection[int], suggestions: Iterable[MembershipSuggestion]) -> None:
    """Store what is suggested of these datasets in place of what was."""
    rows.remove(connection, membership_suggestions, rows.among(membership_suggestions.c.dataset_id, ids))
    rows.add_all(connection, membership_suggestions, suggestions)


def add_decision(connection: Connection, decision: MembershipDecision) -> MembershipDecision:
    """Add a decision beside the earlier ones."""
    return replace(decision, id=rows.add(connection, membership_decisions, decision))


def _of_programmes(connection: Connection, ids: Collection[int]) -> Iterable[tuple[int, list[str]]]:
    drawn = draws().subquery()
    statement = (
        select(drawn.c.dataset_id, programmes.c.title, programmes.c.description, programmes.c.known_as)
        .join(activities, activities.c.id == drawn.c.activity_id)
        .join(programmes, programmes.c.id == activities.c.programme_id)
        .where(rows.among(drawn.c.dataset_id, ids))
        .distinct()
        .order_by(drawn.c.dataset_id, programmes.c.title)
    )
    for dataset_id, title, description, known_as in connection.execute(statement):
        yield dataset_id, [title, description, *known_as]


def _by_dataset(records: list[R]) -> dict[int, list[R]]:
    found: dict[int, list[R]] = {}
    for record in records:
        found.setdefault(record.dataset_id, []).append(record)
    return found
