"""What is held under a law's classes: counts of datasets by agency, worked out from what is in effect."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, or_, select

from catalog.model.actors import Scope
from catalog.model.decisions import Standing
from catalog.model.law import LegalClass
from catalog.model.sensitivity import WHOLE
from catalog.store.engine import Connection
from catalog.store.holdings import holding
from catalog.store.law_schema import activities, activity_types, parties
from catalog.store.schema import columns, datasets, findings, sources, standings, systems


@dataclass(frozen=True, slots=True)
class ClassCount:
    """The datasets of one agency that fall in a class: those in which somebody confirmed it, and those in which it is
    suggested alone.
    """

    agency_id: str
    confirmed: int
    suggested: int


def counts(connection: Connection, scope: Scope, legal_class: LegalClass, *, whole_only: bool) -> list[ClassCount]:
    """How many datasets fall in a class, by agency. Of a class that needs two things somebody confirmed both.

    Parameters:
        whole_only: whether what is cut, hashed or replaced by a token does not count. What a person confirmed and no
            scan found is taken to be whole.
    """
    held = _held(scope, legal_class.types, whole_only=whole_only)
    is_sure = [standings.c.standing == Standing.CONFIRMED]
    if legal_class.together_with:
        beside = _held(scope, legal_class.together_with, whole_only=whole_only).subquery()
        held = held.where(columns.c.dataset_id.in_(select(beside.c.dataset_id)))
        confirmed = select(beside.c.dataset_id).where(beside.c.standing == Standing.CONFIRMED)
        is_sure.append(columns.c.dataset_id.in_(confirmed))
    found = held.add_columns(case((and_(*is_sure), columns.c.dataset_id)).label("sure")).subquery()
    statement = (
        select(systems.c.agency_id, func.count(distinct(found.c.sure)), func.count(distinct(found.c.dataset_id)))
        .join(datasets, datasets.c.id == found.c.dataset_id)
        .join(sources, sources.c.id == datasets.c.source_id)
        .join(systems, systems.c.id == sources.c.system_id)
        .group_by(systems.c.agency_id)
        .order_by(systems.c.agency_id)
    )
    return [
        ClassCount(agency, int(sure), int(each) - int(sure)) for agency, sure, each in connection.execute(statement)
    ]


def declaring(connection: Connection) -> list[tuple[str, str, str | None, int]]:
    """How many activities, unless withdrawn, declare each type: the type, the agency whose they are, the agency at the
    other end where that is one of the catalog's, and the count.
    """
    of, other = activities.c, parties.c.agency_id
    statement = (
        select(activity_types.c.type_code, of.agency_id, other, func.count())
        .join(activities, of.id == activity_types.c.activity_id)
        .outerjoin(parties, parties.c.id == of.party_id)
        .where(of.withdrawn_on.is_(None))
        .group_by(activity_types.c.type_code, of.agency_id, other)
    )
    return [(code, agency, end, int(count)) for code, agency, end, count in connection.execute(statement)]


def _held(scope: Scope, types: Collection[str], *, whole_only: bool) -> Select[int, int, str, Standing]:
    held = holding(scope).where(standings.c.type_code.in_(types))
    return held.where(_is_whole()) if whole_only else held


def _is_whole() -> ColumnElement[bool]:
    """Of a standing: its finding is of something whole, or there is none."""
    form = (
        select(findings.c.form)
        .where(findings.c.column_id == standings.c.column_id, findings.c.type_code == standings.c.type_code)
        .correlate(standings)
        .scalar_subquery()
    )
    return or_(form.is_(None), form.in_(WHOLE))
