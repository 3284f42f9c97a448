"""What is published, in queries of its own: they select what researchers are told and nothing else.

The only place that acts on what researchers are told of a dataset. A type is published where a person's last word on a
column is yes, whatever scans have found since: what a machine thinks is not told.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, FromClause, func, select, true

from catalog.model import small_counts
from catalog.model.decisions import Verdict
from catalog.model.evidence import Form
from catalog.model.headcount import KeyColumn, headcount, magnitude
from catalog.model.holdings import Band, DatasetKind, Disclosure, Magnitude
from catalog.model.published import (
    PublishedAgency,
    PublishedAuthority,
    PublishedColumn,
    PublishedContent,
    PublishedDataset,
    PublishedPage,
    PublishedProgramme,
    PublishedType,
    address,
)
from catalog.model.register import ProtocolClass, ProtocolType
from catalog.store import rows
from catalog.store.flows import draws
from catalog.store.law_schema import activities, activity_protocols, programmes, protocols
from catalog.store.schema import (
    agencies,
    column_profiles,
    columns,
    coverage,
    datasets,
    decisions,
    descriptions,
    findings,
    identifier_types,
    sources,
    systems,
)

_AUTHORITIES = [kind for kind in ProtocolType if kind.protocol_class is ProtocolClass.AUTHORITY]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Terms:
    """How the projection is made: the key of its addresses, and the smallest number of people that is told."""

    key: bytes
    fewest: int


@dataclass(frozen=True, slots=True)
class _Facts:
    """What a dataset holds, before small numbers are kept back."""

    kind: DatasetKind
    row_estimate: int | None
    retention: str
    subjects: tuple[str, ...]
    looked_at: datetime | None


def every(connection: Connection, terms: Terms) -> dict[int, PublishedDataset]:
    """Every published dataset, by the number it has inside the catalog; the number is not for readers."""
    return _read(connection, terms, descriptions.c.disclosure != Disclosure.HIDDEN, None)


def page(connection: Connection, terms: Terms, wanted: str) -> PublishedPage | None:
    """The dataset that is published under an address."""
    return next(iter(pages(connection, terms, numbers(connection, terms, wanted)).values()), None)


def numbers(connection: Connection, terms: Terms, wanted: str) -> list[int]:
    """The number inside the catalog of the dataset that is published under an address; it is not for readers."""
    told = descriptions.c.disclosure != Disclosure.HIDDEN
    known = connection.execute(select(datasets.c.id).select_from(_live()).where(told)).scalars()
    return [dataset_id for dataset_id in known if address(terms.key, dataset_id) == wanted]


def pages(
    connection: Connection, terms: Terms, ids: Collection[int], level: Disclosure | None = None
) -> dict[int, PublishedPage]:
    """These datasets as researchers see them, those they do not see left out.

    Parameters:
        level: what they would be told, in place of what they are.
    """
    if level is Disclosure.HIDDEN:
        return {}
    told = true() if level else descriptions.c.disclosure != Disclosure.HIDDEN
    found = _read(connection, terms, rows.among(datasets.c.id, ids) & told, level)
    full = [key for key, dataset in found.items() if dataset.content is not None]
    shown, withheld = _columns(connection, full), _names_withheld(connection, full)
    return {key: PublishedPage(found[key], shown.get(key, ()), withheld.get(key, 0)) for key in found}


def _read(
    connection: Connection, terms: Terms, where: ColumnElement[bool], level: Disclosure | None
) -> dict[int, PublishedDataset]:
    """What anybody is told of a dataset, and with it what it holds where that is told."""
    of_agency = [agencies.c[name].label(f"agency_{name}") for name in PublishedAgency.__match_args__]
    words = (descriptions.c.title, descriptions.c.text, descriptions.c.contact, descriptions.c.disclosure)
    heads = connection.execute(select(datasets.c.id, *words, *of_agency).select_from(_live()).where(where)).all()
    content = _contents(connection, terms, [row.id for row in heads if (level or row.disclosure) is Disclosure.FULL])
    return {
        row.id: PublishedDataset(
            address=address(terms.key, row.id),
            title=row.title or "Untitled dataset",
            text=row.text,
            contact=row.contact or row.agency_contact,
            agency=rows.from_row(PublishedAgency, row, "agency_"),
            content=content.get(row.id),
        )
        for row in heads
    }


def _live() -> FromClause:
    """The datasets that are listed at their source and described, with their agencies."""
    listed = datasets.c.retired_at.is_(None) & (sources.c.id == datasets.c.source_id)
    return (
        descriptions.join(datasets, datasets.c.id == descriptions.c.dataset_id)
        .join(sources, listed)
        .join(systems, systems.c.id == sources.c.system_id)
        .join(agencies, agencies.c.id == systems.c.agency_id)
    )


def _contents(connection: Connection, terms: Terms, ids: Collection[int]) -> dict[int, PublishedContent]:
    facts, held = _facts(connection, ids), _held(connection, ids)
    authorities, programmes_of = _authorities(connection, ids), _programmes(connection, ids)

    def content(key: int) -> PublishedContent:
        one = facts[key]
        size = Magnitude.NOT_KNOWN if one.row_estimate is None else magnitude(max(one.row_estimate, 0))
        kinds, keys = zip(*held[key], strict=True) if key in held else ((), ())
        people, size_told = small_counts.told(headcount(keys), size, terms.fewest)
        return PublishedContent(
            kind=one.kind,
            subjects=one.subjects,
            retention=one.retention,
            types=tuple(dict.fromkeys(kinds)),
            people=people,
            size=size_told,
            authorities=authorities.get(key, ()),
            programmes=programmes_of.get(key, ()),
            looked_on=one.looked_at.date() if one.looked_at else None,
        )

    return {key: content(key) for key in facts}


def _facts(connection: Connection, ids: Collection[int]) -> dict[int, _Facts]:
    described = (descriptions.c.retention, descriptions.c.subject_categories)
    statement = (
        select(datasets.c.id, datasets.c.kind, datasets.c.row_estimate, *described, coverage.c.scanned_at)
        .join(descriptions, descriptions.c.dataset_id == datasets.c.id)
        .outerjoin(coverage, coverage.c.dataset_id == datasets.c.id)
        .where(rows.among(datasets.c.id, ids))
    )
    return {
        dataset_id: _Facts(kind, row_estimate, retention, subjects, looked_at)
        for dataset_id, kind, row_estimate, retention, subjects, looked_at in connection.execute(statement)
    }


def _confirmed(ids: Collection[int]) -> FromClause:
    """(dataset_id, column_id, type_code) where the last word of people on a live column is that it holds the type."""
    pair = (decisions.c.column_id, decisions.c.type_code)
    latest_first = (decisions.c.at.desc(), decisions.c.id.desc())
    said = (
        select(
            columns.c.dataset_id,
            *pair,
            decisions.c.verdict,
            func.row_number().over(partition_by=pair, order_by=latest_first).label("turn"),
        )
        .join(columns, columns.c.id == decisions.c.column_id)
        .where(rows.among(columns.c.dataset_id, ids), columns.c.retired_at.is_(None))
        .subquery()
    )
    last = select(said.c.dataset_id, said.c.column_id, said.c.type_code)
    return last.where(said.c.turn == 1, said.c.verdict == Verdict.CONFIRMED).subquery()


def _held(connection: Connection, ids: Collection[int]) -> dict[int, tuple[tuple[PublishedType, KeyColumn], ...]]:
    """The types of each dataset's columns, the gravest first, each with what people are counted by."""
    held, profile = _confirmed(ids), column_profiles.c
    found = (findings.c.column_id == held.c.column_id) & (findings.c.type_code == held.c.type_code)
    kind = (identifier_types.c.code, identifier_types.c.label, identifier_types.c.tier)
    statement = (
        select(held.c.dataset_id, *kind, findings.c.form, profile.empty, profile.distinct, profile.amount)
        .join(identifier_types, identifier_types.c.code == held.c.type_code)
        .outerjoin(findings, found)
        .outerjoin(column_profiles, profile.column_id == held.c.column_id)
        .order_by(identifier_types.c.tier.desc(), identifier_types.c.label)
    )
    return _grouped(
        (
            dataset_id,
            (
                PublishedType(code, label, tier),
                KeyColumn(code, form or Form.FULL, empty or Band.NONE, distinct or Band.NONE, amount or Magnitude(0)),
            ),
        )
        for dataset_id, code, label, tier, form, empty, distinct, amount in connection.execute(statement)
    )


