"""Make the table of how cases were closed and opened again."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_d_case_closing"
down_revision = "2026_11_30_c_team_records"
branch_labels = None
depends_on = None

_TABLE = "case_closing"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        _TABLE,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_by", sa.Uuid(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{_TABLE}_{name}_id")
            )
            for name in ("case", "organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    for name in ("case_id", "organisation_id"):
        op.create_index(op.f(f"ix_{_TABLE}_{name}"), _TABLE, [name])


def downgrade() -> None:
    """Go back."""
    op.drop_table(_TABLE)
