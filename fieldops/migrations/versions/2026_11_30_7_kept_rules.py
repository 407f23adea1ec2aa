"""Keep rule packs and the inputs of rulings, so that a ruling can be replayed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_7_kept_rules"
down_revision = "2026_11_30_5_observation_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward; rulings from before have no inputs and are told to be so."""
    op.create_table(
        "rule_pack_version",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_rule_pack_version")),
    )
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("ruling_record") as table:
        table.add_column(sa.Column("packs", json, nullable=True))
        table.add_column(sa.Column("inputs", sa.LargeBinary(), nullable=True))
        table.add_column(
            sa.Column("policies", sa.Boolean(), nullable=False, server_default=sa.true())
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("ruling_record") as table:
        for column in ("policies", "inputs", "packs"):
            table.drop_column(column)
    op.drop_table("rule_pack_version")
