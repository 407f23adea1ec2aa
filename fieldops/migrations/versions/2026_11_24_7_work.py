"""Make the tables of the outbox, job runs and access records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_24_7_work"
down_revision = "2026_11_24_6_trace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_outbox_fact()
    _create_job_run()
    _create_access_record()


def downgrade() -> None:
    """Go back."""
    op.drop_table("access_record")
    op.drop_table("job_run")
    op.drop_table("outbox_fact")


def _create_outbox_fact() -> None:
    op.create_table(
        "outbox_fact",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("payload", _json(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_outbox_fact_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_fact")),
    )
    op.create_index(
        op.f("ix_outbox_fact_organisation_id"), "outbox_fact", ["organisation_id"], unique=False
    )
    op.create_index(
        "ix_outbox_fact_published_at_id", "outbox_fact", ["published_at", "id"], unique=False
    )


def _create_job_run() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index(
        op.f("ix_job_run_organisation_id"), "job_run", ["organisation_id"], unique=False
    )
    op.create_index(op.f("ix_job_run_subject"), "job_run", ["subject"], unique=False)


def _create_access_record() -> None:
    op.create_table(
        "access_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_record")),
    )
    op.create_index(
        "ix_access_record_organisation_id_id",
        "access_record",
        ["organisation_id", "id"],
        unique=False,
    )


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
