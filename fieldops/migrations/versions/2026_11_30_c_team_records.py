"""Make the tables of team records and of evaluations of agencies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_c_team_records"
down_revision = "2026_11_30_c_import_mappings"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "team_record",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        *_kept("team_record"),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_team_record_agent_id")),
    )
    op.create_index(op.f("ix_team_record_agent_id"), "team_record", ["agent_id"])
    op.create_index(op.f("ix_team_record_organisation_id"), "team_record", ["organisation_id"])
    op.create_table(
        "agency_evaluation",
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("scores", _JSON, nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        *_kept("agency_evaluation"),
    )
    op.create_index(
        op.f("ix_agency_evaluation_organisation_id"), "agency_evaluation", ["organisation_id"]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("agency_evaluation")
    op.drop_table("team_record")


def _kept(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
