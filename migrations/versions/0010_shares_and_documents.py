"""Shares and documents: why a look saw only a part, and files that are likely copies of known tables."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "this is only ever added to"
_SEALED = "copy_decisions"


def upgrade() -> None:
    with op.batch_alter_table("coverage") as changed:
        changed.add_column(sa.Column("caveats", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("coverage") as changed:
        changed.alter_column("caveats", server_default=None)
    _keys()
    _copies()
    _decisions()
    _seal()


def downgrade() -> None:
    verbs = ("replace", "update", "delete") if op.get_bind().dialect.name == "sqlite" else ("change",)
    on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {_SEALED}"
    for verb in verbs:
        op.execute(f"DROP TRIGGER {_SEALED}_no_{verb}{on}")
    for table in ("copy_decisions", "likely_copies", "column_keys"):
        op.drop_table(table)
    with op.batch_alter_table("coverage") as changed:
        changed.drop_column("caveats")
    # Words that the code before does not know, as the nearest that it does.
    op.execute("UPDATE datasets SET kind = 'file' WHERE kind IN ('document', 'files')")
    for table in ("coverage", "outcomes", "runs"):
        for new, nearest in (("no_text", "unknown_format"), ("archived", "no_permission")):
            op.execute(f"UPDATE {table} SET reason = '{nearest}' WHERE reason = '{new}'")  # noqa: S608  # named here


def _keys() -> None:
    op.create_table(
        "column_keys",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("is_file", sa.Boolean(), nullable=False),
        sa.Column("names", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_column_keys_dataset_id")),
        sa.PrimaryKeyConstraint("dataset_id", "key", name=op.f("pk_column_keys")),
    )
    asked = ["key", "is_file", "dataset_id", "names"]
    op.create_index(op.f("ix_column_keys_key_is_file_dataset_id_names"), "column_keys", asked, unique=False)


def _copies() -> None:
    op.create_table(
        "likely_copies",
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("of_dataset_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("common", sa.Integer(), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("of_columns", sa.Integer(), nullable=False),
        sa.Column("agreeing", sa.Integer(), nullable=False),
        sa.Column("comparable", sa.Integer(), nullable=False),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_likely_copies_dataset_id")),
        sa.ForeignKeyConstraint(["of_dataset_id"], ["datasets.id"], name=op.f("fk_likely_copies_of_dataset_id")),
        sa.PrimaryKeyConstraint("dataset_id", "of_dataset_id", name=op.f("pk_likely_copies")),
    )
    op.create_index(op.f("ix_likely_copies_of_dataset_id"), "likely_copies", ["of_dataset_id"], unique=False)


def _decisions() -> None:
    op.create_table(
        "copy_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("of_dataset_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_copy_decisions_dataset_id")),
        sa.ForeignKeyConstraint(["of_dataset_id"], ["datasets.id"], name=op.f("fk_copy_decisions_of_dataset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copy_decisions")),
    )
    for name in ("dataset_id", "of_dataset_id"):
        op.create_index(op.f(f"ix_copy_decisions_{name}"), "copy_decisions", [name], unique=False)


def _seal() -> None:
    """Let the database itself refuse to change or remove what people said."""
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE removes without firing what watches DELETE.
        known = f"WHEN EXISTS (SELECT 1 FROM {_SEALED} WHERE id = NEW.id)"  # noqa: S608  # the table named above
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        op.execute(f"CREATE TRIGGER {_SEALED}_no_replace BEFORE INSERT ON {_SEALED} {known} {refuse}")
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {_SEALED}_no_{verb.lower()} BEFORE {verb} ON {_SEALED} {refuse}")
        return
    op.execute(
        f"CREATE TRIGGER {_SEALED}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {_SEALED}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_history()"
    )
