"""The columns of a dataset as a scan found them: which they are, their profiles and findings."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from catalog.model.decisions import digest
from catalog.model.evidence import Evidence, EvidenceRecord, Finding, FindingRecord
from catalog.model.holdings import Column, ColumnProfile
from catalog.model.runs import ColumnResult
from catalog.store import rows
from catalog.store.schema import column_profiles, columns, evidence, findings


def record_columns(
    connection: Connection, dataset_id: int, run_id: int, results: Sequence[ColumnResult], at: datetime
) -> list[int]:
    """Store a dataset's columns with profiles and findings; columns no longer there are retired.

    Returns:
        The ids of the columns, in the order of ``results``.
    """
    known = rows.find(connection, columns, Column, columns.c.dataset_id == dataset_id)
    ids = _record_each(connection, dataset_id, _matched(results, known), at)
    for column in known:
        if column.id not in ids:
            rows.change(connection, columns, columns.c.id == column.id, retired_at=column.retired_at or at)
    everything = {*ids, *(column.id for column in known)}
    rows.remove(connection, findings, rows.among(findings.c.column_id, everything))
    rows.remove(connection, column_profiles, rows.among(column_profiles.c.column_id, ids))
    profiles = [_profile(column_id, run_id, result) for column_id, result in zip(ids, results, strict=True)]
    rows.add_all(connection, column_profiles, profiles)
    _record_findings(connection, run_id, ids, results)
    return ids


def _matched(results: Sequence[ColumnResult], known: Sequence[Column]) -> list[tuple[ColumnResult, Column | None]]:
    """Pair each column with the known one of the same key, else of the same name; each known one once."""
    by_key = {column.key: column for column in known}
    taken = {by_key[result.name.key].id for result in results if result.name.key in by_key}
    by_name = {column.name: column for column in known if column.id not in taken and not column.name_withheld}
    return [(result, by_key.pop(result.name.key, None) or by_name.pop(result.name.text, None)) for result in results]


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
