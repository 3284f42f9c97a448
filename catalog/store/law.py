"""The law's records: one way in and one way out for every kind of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Table

from catalog.model.agreements import ActivityDeclaredSystem, Agreement, AgreementParty, Contract, DeclaredSystem
from catalog.model.cycles import Cycle, CycleStep, CycleType, DivisionTask
from catalog.model.designations import Designation, DesignationStep, Signature
from catalog.model.events import ExigentEvent, Violation
from catalog.model.flow_templates import FlowTemplate, TemplateProtocol
from catalog.model.frozen_reports import FrozenReport, QuarterlyReport, Rendition
from catalog.model.measures import Measure
from catalog.model.parties import Party
from catalog.model.policy_rules import PolicyRule
from catalog.model.programmes import Programme, ProgrammeMember
from catalog.model.purposes import Purpose
from catalog.model.register import Activity, ActivityDataset, ActivityProtocol, ActivityType, Protocol
from catalog.model.report_entries import Entry
from catalog.model.requests import Request
from catalog.model.revisions import Revision
from catalog.store import law_schema, report_schema, rows

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")

_TABLES: Mapping[type, Table] = {
    Activity: law_schema.activities,
    Protocol: law_schema.protocols,
    Party: law_schema.parties,
    Programme: law_schema.programmes,
    ProgrammeMember: law_schema.programme_members,
    Designation: law_schema.designations,
    Signature: law_schema.signatures,
    Agreement: law_schema.agreements,
    AgreementParty: law_schema.agreement_parties,
    Contract: law_schema.contracts,
    DeclaredSystem: law_schema.declared_systems,
    ActivityDeclaredSystem: law_schema.activity_declared_systems,
    ActivityType: law_schema.activity_types,
    ActivityDataset: law_schema.activity_datasets,
    ActivityProtocol: law_schema.activity_protocols,
    ExigentEvent: law_schema.exigent_events,
    Violation: law_schema.violations,
    Cycle: law_schema.cycles,
    CycleType: law_schema.cycle_types,
    DesignationStep: law_schema.designation_steps,
    FlowTemplate: law_schema.flow_templates,
    TemplateProtocol: law_schema.template_protocols,
    Purpose: law_schema.purposes,
    PolicyRule: law_schema.policy_rules,
    Request: law_schema.requests,
    Revision: law_schema.revisions,
    CycleStep: report_schema.cycle_steps,
    DivisionTask: report_schema.division_tasks,
    Entry: report_schema.report_entries,
    FrozenReport: report_schema.frozen_reports,
    Rendition: report_schema.report_renditions,
    Measure: report_schema.measures,
    QuarterlyReport: report_schema.quarterly_reports,
}


def add_all(connection: Connection, records: Sequence[D]) -> None:
    """Store new records of one kind, which have no number of their own."""
    if records:
        rows.add_all(connection, _TABLES[type(records[0])], records)


def add(connection: Connection, record: D) -> D:
    """Store a new record; returns it with its id, where its kind has one.

    Raises:
        RequestError: when a word of it is longer than its place is.
    """
    rows.require_room(_TABLES[type(record)], record)
    key = rows.add(connection, _TABLES[type(record)], record)
    return replace(record, id=key) if getattr(record, "id", None) == 0 else record


def one(connection: Connection, kind: type[D], key: int) -> D | None:
    """The record of a kind with this number."""
    table = _TABLES[kind]
    (column,) = table.primary_key.columns
    return rows.find_one(connection, table, kind, column == key)


def every(connection: Connection, kind: type[D]) -> list[D]:
    """All records of a kind, in the order of their keys."""
    return rows.find(connection, _TABLES[kind], kind)


def put(connection: Connection, record: "DataclassInstance") -> None:
    """Store a record in place of what it was.

    Raises:
        RequestError: when a word of it is longer than its place is.
    """
    rows.require_room(_TABLES[type(record)], record)
    rows.put(connection, _TABLES[type(record)], record)


def where(connection: Connection, kind: type[D], **fields: object) -> list[D]:
    """The records of a kind whose fields are these, in the order of their keys."""
    table = _TABLES[kind]
    return rows.find(connection, table, kind, *(table.c[name] == value for name, value in fields.items()))


def among(connection: Connection, kind: type[D], **keys: Collection[int]) -> list[D]:
    """The records of a kind whose fields are among these numbers, however many, in the order of their keys."""
    table = _TABLES[kind]
    return rows.find(connection, table, kind, *(rows.among(table.c[name], each) for name, each in keys.items()))


def of_agencies(connection: Connection, kind: type[D], agency_ids: Collection[str]) -> list[D]:
    """The records of a kind that are of these agencies, in the order of their keys."""
    table = _TABLES[kind]
    return rows.find(connection, table, kind, table.c.agency_id.in_(agency_ids))


def relink(
    connection: Connection, kind: "type[DataclassInstance]", links: "Sequence[DataclassInstance]", **of: int
) -> None:
    """Store these links of one record in place of those it had.

    Parameters:
        of: the field of the link, and the number of the record, that all of them share.
    """
    table = _TABLES[kind]
    ((name, key),) = of.items()
    rows.remove(connection, table, table.c[name] == key)
    rows.add_all(connection, table, links)
