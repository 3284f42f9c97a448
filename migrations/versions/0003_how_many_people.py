"""How many different values a column has and how many people a dataset is about, in powers of ten; the form of what is
held decides whether a loss must be notified.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A part, a digest or a token of a number is no "private information". What a person confirmed and no scan found is
# whole.
_NOTIFIABLE = """
    UPDATE summaries SET breach_notifiable = (
        SELECT coalesce(max(CASE WHEN breach = 'yes' THEN 1 ELSE 0 END), 0) = 1
        OR (coalesce(max(CASE WHEN code = 'CREDENTIAL' THEN 1 ELSE 0 END), 0) = 1
            AND coalesce(max(CASE WHEN breach = 'in_combination' AND code <> 'CREDENTIAL' THEN 1 ELSE 0 END), 0) = 1)
        FROM columns
        JOIN standings ON standings.column_id = columns.id
        JOIN identifier_types ON identifier_types.code = standings.type_code
        LEFT JOIN findings ON findings.column_id = columns.id AND findings.type_code = standings.type_code
        WHERE columns.dataset_id = summaries.dataset_id AND columns.retired_at IS NULL AND standings.counts
        AND coalesce(findings.form, 'full') IN ('full', 'free_text'))
    WHERE breach_notifiable
"""


def upgrade() -> None:
    for table, name in (("column_profiles", "amount"), ("summaries", "people")):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(name, server_default=None)
    op.execute(_NOTIFIABLE)


def downgrade() -> None:
    for table, name in (("column_profiles", "amount"), ("summaries", "people")):
        with op.batch_alter_table(table) as changed:
            changed.drop_column(name)
