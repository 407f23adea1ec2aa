"""Make the table of photos' perceptual hashes, and keep what a virus scanner said of an item."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_1_intake"
down_revision = "2026_11_24_9_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "print_block",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_print_block_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_block")),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_print_block_organisation_id_number")
        ),
    )
    op.create_index(op.f("ix_print_block_organisation_id"), "print_block", ["organisation_id"])
    with op.batch_alter_table("item") as table:
        table.add_column(sa.Column("scan_state", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("scan_says", sa.String(length=200), nullable=True))
        table.create_index("ix_item_organisation_id_scan_state", ["organisation_id", "scan_state"])


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("item") as table:
        table.drop_index("ix_item_organisation_id_scan_state")
        table.drop_column("scan_says")
        table.drop_column("scan_state")
    op.drop_table("print_block")
