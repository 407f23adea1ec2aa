"""Find the rows of a period and a portfolio fast, for reports, and page through cases and jobs."""

from alembic import op

revision = "2026_11_30_b_reports"
down_revision = "2026_11_30_b_phones"
branch_labels = None
depends_on = None

INDEXES = (
    ("case", ("organisation_id", "creditor")),
    ("case", ("import_id",)),
    ("case", ("organisation_id", "priority", "number")),
    ("contact", ("organisation_id", "at")),
    ("promise", ("organisation_id", "made_at")),
    ("payment", ("organisation_id", "paid_at")),
    ("flag", ("organisation_id", "raised_at")),
    ("item", ("organisation_id", "received_at")),
    ("job_run", ("organisation_id", "id")),
)


def upgrade() -> None:
    """Go forward."""
    for table, columns in INDEXES:
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade() -> None:
    """Go back."""
    for table, columns in INDEXES:
        op.drop_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table_name=table)
