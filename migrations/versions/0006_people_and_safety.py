"""People and safety: how people came in, roles by group, what researchers are told of a dataset, an audit chain that
nothing rewrites and that tells what was before and after, what was exported.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_REFUSED = "the audit log is only ever added to"
_LATER = (("agency_id", sa.String(64)), ("before", sa.Text()), ("after", sa.Text()), ("request", sa.String(40)))


def upgrade() -> None:
    # Nobody knows how the sessions of before came in: their holders sign in again.
    op.drop_table("sessions")
    _sessions(
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("door", sa.String(length=40), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.Column("browser", sa.String(length=60), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.Column("proved_at", _TIME, nullable=False),
        sa.UniqueConstraint("id", name=op.f("uq_sessions_id")),
    )
    _ways_in()
    with op.batch_alter_table("descriptions") as changed:
        changed.add_column(sa.Column("disclosure", sa.String(length=40), nullable=False, server_default="hidden"))
    op.execute("UPDATE descriptions SET disclosure = 'full' WHERE published")
    with op.batch_alter_table("descriptions") as changed:
        changed.alter_column("disclosure", server_default=None)
        changed.drop_column("published")
    # An earlier way down left them: what the chain's seals cover is never dropped.
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("audit_events")}
    with op.batch_alter_table("audit_events") as changed:
        for name, kind in _LATER:
            if name not in there:
                changed.add_column(sa.Column(name, kind, nullable=False, server_default=""))
    with op.batch_alter_table("audit_events") as changed:
        for name, _ in _LATER:
            changed.alter_column(name, server_default=None)
    op.create_index(op.f("ix_audit_events_person_id_at"), "audit_events", ["person_id", "at"], unique=False)
    last = op.f("ix_audit_events_action_person_id_sequence")
    op.create_index(last, "audit_events", ["action", "person_id", "sequence"], unique=False)
    op.create_table(
        "audit_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("broken_at", sa.Integer(), nullable=True),
        sa.Column("anchors", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checks")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_exports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_person_id"), "exports", ["person_id"], unique=False)
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )
    _seal()


def downgrade() -> None:
    _unseal()
    for table in ("marks", "exports", "audit_checks", "local_credentials", "identities", "sign_in_attempts"):
        op.drop_table(table)
    op.drop_table("group_roles")
    op.drop_index(op.f("ix_audit_events_person_id_at"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_action_person_id_sequence"), table_name="audit_events")
    with op.batch_alter_table("audit_events") as changed:
        # The seals of entries cover these columns: without them the chain would never fit again.
        for name, _ in _LATER:
            changed.alter_column(name, server_default="")
    with op.batch_alter_table("descriptions") as changed:
        changed.add_column(sa.Column("published", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE descriptions SET published = :yes WHERE disclosure = 'full'").bindparams(yes=True))
    with op.batch_alter_table("descriptions") as changed:
        changed.alter_column("published", server_default=None)
        changed.drop_column("disclosure")
    op.drop_table("sessions")
    _sessions(
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )


def _sessions(*columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )


def _ways_in() -> None:
    op.create_table(
        "group_roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=True),
        sa.Column("from_at", _TIME, nullable=False),
        sa.Column("to_at", _TIME, nullable=True),
        sa.Column("given_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_group_roles_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_roles")),
    )
    op.create_index(op.f("ix_group_roles_group_name"), "group_roles", ["group_name"], unique=False)
    op.create_table(
        "sign_in_attempts",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.String(length=128), nullable=False),
        sa.Column("session_id", sa.String(length=16), nullable=True),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("begun_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_sign_in_attempts")),
    )
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("linked_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identities_person_id")),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_person_id"), "identities", ["person_id"], unique=False)
    one_each = op.f("ix_identities_issuer_person_id")
    op.create_index(one_each, "identities", ["issuer", "person_id"], unique=True)
    op.create_table(
        "local_credentials",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("code_key", sa.Text(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until", _TIME, nullable=True),
        sa.Column("set_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_local_credentials_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_local_credentials")),
    )


def _seal() -> None:
    """Let the database itself refuse to change or remove entries."""
    if op.get_bind().dialect.name == "sqlite":
        # INSERT OR REPLACE removes without firing what watches DELETE.
        known = "WHEN EXISTS (SELECT 1 FROM audit_events WHERE sequence = NEW.sequence)"
        op.execute(
            f"CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events {known}"
            f" BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
        )
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_events_no_{verb.lower()} BEFORE {verb} ON audit_events"
                f" BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
    )


def _unseal() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER audit_events_no_{verb}")
        return
    op.execute("DROP TRIGGER audit_events_no_change ON audit_events")
    op.execute("DROP FUNCTION refuse_audit_change()")
