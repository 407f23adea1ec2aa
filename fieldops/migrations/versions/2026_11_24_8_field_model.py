"""Keep territories, skills that cases need, agents' limits, and what each stop is worth."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_8_field_model"
down_revision = "2026_11_24_8_travel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_territory()
    with op.batch_alter_table("agent") as table:
        table.add_column(sa.Column("most_stops", sa.Integer(), nullable=True))
        table.add_column(sa.Column("most_minutes", sa.Integer(), nullable=True))
    with op.batch_alter_table("case") as table:
        table.add_column(sa.Column("skills", _json(), nullable=True))
    with op.batch_alter_table("stop") as table:
        table.add_column(sa.Column("worth", _json(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("stop") as table:
        table.drop_column("worth")
    with op.batch_alter_table("case") as table:
        table.drop_column("skills")
    with op.batch_alter_table("agent") as table:
        table.drop_column("most_minutes")
        table.drop_column("most_stops")
    op.drop_table("territory")


def _create_territory() -> None:
    op.create_table(
        "territory",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("stops", sa.Integer(), nullable=False),
        sa.Column("work_seconds", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f("fk_territory_agent_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_territory_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_territory")),
        sa.UniqueConstraint("agent_id", name=op.f("uq_territory_agent_id")),
    )
    with op.batch_alter_table("territory") as table:
        table.create_index(op.f("ix_territory_organisation_id"), ["organisation_id"], unique=False)


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