def _columns(connection: Connection, ids: Collection[int]) -> dict[int, tuple[PublishedColumn, ...]]:
    """The columns of each dataset whose names may be told, in order."""
    held = _confirmed(ids)
    kind = (identifier_types.c.code, identifier_types.c.label, identifier_types.c.tier)
    typed = (
        select(held.c.column_id, *kind)
        .join(identifier_types, identifier_types.c.code == held.c.type_code)
        .order_by(identifier_types.c.tier.desc(), identifier_types.c.label)
    )
    types = _grouped((column_id, PublishedType(*rest)) for column_id, *rest in connection.execute(typed))
    named = (
        select(columns.c.dataset_id, columns.c.id, columns.c.name)
        .where(rows.among(columns.c.dataset_id, ids), columns.c.retired_at.is_(None))
        .where(columns.c.name_withheld.is_(False))
        .order_by(columns.c.dataset_id, columns.c.position, columns.c.id)
    )
    return _grouped(
        (dataset_id, PublishedColumn(name, types.get(column_id, ())))
        for dataset_id, column_id, name in connection.execute(named)
    )


def _names_withheld(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    statement = (
        select(columns.c.dataset_id, func.count())
        .where(rows.among(columns.c.dataset_id, ids), columns.c.retired_at.is_(None))
        .where(columns.c.name_withheld.is_(True))
        .group_by(columns.c.dataset_id)
    )
    return {dataset_id: int(count) for dataset_id, count in connection.execute(statement)}


def _authorities(connection: Connection, ids: Collection[int]) -> dict[int, tuple[PublishedAuthority, ...]]:
    """What permits the activities on each dataset."""
    paper, drawn = (protocols.c.title, protocols.c.citation), draws().subquery()
    statement = (
        select(drawn.c.dataset_id, *paper)
        .join(activity_protocols, activity_protocols.c.activity_id == drawn.c.activity_id)
        .join(protocols, protocols.c.id == activity_protocols.c.protocol_id)
        .where(rows.among(drawn.c.dataset_id, ids), protocols.c.type.in_(_AUTHORITIES))
        .distinct()
        .order_by(*paper)
    )
    return _grouped((key, PublishedAuthority(*rest)) for key, *rest in connection.execute(statement))


def _programmes(connection: Connection, ids: Collection[int]) -> dict[int, tuple[PublishedProgramme, ...]]:
    """The programmes of the activities on each dataset."""
    named, drawn = (programmes.c.code, programmes.c.title), draws().subquery()
    statement = (
        select(drawn.c.dataset_id, *named)
        .join(activities, activities.c.id == drawn.c.activity_id)
        .join(programmes, programmes.c.id == activities.c.programme_id)
        .where(rows.among(drawn.c.dataset_id, ids))
        .distinct()
        .order_by(programmes.c.title, programmes.c.code)
    )
    return _grouped((key, PublishedProgramme(*rest)) for key, *rest in connection.execute(statement))


def _grouped(pairs: Iterable[tuple[int, T]]) -> dict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}
