"""The register kept: purposes, templates, requests, policy rules, the history of every record, every step of an
approval, and the reconciliation of paper and data with what people resolved.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "this is only ever added to"
_SEALED = ("signatures", "designation_steps", "revisions", "resolutions", "membership_decisions")
_HOLDS = sa.text("state IN ('active', 'amending', 'review_due', 'suspended')")
#: Columns that old rows have too: table, column, type, and what old rows hold.
_NEW: tuple[tuple[str, str, sa.types.TypeEngine[object], str | None], ...] = (
    ("activities", "retention_basis", sa.String(40), None),
    ("activities", "method", sa.String(40), None),
    ("activities", "purpose_id", sa.Integer(), None),
    ("activities", "divisions", sa.Text(), "[]"),
    ("activities", "employees", sa.Text(), "[]"),
    ("activities", "template_id", sa.Integer(), None),
    ("activities", "withdrawn_on", sa.Date(), None),
    ("designations", "flow", sa.String(), ""),
    ("designations", "supersedes_id", sa.Integer(), None),
    ("designations", "answers", sa.Text(), "{}"),
    ("designations", "agreement_exception", sa.String(40), None),
    ("designations", "exception_reason", sa.Text(), ""),
    ("designations", "single_use", sa.Boolean(), "0"),
    ("designations", "submitted_by", sa.String(), None),
    ("designations", "second_reviewer", sa.String(40), None),
    ("designations", "ground", sa.String(40), None),
    ("designations", "content", sa.Text(), ""),
    ("exigent_events", "category", sa.String(), ""),
    ("exigent_events", "exemption", sa.String(40), None),
    ("exigent_events", "reviewed_on", sa.Date(), None),
    ("exigent_events", "review", sa.Text(), ""),
    ("exigent_events", "violation_id", sa.Integer(), None),
    ("protocols", "supersedes_id", sa.Integer(), None),
    ("protocols", "document", sa.String(), ""),
    ("signatures", "person_id", sa.String(), None),
    ("signatures", "content_hash", sa.String(), ""),
    ("violations", "notice_reason", sa.Text(), ""),
    ("violations", "breach_told_on", sa.Date(), None),
    ("violations", "many_residents", sa.Boolean(), "0"),
    ("violations", "bureaus_told_on", sa.Date(), None),
    ("violations", "no_harm_on", sa.Date(), None),
    ("violations", "no_harm_reason", sa.Text(), ""),
)
#: Table, column, and the table it leads to.
_LEADS = (
    ("activities", "purpose_id", "purposes"),
    ("activities", "template_id", "flow_templates"),
    ("designations", "supersedes_id", "designations"),
    ("exigent_events", "violation_id", "violations"),
    ("protocols", "supersedes_id", "protocols"),
)


def upgrade() -> None:
    _around_activities()
    _about_everything()
    _reconciliation()
    for table in dict.fromkeys(table for table, *_ in _NEW):
        own = [one for one in _NEW if one[0] == table]
        with op.batch_alter_table(table) as changed:
            for _, name, kind, old in own:
                default = None if old is None else sa.false() if old == "0" else old
                changed.add_column(sa.Column(name, kind, nullable=old is None, server_default=default))
        with op.batch_alter_table(table) as changed:
            for _, name, kind, old in own:
                if old is not None:
                    changed.alter_column(name, existing_type=kind, server_default=None)
            for _, name, other in (one for one in _LEADS if one[0] == table):
                changed.create_foreign_key(op.f(f"fk_{table}_{name}"), other, [name], ["id"])
    # Approvals of before hold the place of their activity; of several, the latest.
    op.execute(
        "UPDATE designations SET flow = 'activity:' || activity_id || CASE WHEN id = (SELECT max(other.id)"
        " FROM designations AS other WHERE other.activity_id = designations.activity_id"
        " AND other.state IN ('active', 'amending', 'review_due', 'suspended')) THEN '' ELSE ':' || id END"
    )
    op.create_index(
        op.f("ix_designations_flow"),
        "designations",
        ["flow"],
        unique=True,
        sqlite_where=_HOLDS,
        postgresql_where=_HOLDS,
    )
    _seal()


def downgrade() -> None:
    _unseal()
    op.drop_index(op.f("ix_designations_flow"), table_name="designations")
    for table in dict.fromkeys(table for table, *_ in _NEW):
        with op.batch_alter_table(table) as changed:
            for _, name, _other in (one for one in _LEADS if one[0] == table):
                changed.drop_constraint(op.f(f"fk_{table}_{name}"), type_="foreignkey")
            for _, name, *_rest in (one for one in _NEW if one[0] == table):
                changed.drop_column(name)
    for table in (
        "designation_steps", "requests", "membership_suggestions", "membership_decisions", "differences", "resolutions",
        "template_protocols", "flow_templates", "revisions", "purposes", "policy_rules",
    ):  # fmt: skip
        op.drop_table(table)


def _around_activities() -> None:
    op.create_table(
        "purposes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dpv", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_purposes_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purposes")),
    )
    op.create_table(
        "flow_templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=True),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("subject_categories", sa.Text(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("volume", sa.String(), nullable=False),
        sa.Column("retention", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_flow_templates_agency_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_flow_templates_party_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_flow_templates_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_templates")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_flow_templates_agency_id_code")),
    )
    op.create_table(
        "template_protocols",
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("protocol_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["protocol_id"], ["protocols.id"], name=op.f("fk_template_protocols_protocol_id")),
        sa.ForeignKeyConstraint(["template_id"], ["flow_templates.id"], name=op.f("fk_template_protocols_template_id")),
        sa.PrimaryKeyConstraint("template_id", "protocol_id", name=op.f("pk_template_protocols")),
    )
    op.create_table(
        "designation_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_designation_steps_agency_id")),
        sa.ForeignKeyConstraint(
            ["designation_id"], ["designations.id"], name=op.f("fk_designation_steps_designation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designation_steps")),
    )
    op.create_index(op.f("ix_designation_steps_designation_id"), "designation_steps", ["designation_id"], unique=False)
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("passed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_requests_activity_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_requests_agency_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_requests_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requests")),
    )
    op.create_index(op.f("ix_requests_agency_id"), "requests", ["agency_id"], unique=False)


def _about_everything() -> None:
    op.create_table(
        "policy_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("citation", sa.String(), nullable=False),
        sa.Column("verb", sa.String(length=40), nullable=True),
        sa.Column("party_kinds", sa.Text(), nullable=False),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("second_reviewer", sa.String(length=40), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_rules")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_revisions_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("kind", "record_id", "number", name=op.f("uq_revisions_kind_record_id_number")),
    )


def _reconciliation() -> None:
    op.create_table(
        "differences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("match", sa.String(length=40), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("type_code", sa.String(), nullable=True),
        sa.Column("other_agency_id", sa.String(), nullable=True),
        sa.Column("types", sa.Text(), nullable=False),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_differences_activity_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_differences_agency_id")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_differences_dataset_id")),
        sa.ForeignKeyConstraint(["other_agency_id"], ["agencies.id"], name=op.f("fk_differences_other_agency_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_differences_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_differences")),
        sa.UniqueConstraint("key", name=op.f("uq_differences_key")),
    )
    op.create_index(op.f("ix_differences_activity_id"), "differences", ["activity_id"], unique=False)
    op.create_index(
        op.f("ix_differences_agency_id_match_rank"), "differences", ["agency_id", "match", "rank"], unique=False
    )
    op.create_index(op.f("ix_differences_dataset_id"), "differences", ["dataset_id"], unique=False)
    op.create_table(
        "resolutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("settling", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("asked_id", sa.String(), nullable=True),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("picture", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_resolutions_agency_id")),
        sa.ForeignKeyConstraint(["asked_id"], ["people.id"], name=op.f("fk_resolutions_asked_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolutions")),
    )
    op.create_index(op.f("ix_resolutions_key"), "resolutions", ["key"], unique=False)
    op.create_table(
        "membership_suggestions",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("clues", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_membership_suggestions_dataset_id")),
        sa.ForeignKeyConstraint(
            ["type_code"], ["identifier_types.code"], name=op.f("fk_membership_suggestions_type_code")
        ),
        sa.PrimaryKeyConstraint("dataset_id", "type_code", name=op.f("pk_membership_suggestions")),
    )
    op.create_table(
        "membership_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_membership_decisions_dataset_id")),
        sa.ForeignKeyConstraint(
            ["type_code"], ["identifier_types.code"], name=op.f("fk_membership_decisions_type_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_decisions")),
    )
    op.create_index(op.f("ix_membership_decisions_dataset_id"), "membership_decisions", ["dataset_id"], unique=False)


def _seal() -> None:
    """Let the database itself refuse to change or remove what is history."""
    if op.get_bind().dialect.name == "sqlite":
        for table in _SEALED:
            # INSERT OR REPLACE removes without firing what watches DELETE.
            known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"  # noqa: S608  # tables named above
            refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {known} {refuse}")
            for verb in ("UPDATE", "DELETE"):
                op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}")
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_history() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    for table in _SEALED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history()"
        )


def _unseal() -> None:
    for table in _SEALED:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete", "replace"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change_of_history()")
