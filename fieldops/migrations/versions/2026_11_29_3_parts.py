"""Let an upload come without a visit, as parts do, and without a length that is told later."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_3_parts"
down_revision = "2026_11_29_2_keeping"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _alter(nullable=True)


def downgrade() -> None:
    """Go back; what then has no place was bytes on their way, and no evidence yet."""
    upload = sa.table("upload", sa.column("visit_id"), sa.column("size"))
    op.execute(upload.delete().where(sa.or_(upload.c.visit_id.is_(None), upload.c.size.is_(None))))
    _alter(nullable=False)


def _alter(*, nullable: bool) -> None:
    with op.batch_alter_table("upload") as table:
        table.alter_column("visit_id", existing_type=sa.Uuid(), nullable=nullable)
        table.alter_column("size", existing_type=sa.BigInteger(), nullable=nullable)
