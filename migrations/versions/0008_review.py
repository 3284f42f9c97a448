"""Review: acts and what they put off, proposed and pictured, second readings, practice, and the queue they make."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "this is only ever added to"
_SEALED = ("decisions", "review_acts", "pictures", "deferrals", "proposals")
_KEYS = {"pictures": "decision_id"}
#: A second reading is added unread; what is read is written once, and nothing of what was drawn.
_DRAWN = ("id", "decision_id", "column_id", "type_code", "agency_id", "evidence_digest", "drawn_at")
_CHANGED = " OR ".join(
    ("OLD.verdict IS NOT NULL", "NEW.verdict IS NULL", *(f"NEW.{name} <> OLD.{name}" for name in _DRAWN))
)


def upgrade() -> None:
    _acts()
    with op.batch_alter_table("decisions") as changed:
        changed.add_column(sa.Column("act_id", sa.Integer(), nullable=True))
        changed.add_column(sa.Column("restores", sa.Integer(), nullable=True))
        changed.create_index(op.f("ix_decisions_act_id"), ["act_id"], unique=False)
        changed.create_foreign_key(op.f("fk_decisions_act_id"), "review_acts", ["act_id"], ["id"])
        changed.create_foreign_key(op.f("fk_decisions_restores"), "decisions", ["restores"], ["id"])
    _of_decisions()
    _of_people()
    _queue()
    _seal()
    _seal_what_is_read()


def downgrade() -> None:
    _unseal()
    for table in (
        "review_totals",
        "review_groups",
        "review_items",
        "review_keys",
        "practice_answers",
        "second_readings",
        "pictures",
    ):
        op.drop_table(table)
    with op.batch_alter_table("decisions") as changed:
        changed.drop_index(op.f("ix_decisions_act_id"))
        changed.drop_constraint(op.f("fk_decisions_act_id"), type_="foreignkey")
        changed.drop_constraint(op.f("fk_decisions_restores"), type_="foreignkey")
        changed.drop_column("act_id")
        changed.drop_column("restores")
    # What was taken back is as if nobody had decided; what was put back stands as the decision that it repeats.
    op.execute(
        "DELETE FROM decisions WHERE id <= (SELECT max(taken.id) FROM decisions AS taken"
        " WHERE taken.verdict = 'withdrawn' AND taken.column_id = decisions.column_id"
        " AND taken.type_code = decisions.type_code)"
    )
    for table in ("proposals", "deferrals", "review_acts"):
        op.drop_table(table)


def _acts() -> None:
    op.create_table(
        "review_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("type_code", sa.String(), nullable=True),
        sa.Column("to_code", sa.String(), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("to_person_id", sa.String(), nullable=True),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("of_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["of_id"], ["review_acts.id"], name=op.f("fk_review_acts_of_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_acts_person_id")),
        sa.ForeignKeyConstraint(["to_code"], ["identifier_types.code"], name=op.f("fk_review_acts_to_code")),
        sa.ForeignKeyConstraint(["to_person_id"], ["people.id"], name=op.f("fk_review_acts_to_person_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_review_acts_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_acts")),
        sa.UniqueConstraint("person_id", "token", name=op.f("uq_review_acts_person_id_token")),
    )
    op.create_index(op.f("ix_review_acts_of_id"), "review_acts", ["of_id"], unique=False)
    op.create_table(
        "deferrals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("evidence_digest", sa.String(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["review_acts.id"], name=op.f("fk_deferrals_act_id")),
        sa.ForeignKeyConstraint(["column_id"], ["columns.id"], name=op.f("fk_deferrals_column_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_deferrals_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferrals")),
    )
    op.create_index(op.f("ix_deferrals_act_id"), "deferrals", ["act_id"], unique=False)
    op.create_index(op.f("ix_deferrals_column_id"), "deferrals", ["column_id"], unique=False)
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("evidence_digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["act_id"], ["review_acts.id"], name=op.f("fk_proposals_act_id")),
        sa.ForeignKeyConstraint(["column_id"], ["columns.id"], name=op.f("fk_proposals_column_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_proposals_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_act_id"), "proposals", ["act_id"], unique=False)
    op.create_index(op.f("ix_proposals_column_id"), "proposals", ["column_id"], unique=False)


def _of_decisions() -> None:
    op.create_table(
        "pictures",
        sa.Column("decision_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.String(length=40), nullable=True),
        sa.Column("strength", sa.Float(), nullable=True),
        sa.Column("share_low", sa.Float(), nullable=True),
        sa.Column("share_mid", sa.Float(), nullable=True),
        sa.Column("share_high", sa.Float(), nullable=True),
        sa.Column("without_name", sa.Float(), nullable=True),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("against", sa.Text(), nullable=False),
        sa.Column("shapes", sa.Text(), nullable=False),
        sa.Column("detector", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_pictures_decision_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_pictures")),
    )
    op.create_table(
        "second_readings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("evidence_digest", sa.String(), nullable=False),
        sa.Column("drawn_at", _TIME, nullable=False),
        sa.Column("reader_id", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("read_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_second_readings_agency_id")),
        sa.ForeignKeyConstraint(["column_id"], ["columns.id"], name=op.f("fk_second_readings_column_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], name=op.f("fk_second_readings_decision_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["people.id"], name=op.f("fk_second_readings_reader_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_second_readings_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_readings")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_second_readings_decision_id")),
    )
    op.create_index(op.f("ix_second_readings_agency_id"), "second_readings", ["agency_id"], unique=False)
    op.create_index(op.f("ix_second_readings_column_id"), "second_readings", ["column_id"], unique=False)


def _of_people() -> None:
    op.create_table(
        "review_keys",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_keys_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_review_keys")),
    )
    op.create_table(
        "practice_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("type_code", sa.String(), nullable=True),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_practice_answers_person_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_practice_answers_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answers")),
    )
    op.create_index(op.f("ix_practice_answers_person_id_turn"), "practice_answers", ["person_id", "turn"], unique=False)


def _queue() -> None:
    op.create_table(
        "review_items",
        sa.Column("column_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("form", sa.String(length=40), nullable=True),
        sa.Column("band", sa.String(length=10), nullable=False),
        sa.Column("strength", sa.Float(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_review_items_agency_id")),
        sa.ForeignKeyConstraint(["column_id"], ["columns.id"], name=op.f("fk_review_items_column_id")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_review_items_dataset_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_review_items_person_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_review_items_type_code")),
        sa.PrimaryKeyConstraint("column_id", "type_code", name=op.f("pk_review_items")),
    )
    op.create_index(op.f("ix_review_items_dataset_id"), "review_items", ["dataset_id"], unique=False)
    op.create_index(
        op.f("ix_review_items_group_key_agency_id"), "review_items", ["group_key", "agency_id"], unique=False
    )
    op.create_index(op.f("ix_review_items_state_until"), "review_items", ["state", "until"], unique=False)
    op.create_table(
        "review_groups",
        sa.Column("group_key", sa.String(length=20), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=10), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("medium", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.Column("deferred", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("strength_sum", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_review_groups_agency_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_review_groups_type_code")),
        sa.PrimaryKeyConstraint("group_key", "agency_id", name=op.f("pk_review_groups")),
    )
    op.create_index(op.f("ix_review_groups_agency_id_value"), "review_groups", ["agency_id", "value"], unique=False)
    op.create_table(
        "review_totals",
        sa.Column("group_key", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=10), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("agencies", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("medium", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.Column("deferred", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("strength_sum", sa.Float(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_review_totals_type_code")),
        sa.PrimaryKeyConstraint("group_key", name=op.f("pk_review_totals")),
    )


def _seal() -> None:
    """Let the database itself refuse to change or remove what is history."""
    for table in _SEALED:
        if op.get_bind().dialect.name != "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history()"
            )
            continue
        key = _KEYS.get(table, "id")
        # INSERT OR REPLACE removes without firing what watches DELETE.
        known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608  # tables named above
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {known} {refuse}")
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuse}")


def _unseal() -> None:
    for table in _SEALED:
        if op.get_bind().dialect.name == "sqlite":
            for verb in ("update", "delete", "replace"):
                op.execute(f"DROP TRIGGER {table}_no_{verb}")
        else:
            op.execute(f"DROP TRIGGER {table}_no_change ON {table}")


def _seal_what_is_read() -> None:
    """Its triggers go with the table."""
    table, refuse = "second_readings", f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    if op.get_bind().dialect.name != "sqlite":
        calls = "EXECUTE FUNCTION refuse_change_of_history()"
        op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({_CHANGED}) {calls}")
        op.execute(f"CREATE TRIGGER {table}_no_removal BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT {calls}")
        return
    known = f"EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR decision_id = NEW.decision_id)"  # noqa: S608  # our own
    op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {known} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {_CHANGED} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
