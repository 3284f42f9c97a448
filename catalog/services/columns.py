"""Columns with their tags and everything that speaks for them, as one dataset page shows them."""

from collections.abc import Sequence

from catalog.model.decisions import ABSENT, Effective, band, effective
from catalog.model.evidence import Evidence, EvidenceRecord, Share, sentence
from catalog.model.holdings import Column
from catalog.model.identifiers import IdentifierType
from catalog.model.law import Label, labels
from catalog.model.views import ColumnView, TagView
from catalog.services.catalog import Catalog
from catalog.store import holdings, judgements, people
from catalog.store.engine import Connection


def column_views(connection: Connection, catalog: Catalog, dataset_id: int) -> tuple[ColumnView, ...]:
    """A dataset's columns in order."""
    return views_of(connection, catalog, holdings.live_columns(connection, dataset_id))


def views_of(
    connection: Connection, catalog: Catalog, columns: Sequence[Column], *, with_reasons: bool = True
) -> tuple[ColumnView, ...]:
    """These columns, in this order, whatever datasets they are of.

    Parameters:
        with_reasons: whether to say what speaks for each tag and against it; a long list does without.
    """
    ids = [column.id for column in columns]
    findings = judgements.findings_of(connection, ids)
    decisions = judgements.decisions_of(connection, ids)
    found, decided = judgements.by_column(findings), judgements.by_column(decisions)
    evidence = judgements.evidence_of(connection, [finding.id for finding in findings]) if with_reasons else {}
    profiles = holdings.profiles(connection, ids)
    deciders = {decision.person_id for decision in decisions}
    names = {person_id: people.name_of(connection, person_id) for person_id in deciders}
    views = []
    for column in columns:
        tags = [
            _tag(catalog, now, evidence.get(now.finding.id, ()) if now.finding else (), names)
            for now in effective(found.get(column.id, ()), decided.get(column.id, ()))
        ]
        views.append(ColumnView(column, profiles.get(column.id), tuple(tags)))
    return tuple(views)


def label(catalog: Catalog, kind: IdentifierType) -> Label | None:
    """What the law calls a type today; None while no law in force names it."""
    return next(iter(labels(catalog.taxonomy.law, [kind], catalog.clock.now().date())), None)


def told(records: Sequence[EvidenceRecord]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for a finding, and what against it, each in words and the strongest first."""
    said = [(record.weight, sentence(_evidence(record))) for record in sorted(records, key=lambda r: -abs(r.weight))]
    return tuple(text for weight, text in said if weight >= 0), tuple(text for weight, text in said if weight < 0)


def _tag(catalog: Catalog, now: Effective, records: Sequence[EvidenceRecord], names: dict[str, str]) -> TagView:
    kind = catalog.taxonomy.types[now.type_code]
    finding = now.finding
    reasons, against = told(records)
    return TagView(
        type=kind,
        standing=now.standing,
        form=finding.form if finding else None,
        strength=finding.strength if finding else None,
        band=band(finding.strength) if finding else None,
        share=Share(finding.share_low, finding.share_mid, finding.share_high) if finding else None,
        without_name=finding.without_name if finding else None,
        reasons=reasons,
        against=against,
        decision=now.decision,
        decided_by=names.get(now.decision.person_id, "") if now.decision else "",
        label=label(catalog, kind),
        digest=finding.digest if finding else ABSENT,
    )


def _evidence(record: EvidenceRecord) -> Evidence:
    return Evidence(
        record.type_code,
        record.kind,
        record.clue,
        record.weight,
        record.form,
        record.looked_at,
        record.agreed,
        record.distinct,
        record.by_chance,
    )
