"""Make the tables of what road engines said."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_24_8_travel"
down_revision = "2026_11_24_7_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "travel_row",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("engine", sa.String(length=40), nullable=False),
        sa.Column("legs", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_row")),
    )
    op.create_index(op.f("ix_travel_row_expires_at"), "travel_row", ["expires_at"])
    op.create_table(
        "plan_travel",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_plan_travel_organisation_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_travel_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_travel")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_travel_plan_id")),
    )
    op.create_index(op.f("ix_plan_travel_organisation_id"), "plan_travel", ["organisation_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("plan_travel")
    op.drop_table("travel_row")
