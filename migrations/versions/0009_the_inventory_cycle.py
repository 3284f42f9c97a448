"""The inventory cycle: what happens and is said in it, what is signed and issued, and measures to do less."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "this is only ever added to"
#: What is only ever added to, by all that is unique in it.
_SEALED = {
    "cycle_steps": (("id",),),
    "report_entries": (("id",),),
    "frozen_reports": (("id",), ("cycle_id", "number")),
    "report_renditions": (("frozen_id", "format", "public"),),
    "quarterly_reports": (("id",), ("year", "quarter", "number")),
}


def upgrade() -> None:
    with op.batch_alter_table("cycles") as changed:
        changed.add_column(sa.Column("opened_by", sa.String(), nullable=False, server_default=""))
        changed.add_column(sa.Column("opened_at", _TIME, nullable=True))
    with op.batch_alter_table("cycles") as changed:
        changed.alter_column("opened_by", server_default=None)
    _cycle()
    _reports()
    _others()
    _seal()


def downgrade() -> None:
    _unseal()
    for table in (
        "quarterly_reports",
        "measures",
        "report_renditions",
        "frozen_reports",
        "report_entries",
        "division_tasks",
        "cycle_steps",
    ):
        op.drop_table(table)
    _forget_revisions_of_measures()
    with op.batch_alter_table("cycles") as changed:
        changed.drop_column("opened_at")
        changed.drop_column("opened_by")


def _cycle() -> None:
    """What happens in a cycle, and who is asked."""
    op.create_table(
        "cycle_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=True),
        sa.Column("after", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("filed", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_steps_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_steps")),
    )
    op.create_index(op.f("ix_cycle_steps_cycle_id"), "cycle_steps", ["cycle_id"], unique=False)
    op.create_table(
        "division_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("tasks", sa.Text(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", _TIME, nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", _TIME, nullable=True),
        sa.Column("withdrawn_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_division_tasks_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_division_tasks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_tasks")),
    )
    op.create_index(op.f("ix_division_tasks_cycle_id"), "division_tasks", ["cycle_id"], unique=False)
    op.create_index(op.f("ix_division_tasks_person_id"), "division_tasks", ["person_id"], unique=False)
    op.create_table(
        "report_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("item_key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answers_id", sa.Integer(), nullable=True),
        sa.Column("division_task_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["answers_id"], ["report_entries.id"], name=op.f("fk_report_entries_answers_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_report_entries_cycle_id")),
        sa.ForeignKeyConstraint(
            ["division_task_id"], ["division_tasks.id"], name=op.f("fk_report_entries_division_task_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_entries")),
    )
    op.create_index(
        op.f("ix_report_entries_cycle_id_item_key"), "report_entries", ["cycle_id", "item_key"], unique=False
    )


def _reports() -> None:
    """What is signed."""
    op.create_table(
        "frozen_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_frozen_reports_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_reports")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_frozen_reports_cycle_id_number")),
    )
    op.create_table(
        "report_renditions",
        sa.Column("frozen_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("renderer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["frozen_id"], ["frozen_reports.id"], name=op.f("fk_report_renditions_frozen_id")),
        sa.PrimaryKeyConstraint("frozen_id", "format", "public", name=op.f("pk_report_renditions")),
    )


def _others() -> None:
    """What is issued of the city, and measures."""
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_measures_activity_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_measures_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    op.create_index(op.f("ix_measures_agency_id"), "measures", ["agency_id"], unique=False)
    op.create_table(
        "quarterly_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarterly_reports")),
        sa.UniqueConstraint("year", "quarter", "number", name=op.f("uq_quarterly_reports_year_quarter_number")),
    )


def _seal() -> None:
    """Let the database itself refuse to change or remove what is history."""
    for table, keys in _SEALED.items():
        if op.get_bind().dialect.name != "sqlite":
            op.execute(
                f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history()"
            )
            continue
        # INSERT OR REPLACE removes whatever it collides with in anything unique, without firing what watches DELETE.
        same = " OR ".join(f"({' AND '.join(f'{name} = NEW.{name}' for name in key)})" for key in keys)
        known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608  # tables named above
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


def _forget_revisions_of_measures() -> None:
    """The release before knows no such kind of record; the seal of all others is put back."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute("DROP TRIGGER revisions_no_delete" if sqlite else "DROP TRIGGER revisions_no_change ON revisions")
    op.execute("DELETE FROM revisions WHERE kind = 'measure'")
    op.execute(
        f"CREATE TRIGGER revisions_no_delete BEFORE DELETE ON revisions {refuse}"
        if sqlite
        else "CREATE TRIGGER revisions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON revisions"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history()"
    )
