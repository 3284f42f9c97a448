"""The columns of a dataset as a scan found them: which they are, their profiles and findings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from catalog.model.decisions import digest
from catalog.model.evidence import Evidence, EvidenceRecord, Finding, FindingRecord
from catalog.model.holdings import Column, ColumnProfile
from catalog.model.identity import Face, key_within, matches, plain_shapes
from catalog.model.runs import ColumnResult
from catalog.store import rows
from catalog.store.schema import column_profiles, columns, datasets, evidence, findings


def record_columns(
    connection: Connection, dataset_id: int, run_id: int, results: Sequence[ColumnResult], at: datetime
) -> list[int]:
    """Store a dataset's columns with profiles and findings; columns no longer there are retired.

    Returns:
        The ids of the columns, in the order of ``results``.
    """
    known = rows.find(connection, columns, Column, columns.c.dataset_id == dataset_id)
    results = _with_keys(connection, dataset_id, results)
    ids = _record_each(connection, dataset_id, _matched(connection, results, known), at)
    for column in known:
        if column.id not in ids and column.retired_at is None:
            rows.change(connection, columns, columns.c.id == column.id, retired_at=at)
    everything = {*ids, *(column.id for column in known)}
    rows.remove(connection, findings, rows.among(findings.c.column_id, everything))
    rows.remove(connection, column_profiles, rows.among(column_profiles.c.column_id, ids))
    profiles = [_profile(column_id, run_id, result) for column_id, result in zip(ids, results, strict=True)]
    rows.add_all(connection, column_profiles, profiles)
    _record_findings(connection, run_id, ids, results)
    return ids


def faces(connection: Connection, those: Sequence[Column]) -> list[Face]:
    """What each of these columns is recognised by."""
    seen = profiles_of(connection, [column.id for column in those])
    return [_face_of(column, seen.get(column.id)) for column in those]


def profiles_of(connection: Connection, column_ids: Collection[int]) -> Mapping[int, ColumnProfile]:
    """What the last look that saw it found of each of these columns, retired ones included."""
    chosen = rows.among(column_profiles.c.column_id, column_ids)
    found = rows.find(connection, column_profiles, ColumnProfile, chosen)
    return {profile.column_id: profile for profile in found}


def _with_keys(connection: Connection, dataset_id: int, results: Sequence[ColumnResult]) -> list[ColumnResult]:
    """The same columns, each with the key it is kept under."""
    key = connection.execute(select(datasets.c.key).where(datasets.c.id == dataset_id)).scalar_one()
    return [replace(one, name=replace(one.name, key=key_within(key, one.name.key, one.name.text))) for one in results]


def _matched(
    connection: Connection, results: Sequence[ColumnResult], known: Sequence[Column]
) -> list[tuple[ColumnResult, Column | None]]:
    """Each column with the known one that it is, if it is one; each known one once."""
    by_key = {column.key: column for column in known}
    if all(result.name.key in by_key for result in results):
        return [(result, by_key[result.name.key]) for result in results]
    pairs = matches(faces(connection, known), [_face(result) for result in results])
    return [(result, known[pairs[place]] if place in pairs else None) for place, result in enumerate(results)]


def _face_of(column: Column, profile: ColumnProfile | None) -> Face:
    return Face(
        column.key,
        column.name,
        column.name_withheld,
        column.position,
        column.declared_type,
        profile.empty if profile else None,
        profile.distinct if profile else None,
        plain_shapes(profile.shapes) if profile else frozenset(),
        is_live=column.retired_at is None,
    )


def _face(result: ColumnResult) -> Face:
    return Face(
        result.name.key,
        result.name.text,
        result.name.withheld,
        result.position,
        result.declared_type,
        result.empty,
        result.distinct,
        plain_shapes(result.shapes),
    )


def _record_each(
    connection: Connection, dataset_id: int, matched: Sequence[tuple[ColumnResult, Column | None]], at: datetime
) -> list[int]:
    made = [_column(dataset_id, known, result, at) for result, known in matched]
    for column, (_, known) in zip(made, matched, strict=True):
        if known is not None and column != known:
            rows.put(connection, columns, column)
    new = iter(rows.add_each(connection, columns, [column for column in made if not column.id]))
    return [column.id or next(new) for column in made]


def _column(dataset_id: int, known: Column | None, result: ColumnResult, at: datetime) -> Column:
    return Column(
        id=known.id if known else 0,
        dataset_id=dataset_id,
        key=result.name.key,
        name=result.name.text,
        name_withheld=result.name.withheld,
        position=result.position,
        declared_type=result.declared_type,
        comment=result.comment,
        nullable=result.nullable,
        in_key=result.in_key,
        first_seen_at=known.first_seen_at if known else at,
        retired_at=None,
    )


def _profile(column_id: int, run_id: int, result: ColumnResult) -> ColumnProfile:
    return ColumnProfile(
        column_id,
        run_id,
        result.values_looked_at,
        result.empty,
        result.distinct,
        result.amount,
        result.shapes,
    )


def _record_findings(
    connection: Connection, run_id: int, column_ids: Sequence[int], results: Sequence[ColumnResult]
) -> None:
    found = [
        (column_id, finding)
        for column_id, result in zip(column_ids, results, strict=True)
        for finding in result.findings
    ]
    ids = rows.add_each(connection, findings, [_finding(column_id, run_id, finding) for column_id, finding in found])
    pieces = [_piece(i, piece) for i, (_, finding) in zip(ids, found, strict=True) for piece in finding.evidence]
    rows.add_all(connection, evidence, pieces)


def _finding(column_id: int, run_id: int, finding: Finding) -> FindingRecord:
    return FindingRecord(
        id=0,
        column_id=column_id,
        run_id=run_id,
        type_code=finding.type_code,
        form=finding.form,
        strength=finding.strength,
        share_low=finding.share.low,
        share_mid=finding.share.mid,
        share_high=finding.share.high,
        without_name=finding.without_name,
        digest=digest(finding.form, finding.strength),
    )


def _piece(finding_id: int, e: Evidence) -> EvidenceRecord:
    return EvidenceRecord(
        0, finding_id, e.type_code, e.kind, e.clue, e.weight, e.form, e.looked_at, e.agreed, e.distinct, e.by_chance
    )
