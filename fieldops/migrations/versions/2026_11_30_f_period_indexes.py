"""Index what retention looks for, and the visits at a door."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_f_period_indexes"
down_revision = "2026_11_30_e_list_indexes"
branch_labels = None
depends_on = None

_INDEXES = {
    "case": ("organisation_id", "state", "updated_at"),
    "visit": ("address_id", "arrived_at"),
    "idempotency_record": ("created_at",),
}
# Only the rows from which something is still to be taken.
_WITHIN = {
    "arrival": ("received_at", "lat IS NOT NULL"),
    "device_entry": (
        "decided_at",
        "body IS NOT NULL OR problem IS NOT NULL OR settled_words IS NOT NULL",
    ),
}


def upgrade() -> None:
    """Go forward."""
    for table, columns in _INDEXES.items():
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, [*columns])
    for table, (column, told) in _WITHIN.items():
        name, where = f"ix_{table}_organisation_id_{column}", sa.text(told)
        columns = ("organisation_id", column)
        op.create_index(name, table, [*columns], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Go back."""
    for table, (column, _) in _WITHIN.items():
        op.drop_index(f"ix_{table}_organisation_id_{column}", table)
    for table, columns in _INDEXES.items():
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
