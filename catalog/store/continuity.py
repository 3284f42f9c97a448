"""Letting a dataset go on under another name: what was seen of the new one becomes the old one's."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from catalog.model.continuity import ColumnPortrait, Portrait
from catalog.model.differences import of_dataset
from catalog.model.groups import NAMES_OF_FILES
from catalog.model.holdings import Column, ColumnProfile, Dataset
from catalog.model.identity import matches, plain_shapes
from catalog.store import rows
from catalog.store.columns import faces, profiles_of
from catalog.store.copy_schema import column_keys, copy_decisions, likely_copies
from catalog.store.difference_schema import differences, membership_decisions, membership_suggestions, resolutions
from catalog.store.law_schema import activity_datasets
from catalog.store.recogniser_schema import flips
from catalog.store.review_schema import deferrals, proposals
from catalog.store.schema import (
    column_profiles,
    columns,
    coverage,
    datasets,
    decisions,
    descriptions,
    findings,
    outcomes,
    standings,
    summaries,
)

_NAMES_OF_FILES = f"{NAMES_OF_FILES}: name"


def portraits(connection: Connection, those: Collection[Dataset]) -> dict[int, Portrait]:
    """What each of these datasets is recognised by."""
    ids = [dataset.id for dataset in those]
    live = rows.find(connection, columns, Column, rows.among(columns.c.dataset_id, ids), columns.c.retired_at.is_(None))
    profiles = profiles_of(connection, [column.id for column in live])
    parts: dict[int, list[ColumnPortrait]] = {}
    for column in live:
        if column.name == _NAMES_OF_FILES:
            continue  # All alike files have it, and no single file.
        parts.setdefault(column.dataset_id, []).append(_portrait(column, profiles.get(column.id)))
    return {one.id: Portrait(one.id, one.kind, tuple(parts.get(one.id, ()))) for one in those}


def has_human_records(connection: Connection, dataset_id: int) -> bool:
    """Whether a person has decided on, put off, described or recorded this very dataset."""
    own = select(columns.c.id).where(columns.c.dataset_id == dataset_id)
    return any(
        connection.execute(statement.limit(1)).first() is not None
        for statement in (
            select(decisions.c.id).where(decisions.c.column_id.in_(own)),
            select(deferrals.c.id).where(deferrals.c.column_id.in_(own)),
            select(proposals.c.id).where(proposals.c.column_id.in_(own)),
            select(descriptions.c.dataset_id).where(descriptions.c.dataset_id == dataset_id),
            select(activity_datasets.c.dataset_id).where(activity_datasets.c.dataset_id == dataset_id),
            select(membership_decisions.c.id).where(membership_decisions.c.dataset_id == dataset_id),
            select(copy_decisions.c.id).where(copy_decisions.c.dataset_id == dataset_id),
            select(copy_decisions.c.id).where(copy_decisions.c.of_dataset_id == dataset_id),
            select(resolutions.c.id).where(resolutions.c.key.startswith(of_dataset(dataset_id), autoescape=True)),
        )
    )


def forget_keys(connection: Connection, those: Collection[Dataset]) -> None:
    """Give each dataset that its engine knew by an id a key that no listing names: the ids mean others now."""
    for dataset in those:
        if dataset.key != dataset.name:
            rows.change(connection, datasets, datasets.c.id == dataset.id, key=f"past:{dataset.id}")


def go_on_as(connection: Connection, old: Dataset, new: Dataset) -> list[int]:
    """Let ``old`` go on as what ``new`` is: name, columns, findings and looks of ``new`` become those of ``old``.

    Returns:
        The ids of the columns of ``old``, as they are now.
    """
    kept = _join_columns(connection, old.id, new.id)
    rows.remove(connection, coverage, coverage.c.dataset_id == old.id)
    for derived in (summaries, membership_suggestions, differences, column_keys, likely_copies):
        rows.remove(connection, derived, derived.c.dataset_id == new.id)
    rows.remove(connection, likely_copies, likely_copies.c.of_dataset_id == new.id)
    for table in (coverage, outcomes, flips):
        rows.change(connection, table, table.c.dataset_id == new.id, dataset_id=old.id)
    rows.remove(connection, datasets, datasets.c.id == new.id)
    facts = rows.to_row(new)
    rows.change(
        connection,
        datasets,
        datasets.c.id == old.id,
        **{name: facts[name] for name in facts if name not in {"id", "source_id", "first_seen_at"}},
    )
    return kept


def _join_columns(connection: Connection, old_id: int, new_id: int) -> list[int]:
    known = rows.find(connection, columns, Column, columns.c.dataset_id == old_id)
    fresh = rows.find(connection, columns, Column, columns.c.dataset_id == new_id)
    pairs = matches(faces(connection, known), faces(connection, fresh))
    rows.remove(connection, standings, rows.among(standings.c.column_id, [column.id for column in (*known, *fresh)]))
    rows.remove(connection, findings, rows.among(findings.c.column_id, [column.id for column in known]))
    goes_on = {place: known[old] for place, old in pairs.items()}
    renewed = rows.among(column_profiles.c.column_id, [column.id for column in goes_on.values()])
    rows.remove(connection, column_profiles, renewed)
    kept = [_join_column(connection, goes_on.get(place), column, old_id) for place, column in enumerate(fresh)]
    at = max((column.first_seen_at for column in fresh), default=None)
    _retire_columns(connection, [column for column in known if column.id not in kept], at)
    return kept


def _join_column(connection: Connection, known: Column | None, fresh: Column, dataset_id: int) -> int:
    if known is None:
        rows.change(connection, columns, columns.c.id == fresh.id, dataset_id=dataset_id)
        return fresh.id
    for table in (findings, column_profiles):
        rows.change(connection, table, table.c.column_id == fresh.id, column_id=known.id)
    rows.remove(connection, columns, columns.c.id == fresh.id)
    facts: Mapping[str, object] = rows.to_row(fresh)
    kept = {name: facts[name] for name in facts if name not in {"id", "dataset_id", "first_seen_at"}}
    rows.change(connection, columns, columns.c.id == known.id, **kept)
    return known.id


def _retire_columns(connection: Connection, gone: Collection[Column], at: datetime | None) -> None:
    for column in gone:
        rows.change(connection, columns, columns.c.id == column.id, retired_at=column.retired_at or at)


def _portrait(column: Column, profile: ColumnProfile | None) -> ColumnPortrait:
    return ColumnPortrait(
        key=column.key if column.name_withheld else column.name,
        declared_type=column.declared_type,
        empty=profile.empty if profile else None,
        distinct=profile.distinct if profile else None,
        shapes=plain_shapes(profile.shapes) if profile else frozenset(),
    )
