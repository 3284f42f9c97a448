"""Findings, decisions and the standings derived from both, kept in step inside one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection, select

from catalog.model.coverage import Coverage
from catalog.model.decisions import Decision, StandingRecord, effective
from catalog.model.evidence import EvidenceRecord, FindingRecord, Form
from catalog.model.headcount import KeyColumn, headcount
from catalog.model.holdings import Band, Column, Description, Magnitude
from catalog.model.identifiers import IdentifierType
from catalog.model.sensitivity import Held, Summary, sensitivity
from catalog.store import memberships, rows
from catalog.store.schema import (
    column_profiles,
    columns,
    coverage,
    decisions,
    descriptions,
    evidence,
    findings,
    identifier_types,
    standings,
    summaries,
)

R = TypeVar("R", FindingRecord, Decision)


def findings_of(connection: Connection, column_ids: Collection[int]) -> list[FindingRecord]:
    """The machine's current findings on these columns."""
    return rows.find(connection, findings, FindingRecord, rows.among(findings.c.column_id, column_ids))


def evidence_of(connection: Connection, finding_ids: Collection[int]) -> dict[int, list[EvidenceRecord]]:
    """The evidence under these findings, by finding."""
    found: dict[int, list[EvidenceRecord]] = {}
    for record in rows.find(connection, evidence, EvidenceRecord, rows.among(evidence.c.finding_id, finding_ids)):
        found.setdefault(record.finding_id, []).append(record)
    return found


def decisions_of(connection: Connection, column_ids: Collection[int]) -> list[Decision]:
    """Every decision ever made on these columns."""
    return rows.find(connection, decisions, Decision, rows.among(decisions.c.column_id, column_ids))


def add_decision(connection: Connection, decision: Decision) -> Decision:
    """Add a decision beside the earlier ones."""
    return replace(decision, id=rows.add(connection, decisions, decision))


def column(connection: Connection, column_id: int) -> Column | None:
    """One column."""
    return rows.find_one(connection, columns, Column, columns.c.id == column_id)


def types_held(connection: Connection, dataset_id: int) -> frozenset[str]:
    """The codes of the types in effect in a dataset's live columns."""
    statement = (
        select(standings.c.type_code)
        .join(columns, columns.c.id == standings.c.column_id)
        .where(columns.c.dataset_id == dataset_id, columns.c.retired_at.is_(None), standings.c.counts)
    )
    return frozenset(connection.execute(statement).scalars())


def held_in(connection: Connection, dataset_ids: Collection[int]) -> dict[int, list[KeyColumn]]:
    """The types in effect in the live columns of these datasets, each with its form and its column's bands.

    What a person confirmed and no scan found is taken to be whole.
    """
    found_too = (findings.c.column_id == standings.c.column_id) & (findings.c.type_code == standings.c.type_code)
    statement = (
        select(
            columns.c.dataset_id,
            standings.c.type_code,
            findings.c.form,
            column_profiles.c.empty,
            column_profiles.c.distinct,
            column_profiles.c.amount,
        )
        .join(standings, standings.c.column_id == columns.c.id)
        .outerjoin(findings, found_too)
        .outerjoin(column_profiles, column_profiles.c.column_id == columns.c.id)
        .where(rows.among(columns.c.dataset_id, dataset_ids), columns.c.retired_at.is_(None), standings.c.counts)
    )
    held: dict[int, list[KeyColumn]] = {}
    for dataset_id, code, form, empty, distinct, amount in connection.execute(statement):
        bands = (empty or Band.NONE, distinct or Band.NONE, amount or Magnitude.NOT_KNOWN)
        held.setdefault(dataset_id, []).append(KeyColumn(code, form or Form.FULL, *bands))
    return held


def of_types(held: Iterable[KeyColumn], types: Mapping[str, IdentifierType], told: Iterable[str] = ()) -> list[Held]:
    """The same as the dataset's sensitivity asks for it.

    Parameters:
        told: the types that a person confirmed that being in the dataset tells.
    """
    return [Held(types[column.type_code], column.form) for column in held] + [Held(types[code]) for code in told]


def refresh(
    connection: Connection, dataset_id: int, column_ids: Sequence[int], types: Mapping[str, IdentifierType]
) -> None:
    """Derive anew what holds on these columns of a dataset, and the dataset's sensitivity."""
    refresh_many(connection, {dataset_id: column_ids}, types)


def refresh_many(
    connection: Connection, columns_of: Mapping[int, Sequence[int]], types: Mapping[str, IdentifierType]
) -> None:
    """The same of columns of many datasets, by dataset."""
    column_ids = [column_id for those in columns_of.values() for column_id in those]
    found = by_column(findings_of(connection, column_ids))
    decided = by_column(decisions_of(connection, column_ids))
    rows.remove(connection, standings, rows.among(standings.c.column_id, column_ids))
    rows.add_all(
        connection,
        standings,
        [
            StandingRecord(column_id, now.type_code, now.standing, now.counts)
            for column_id in column_ids
            for now in effective(found.get(column_id, ()), decided.get(column_id, ()))
        ],
    )
    refresh_summaries(connection, columns_of, types)


def refresh_summary(connection: Connection, dataset_id: int, types: Mapping[str, IdentifierType]) -> None:
    """Derive anew a dataset's sensitivity."""
    refresh_summaries(connection, [dataset_id], types)


def refresh_summaries(
    connection: Connection, dataset_ids: Collection[int], types: Mapping[str, IdentifierType]
) -> None:
    """Derive anew the sensitivity of these datasets."""
    held, told = held_in(connection, dataset_ids), memberships.confirmed(connection, dataset_ids)
    said = rows.find(connection, descriptions, Description, rows.among(descriptions.c.dataset_id, dataset_ids))
    looks = rows.find(connection, coverage, Coverage, rows.among(coverage.c.dataset_id, dataset_ids))
    subjects = {words.dataset_id: words.subject_categories for words in said}
    scanned = {look.dataset_id for look in looks if look.scanned_at is not None}
    judged = []
    for key in dataset_ids:
        holds = held.get(key, ())
        people = headcount(holds)
        now = sensitivity(
            of_types(holds, types, told.get(key, ())), subjects.get(key, ()), was_scanned=key in scanned, people=people
        )
        judged.append(Summary(key, now.tier, now.breach_notifiable, people))
    rows.remove(connection, summaries, rows.among(summaries.c.dataset_id, dataset_ids))
    rows.add_all(connection, summaries, judged)


def put_types(connection: Connection, types: Collection[IdentifierType]) -> None:
    """Store the taxonomy; types are ended by date, never deleted."""
    for kind in types:
        rows.put(connection, identifier_types, kind)


def by_column(records: Iterable[R]) -> dict[int, list[R]]:
    """Findings or decisions by the column they are about."""
    grouped: dict[int, list[R]] = {}
    for record in records:
        grouped.setdefault(record.column_id, []).append(record)
    return grouped
