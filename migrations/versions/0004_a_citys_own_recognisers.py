"""A city's own recognisers: versions of a text, trials of it, and what each trial would change."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recogniser_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_recogniser_sets_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recogniser_sets")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_recogniser_sets_name_version")),
    )
    # Of one name at most one draft and at most one in use.
    op.create_index(
        "ix_recogniser_sets_name_state",
        "recogniser_sets",
        ["name", "state"],
        unique=True,
        sqlite_where=sa.text("state <> 'retired'"),
        postgresql_where=sa.text("state <> 'retired'"),
    )
    op.create_table(
        "trials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("datasets", sa.Integer(), nullable=False),
        sa.Column("not_looked_at", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["recogniser_sets.id"], name=op.f("fk_trials_set_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_trials_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
    )
    op.create_index(op.f("ix_trials_set_id"), "trials", ["set_id"], unique=False)
    op.create_index(
        "ix_trials_open",
        "trials",
        ["set_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_table(
        "trial_sources",
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["trial_id"], ["trials.id"], name=op.f("fk_trial_sources_trial_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name=op.f("fk_trial_sources_source_id")),
        sa.PrimaryKeyConstraint("trial_id", "source_id", name=op.f("pk_trial_sources")),
    )
    op.create_table(
        "flips",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("trial_id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("type_code", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("after", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["trial_id"], ["trials.id"], name=op.f("fk_flips_trial_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_flips_dataset_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_flips_type_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flips")),
    )
    op.create_index(op.f("ix_flips_trial_id"), "flips", ["trial_id"], unique=False)
    op.create_index(op.f("ix_flips_dataset_id"), "flips", ["dataset_id"], unique=False)


def downgrade() -> None:
    for table in ("flips", "trial_sources", "trials", "recogniser_sets"):
        op.drop_table(table)
