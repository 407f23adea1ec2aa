"""Make the table of nightly rounds over beliefs; find observations by when they last changed."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_e_belief_rounds"
down_revision = "2026_11_30_e_promises"
branch_labels = None
depends_on = None

_RECORDED = "ix_observation_organisation_id_recorded_at_id"
_WITHDRAWN = "ix_observation_organisation_id_withdrawn_at_id"
_IF_WITHDRAWN = sa.text("withdrawn_at IS NOT NULL")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "belief_round",
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_version", sa.String(200), nullable=False),
        sa.Column("evaluated", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("advanced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_belief_round_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_belief_round")),
        sa.UniqueConstraint(
            "organisation_id", "night", name=op.f("uq_belief_round_organisation_id_night")
        ),
    )
    op.create_index(op.f("ix_belief_round_organisation_id"), "belief_round", ["organisation_id"])
    op.create_index(_RECORDED, "observation", ["organisation_id", "recorded_at", "id"])
    op.create_index(
        _WITHDRAWN, "observation", ["organisation_id", "withdrawn_at", "id"],
        postgresql_where=_IF_WITHDRAWN, sqlite_where=_IF_WITHDRAWN,
    )  # fmt: skip


def downgrade() -> None:
    """Go back."""
    op.drop_index(_WITHDRAWN, "observation")
    op.drop_index(_RECORDED, "observation")
    op.drop_table("belief_round")
