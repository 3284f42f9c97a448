"""Every table mirrors one dataclass of the model: the promise behind the generic row functions."""

from dataclasses import fields

import pytest

from catalog.model import (
    actors,
    agreements,
    audit,
    copies,
    coverage,
    cycles,
    decisions,
    designations,
    differences,
    events,
    evidence,
    exports,
    flow_templates,
    frozen_reports,
    holdings,
    identifiers,
    marks,
    measures,
    memberships,
    notices,
    parties,
    policy_rules,
    programmes,
    purposes,
    recogniser_sets,
    register,
    report_entries,
    requests,
    review,
    revisions,
    runs,
    schedules,
    sensitivity,
    sessions,
)
from catalog.store import (  # noqa: F401  # all hold tables
    copy_schema,
    difference_schema,
    law_schema,
    night_schema,
    recogniser_schema,
    report_schema,
    review_schema,
    schema,
)
from catalog.store.metadata import metadata

MIRRORS = {
    "agencies": holdings.Agency,
    "systems": holdings.System,
    "sources": holdings.Source,
    "datasets": holdings.Dataset,
    "descriptions": holdings.Description,
    "columns": holdings.Column,
    "column_profiles": holdings.ColumnProfile,
    "identifier_types": identifiers.IdentifierType,
    "schedules": schedules.Schedule,
    "notices": notices.Notice,
    "deliveries": notices.Delivery,
    "settlements": decisions.Settlement,
    "runs": runs.Run,
    "outcomes": runs.Outcome,
    "renames": runs.Rename,
    "intents": runs.Intent,
    "coverage": coverage.Coverage,
    "findings": evidence.FindingRecord,
    "evidence": evidence.EvidenceRecord,
    "decisions": decisions.Decision,
    "standings": decisions.StandingRecord,
    "summaries": sensitivity.Summary,
    "protocols": register.Protocol,
    "activities": register.Activity,
    "activity_types": register.ActivityType,
    "activity_datasets": register.ActivityDataset,
    "activity_protocols": register.ActivityProtocol,
    "parties": parties.Party,
    "programmes": programmes.Programme,
    "programme_members": programmes.ProgrammeMember,
    "designations": designations.Designation,
    "signatures": designations.Signature,
    "agreements": agreements.Agreement,
    "agreement_parties": agreements.AgreementParty,
    "contracts": agreements.Contract,
    "declared_systems": agreements.DeclaredSystem,
    "activity_declared_systems": agreements.ActivityDeclaredSystem,
    "exigent_events": events.ExigentEvent,
    "violations": events.Violation,
    "cycles": cycles.Cycle,
    "cycle_types": cycles.CycleType,
    "designation_steps": designations.DesignationStep,
    "purposes": purposes.Purpose,
    "flow_templates": flow_templates.FlowTemplate,
    "template_protocols": flow_templates.TemplateProtocol,
    "requests": requests.Request,
    "policy_rules": policy_rules.PolicyRule,
    "revisions": revisions.Revision,
    "differences": differences.Difference,
    "resolutions": differences.Resolution,
    "membership_suggestions": memberships.MembershipSuggestion,
    "membership_decisions": memberships.MembershipDecision,
    "column_keys": copies.ColumnKey,
    "likely_copies": copies.LikelyCopy,
    "copy_decisions": copies.CopyDecision,
    "review_acts": review.ReviewAct,
    "pictures": review.Picture,
    "deferrals": review.Deferral,
    "proposals": review.Proposal,
    "second_readings": review.SecondReading,
    "practice_answers": review.PracticeAnswer,
    "review_keys": review.ReviewKeys,
    "review_items": review.ReviewItem,
    "review_groups": review.ReviewGroup,
    "review_totals": review.ReviewTotal,
    "recogniser_sets": recogniser_sets.RecogniserSet,
    "trials": recogniser_sets.Trial,
    "trial_sources": recogniser_sets.TrialSource,
    "flips": recogniser_sets.Flip,
    "cycle_steps": cycles.CycleStep,
    "division_tasks": cycles.DivisionTask,
    "report_entries": report_entries.Entry,
    "frozen_reports": frozen_reports.FrozenReport,
    "report_renditions": frozen_reports.Rendition,
    "measures": measures.Measure,
    "quarterly_reports": frozen_reports.QuarterlyReport,
    "people": actors.Person,
    "role_assignments": actors.RoleAssignment,
    "group_roles": actors.GroupRole,
    "sessions": sessions.Session,
    "sign_in_attempts": sessions.SignInAttempt,
    "identities": sessions.Identity,
    "local_credentials": sessions.LocalCredential,
    "audit_events": audit.AuditEvent,
    "audit_head": audit.AuditHead,
    "audit_checks": audit.AuditCheck,
    "exports": exports.Export,
    "marks": marks.Mark,
    "outbox": audit.OutboxEntry,
}


def test_every_table_has_its_dataclass() -> None:
    assert set(metadata.tables) == set(MIRRORS)


@pytest.mark.parametrize("table", sorted(MIRRORS))
def test_columns_equal_fields_in_order_and_nullability(table: str) -> None:
    columns = metadata.tables[table].columns
    declared = fields(MIRRORS[table])
    assert [column.name for column in columns] == [field.name for field in declared]
    for column, field in zip(columns, declared, strict=True):
        assert column.nullable == ("None" in str(field.type)), f"{table}.{column.name}"


def test_nothing_is_kept_of_a_column_that_could_be_a_value_of_it() -> None:
    """No least, largest, average or most frequent value has a place; ``shapes``, ``clue`` and ``digest`` have rules."""
    assert columns_of("column_profiles", "column_id", "run_id") == {
        "values_looked_at",
        "empty",
        "distinct",
        "amount",
        "shapes",
    }
    assert columns_of("findings", "id", "column_id", "run_id") == {
        *("type_code", "form", "strength", "share_low", "share_mid", "share_high", "without_name", "digest"),
    }
    assert columns_of("evidence", "id", "finding_id") == {
        *("type_code", "kind", "clue", "weight", "form", "looked_at", "agreed", "distinct", "by_chance"),
    }


def columns_of(table: str, *keys: str) -> set[str]:
    return {column.name for column in metadata.tables[table].columns} - set(keys)
