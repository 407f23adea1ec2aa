"""Keep where a sign-in was made, and when it was last used."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_g_sign_ins"
down_revision = "2026_11_30_g_list_periods"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("token") as table:
        table.add_column(sa.Column("device", sa.String(200), nullable=True))
        table.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("token") as table:
        table.drop_column("seen_at")
        table.drop_column("device")
