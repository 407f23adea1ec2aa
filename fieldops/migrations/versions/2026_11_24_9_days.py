"""Make the table of changes to a running day, and keep how a plan became cheaper."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_9_days"
down_revision = "2026_11_24_8_field_model"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_day_change()
    with op.batch_alter_table("job_run") as table:
        table.add_column(sa.Column("series", _json(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("job_run") as table:
        table.drop_column("series")
    op.drop_table("day_change")


def _create_day_change() -> None:
    op.create_table(
        "day_change",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("recipe", _json(), nullable=False),
        sa.Column("told", _json(), nullable=False),
        sa.Column("figures", _json(), nullable=False),
        sa.Column("seen", _json(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_day_change_organisation_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_day_change_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_change")),
    )
    op.create_index(
        op.f("ix_day_change_organisation_id"), "day_change", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_day_change_plan_id"), "day_change", ["plan_id"], unique=False)
    op.create_index(
        "ix_day_change_organisation_id_applied_at",
        "day_change",
        ["organisation_id", "applied_at"],
        unique=False,
    )


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
