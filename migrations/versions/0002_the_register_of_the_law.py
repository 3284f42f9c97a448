"""The register of the law: parties, programmes, approvals, agreements, events, cycles; and renamed datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


_TEXTS = ("reference", "frequency", "volume", "retention")

# Whom an activity named becomes a party; an agency of the catalog is one party, by its own name.
_UP = (
    """
    INSERT INTO parties (name, kind, agency_id)
    SELECT name, CASE WHEN is_city_agency THEN 'city_agency' ELSE 'local_authority' END, id FROM agencies
    WHERE id IN (SELECT counterpart_agency_id FROM activities)
    """,
    """
    INSERT INTO parties (name, kind, agency_id)
    SELECT DISTINCT counterpart, 'not_recorded', NULL FROM activities
    WHERE counterpart <> '' AND counterpart_agency_id IS NULL AND counterpart NOT IN (SELECT name FROM parties)
    """,
    """
    UPDATE activities SET party_id = (
        SELECT min(id) FROM parties WHERE parties.agency_id = activities.counterpart_agency_id
        OR (activities.counterpart_agency_id IS NULL AND parties.name = activities.counterpart))
    """,
    """
    INSERT INTO programmes (code, title, description, known_as, lead_agency_id)
    SELECT programme, programme, '', '[]', min(agency_id) FROM activities WHERE programme <> '' GROUP BY programme
    """,
    "UPDATE activities SET programme_id = (SELECT id FROM programmes WHERE code = activities.programme)",
)
_DOWN = (
    """
    UPDATE activities SET
        counterpart = coalesce((SELECT name FROM parties WHERE id = activities.party_id), ''),
        counterpart_agency_id = (SELECT agency_id FROM parties WHERE id = activities.party_id),
        programme = coalesce((SELECT code FROM programmes WHERE id = activities.programme_id), '')
    """,
)


def upgrade() -> None:
    op.create_table(
        "cycles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_cycles_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycles")),
    )
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycles_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_parties_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("agency_id", name=op.f("uq_parties_agency_id")),
        sa.UniqueConstraint("name", name=op.f("uq_parties_name")),
    )
    op.create_table(
        "programmes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("known_as", sa.Text(), nullable=False),
        sa.Column("lead_agency_id", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["lead_agency_id"], ["agencies.id"], name=op.f("fk_programmes_lead_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programmes")),
        sa.UniqueConstraint("code", name=op.f("uq_programmes_code")),
    )
    op.create_table(
        "agreements",
        sa.Column("protocol_id", sa.Integer(), nullable=False),
        sa.Column("permitted_uses", sa.Text(), nullable=False),
        sa.Column("onward_disclosure", sa.String(length=40), nullable=False),
        sa.Column("security", sa.Text(), nullable=False),
        sa.Column("destruction", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["protocol_id"], ["protocols.id"], name=op.f("fk_agreements_protocol_id")),
        sa.PrimaryKeyConstraint("protocol_id", name=op.f("pk_agreements")),
    )
    op.create_table(
        "contracts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("service_class", sa.String(length=40), nullable=False),
        sa.Column("rider_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_contracts_agency_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_contracts_party_id")),
        sa.ForeignKeyConstraint(["rider_id"], ["protocols.id"], name=op.f("fk_contracts_rider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracts")),
    )
    with op.batch_alter_table("contracts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contracts_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "cycle_types",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("type_code", sa.String(), nullable=False),
        sa.Column("collected", sa.Boolean(), nullable=False),
        sa.Column("retained", sa.Boolean(), nullable=False),
        sa.Column("disclosed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycles.id"], name=op.f("fk_cycle_types_cycle_id")),
        sa.ForeignKeyConstraint(["type_code"], ["identifier_types.code"], name=op.f("fk_cycle_types_type_code")),
        sa.PrimaryKeyConstraint("cycle_id", "type_code", name=op.f("pk_cycle_types")),
    )
    op.create_table(
        "programme_members",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_programme_members_party_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programmes.id"], name=op.f("fk_programme_members_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "party_id", name=op.f("pk_programme_members")),
    )
    op.create_table(
        "agreement_parties",
        sa.Column("protocol_id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_agreement_parties_party_id")),
        sa.ForeignKeyConstraint(
            ["protocol_id"], ["agreements.protocol_id"], name=op.f("fk_agreement_parties_protocol_id")
        ),
        sa.PrimaryKeyConstraint("protocol_id", "party_id", name=op.f("pk_agreement_parties")),
    )
    op.create_table(
        "declared_systems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("owner_unit", sa.String(), nullable=False),
        sa.Column("unscannable", sa.String(length=40), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=True),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("subject_categories", sa.Text(), nullable=False),
        sa.Column("retention", sa.String(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_declared_systems_agency_id")),
        sa.ForeignKeyConstraint(["contract_id"], ["contracts.id"], name=op.f("fk_declared_systems_contract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_systems")),
    )
    with op.batch_alter_table("declared_systems", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_declared_systems_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "designations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("classification", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("policy_edition", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_designations_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_designations")),
    )
    with op.batch_alter_table("designations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_designations_activity_id"), ["activity_id"], unique=False)

    op.create_table(
        "exigent_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("verb", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("cpo_notified_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_exigent_events_activity_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_exigent_events_agency_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_exigent_events_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exigent_events")),
    )
    with op.batch_alter_table("exigent_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exigent_events_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "violations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=True),
        sa.Column("type_codes", sa.Text(), nullable=False),
        sa.Column("people", sa.String(), nullable=False),
        sa.Column("breach", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("cpo_notified_on", sa.Date(), nullable=True),
        sa.Column("individuals_notified_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activities.id"], name=op.f("fk_violations_activity_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_violations_agency_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_violations_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_violations")),
    )
    with op.batch_alter_table("violations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_violations_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "activity_declared_systems",
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("declared_system_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activities.id"], name=op.f("fk_activity_declared_systems_activity_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_system_id"],
            ["declared_systems.id"],
            name=op.f("fk_activity_declared_systems_declared_system_id"),
        ),
        sa.PrimaryKeyConstraint("activity_id", "declared_system_id", name=op.f("pk_activity_declared_systems")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("designation_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.String(), nullable=True),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("capacity", sa.String(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_signatures_agency_id")),
        sa.ForeignKeyConstraint(["designation_id"], ["designations.id"], name=op.f("fk_signatures_designation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
    )
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signatures_designation_id"), ["designation_id"], unique=False)

    op.create_table(
        "renames",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Integer(), nullable=False),
        sa.Column("old_name", sa.Text(), nullable=False),
        sa.Column("new_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["dataset_id"], ["datasets.id"], name=op.f("fk_renames_dataset_id")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_renames_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renames")),
    )
    op.create_index(op.f("ix_renames_run_id"), "renames", ["run_id"])
    with op.batch_alter_table("activities") as activities:
        for name in _TEXTS:
            activities.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in ("party_id", "programme_id", "mirror_of_id"):
            activities.add_column(sa.Column(name, sa.Integer(), nullable=True))
    for statement in _UP:
        op.execute(statement)
    with op.batch_alter_table("activities") as activities:
        for name in _TEXTS:
            activities.alter_column(name, server_default=None)
        activities.drop_constraint(op.f("fk_activities_counterpart_agency_id"), type_="foreignkey")
        for name in ("counterpart", "counterpart_agency_id", "programme"):
            activities.drop_column(name)
        activities.create_foreign_key(op.f("fk_activities_party_id"), "parties", ["party_id"], ["id"])
        activities.create_foreign_key(op.f("fk_activities_programme_id"), "programmes", ["programme_id"], ["id"])
        activities.create_foreign_key(op.f("fk_activities_mirror_of_id"), "activities", ["mirror_of_id"], ["id"])
        activities.create_index(op.f("ix_activities_party_id"), ["party_id"])
        activities.create_index(op.f("ix_activities_programme_id"), ["programme_id"])


def downgrade() -> None:
    with op.batch_alter_table("activities") as activities:
        activities.add_column(sa.Column("counterpart", sa.String(), nullable=False, server_default=""))
        activities.add_column(sa.Column("counterpart_agency_id", sa.String(), nullable=True))
        activities.add_column(sa.Column("programme", sa.String(), nullable=False, server_default=""))
    for statement in _DOWN:
        op.execute(statement)
    with op.batch_alter_table("activities") as activities:
        activities.alter_column("counterpart", server_default=None)
        activities.alter_column("programme", server_default=None)
        activities.drop_index(op.f("ix_activities_programme_id"))
        activities.drop_index(op.f("ix_activities_party_id"))
        for name in ("party_id", "programme_id", "mirror_of_id"):
            activities.drop_constraint(op.f(f"fk_activities_{name}"), type_="foreignkey")
            activities.drop_column(name)
        for name in _TEXTS:
            activities.drop_column(name)
        activities.create_foreign_key(
            op.f("fk_activities_counterpart_agency_id"), "agencies", ["counterpart_agency_id"], ["id"]
        )
    op.drop_index(op.f("ix_renames_run_id"), "renames")
    op.drop_table("renames")
    with op.batch_alter_table("signatures", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signatures_designation_id"))

    op.drop_table("signatures")
    op.drop_table("activity_declared_systems")
    with op.batch_alter_table("violations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_violations_agency_id"))

    op.drop_table("violations")
    with op.batch_alter_table("exigent_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exigent_events_agency_id"))

    op.drop_table("exigent_events")
    with op.batch_alter_table("designations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_designations_activity_id"))

    op.drop_table("designations")
    with op.batch_alter_table("declared_systems", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_declared_systems_agency_id"))

    op.drop_table("declared_systems")
    op.drop_table("agreement_parties")
    op.drop_table("programme_members")
    op.drop_table("cycle_types")
    with op.batch_alter_table("contracts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contracts_agency_id"))

    op.drop_table("contracts")
    op.drop_table("agreements")
    op.drop_table("programmes")
    op.drop_table("parties")
    with op.batch_alter_table("cycles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycles_agency_id"))

    op.drop_table("cycles")
