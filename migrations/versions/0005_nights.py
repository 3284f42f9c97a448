"""Nights without a person: schedules, pauses, notices, what a look cost and how deep it went, and what becomes of
decisions whose column is gone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)

# Columns that old rows need a value in.
_FILLED: dict[str, list[tuple[str, sa.types.TypeEngine[object], str]]] = {
    "datasets": [("view", sa.String(), "")],
    "runs": [("view", sa.String(), ""), ("turn", sa.Integer(), "1"), ("listing_ms", sa.Integer(), "0")],
    "outcomes": [("source_ms", sa.Integer(), "0"), ("source_bytes", sa.BigInteger(), "0")],
    "coverage": [
        ("oldest", sa.Integer(), "0"),
        ("newest", sa.Integer(), "0"),
        ("depth", sa.String(length=40), "usual"),
        ("looks", sa.Integer(), "0"),
        ("rows_in_all", sa.BigInteger(), "0"),
        ("failures", sa.Integer(), "0"),
        ("tried_key", sa.String(), ""),
    ],
}
_EMPTY: dict[str, list[tuple[str, sa.types.TypeEngine[object]]]] = {
    "runs": [("night", sa.Date()), ("paused", sa.String(length=40)), ("listed_at", _TIME)],
    "coverage": [("draws", sa.Integer()), ("since", _TIME)],
}


def upgrade() -> None:
    for table in ("datasets", "runs", "outcomes", "coverage"):
        with op.batch_alter_table(table) as changed:
            for name, kind, value in _FILLED.get(table, ()):
                changed.add_column(sa.Column(name, kind, nullable=False, server_default=value))
            for name, kind in _EMPTY.get(table, ()):
                changed.add_column(sa.Column(name, kind, nullable=True))
        with op.batch_alter_table(table) as changed:
            for name, *_ in _FILLED.get(table, ()):
                changed.alter_column(name, server_default=None)
    with op.batch_alter_table("runs") as changed:
        changed.create_unique_constraint(op.f("uq_runs_source_id_night"), ["source_id", "night"])
    # What was looked at before counts as the first look.
    op.execute(
        "UPDATE coverage SET looks = 1, rows_in_all = rows_looked_at, since = scanned_at WHERE scanned_at IS NOT NULL"
    )
    # An engine's number of a column means something inside one table only, so it is kept with the table's own id.
    op.execute(
        "UPDATE columns SET key = (SELECT d.key FROM datasets d WHERE d.id = columns.dataset_id) || '/' || key"
        " WHERE key LIKE 'attnum:%' AND key <> name"
    )
    op.create_table(
        "schedules",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("seconds_a_day", sa.Integer(), nullable=True),
        sa.Column("megabytes_a_day", sa.Integer(), nullable=True),
        sa.Column("most_active", sa.Integer(), nullable=True),
        sa.Column("most_lag", sa.Integer(), nullable=True),
        sa.Column("look_again_days", sa.Integer(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("hold_reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_schedules_source_id")),
        sa.PrimaryKeyConstraint("source_id", name=op.f("pk_schedules")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("dataset_id", sa.Integer(), nullable=True),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_notices_agency_id")),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_notices_source_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_notices_run_id")),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_notices_dataset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_deliveries_notice_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_deliveries_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_notice_id"), "deliveries", ["notice_id"], unique=False)
    op.create_index(op.f("ix_deliveries_state"), "deliveries", ["state"], unique=False)
    op.create_table(
        "settlements",
        sa.Column("column_id", sa.Integer(), nullable=False),
        sa.Column("moved_to", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["column_id"], ["columns.id"], name=op.f("fk_settlements_column_id")),
        sa.ForeignKeyConstraint(["moved_to"], ["columns.id"], name=op.f("fk_settlements_moved_to")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_settlements_person_id")),
        sa.PrimaryKeyConstraint("column_id", name=op.f("pk_settlements")),
    )


def downgrade() -> None:
    for table in ("settlements", "deliveries", "notices", "schedules"):
        op.drop_table(table)
    op.execute(
        "UPDATE columns SET key ="
        " substr(key, 2 + (SELECT length(d.key) FROM datasets d WHERE d.id = columns.dataset_id))"
        " WHERE key LIKE (SELECT d.key FROM datasets d WHERE d.id = columns.dataset_id) || '/attnum:%'"
    )
    # What waits cannot be told from what goes on any more; a resumed run repeats nothing that is done.
    op.execute("UPDATE runs SET state = 'scanning' WHERE state = 'paused'")
    # Words that the code before cannot read. A wish to pause or go on is void; the rest becomes the nearest it knows.
    op.execute("DELETE FROM intents WHERE kind IN ('pause', 'resume')")
    op.execute("UPDATE coverage SET method = 'first_rows' WHERE method = 'places'")
    op.execute("UPDATE datasets SET kind = 'view' WHERE kind = 'materialized_view'")
    with op.batch_alter_table("runs") as changed:
        changed.drop_constraint(op.f("uq_runs_source_id_night"), type_="unique")
    for table in ("datasets", "runs", "outcomes", "coverage"):
        with op.batch_alter_table(table) as changed:
            for name, *_ in [*_FILLED.get(table, ()), *_EMPTY.get(table, ())]:
                changed.drop_column(name)
