"""Make the table of what is kept of how agents' evidence fits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_h_agent_fit"
down_revision = "2026_11_30_g_sign_ins"
branch_labels = None
depends_on = None

_TABLE = "agent_fit"
_MOMENTS = ("since", "until", "counted_at")
_COUNTS = ("items", "doubtful", "visits", "remarked", "compared", "nobody")
_OTHERS = ("agent", "organisation")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        _TABLE,
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        *(sa.Column(one, sa.DateTime(timezone=True), nullable=False) for one in _MOMENTS),
        *(sa.Column(one, sa.Integer(), nullable=False) for one in _COUNTS),
        sa.Column(
            "checks", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("surplus", sa.Double(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_{_TABLE}_{one}_id")
            )
            for one in _OTHERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
        sa.UniqueConstraint(
            "organisation_id", "agent_id", name=op.f(f"uq_{_TABLE}_organisation_id_agent_id")
        ),
    )
    for one in _OTHERS:
        op.create_index(op.f(f"ix_{_TABLE}_{one}_id"), _TABLE, [f"{one}_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table(_TABLE)
