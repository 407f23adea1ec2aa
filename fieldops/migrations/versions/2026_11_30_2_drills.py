"""Make the table of drills' reports."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_2_drills"
down_revision = "2026_11_30_1_disclosure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "drill",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("report_hash", sa.String(length=64), nullable=False),
        sa.Column("report", json, nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["filed_by"], ["account.id"], name=op.f("fk_drill_filed_by")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_drill_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
        sa.UniqueConstraint(
            "organisation_id", "report_hash", name=op.f("uq_drill_organisation_id_report_hash")
        ),
    )
    op.create_index(op.f("ix_drill_organisation_id"), "drill", ["organisation_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("drill")
