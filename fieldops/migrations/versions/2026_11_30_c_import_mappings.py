"""Keep mappings of headings that people made by eye, by name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_c_import_mappings"
down_revision = "2026_11_30_c_identity_moves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.create_table(
        "import_mapping",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("header_key", sa.String(64), nullable=False),
        sa.Column("columns", json, nullable=False),
        sa.Column("defaults", json, nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_import_mapping_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint(
            "organisation_id", "name", name=op.f("uq_import_mapping_organisation_id_name")
        ),
    )
    op.create_index(
        op.f("ix_import_mapping_organisation_id"), "import_mapping", ["organisation_id"]
    )
    op.create_index(
        op.f("ix_import_mapping_organisation_id_header_key"),
        "import_mapping",
        ["organisation_id", "header_key"],
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("import_mapping")
