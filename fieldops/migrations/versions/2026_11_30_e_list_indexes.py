"""Index what lists are read by: the ids of a house, and its open cases by what is pressing."""

from alembic import op

revision = "2026_11_30_e_list_indexes"
down_revision = "2026_11_30_e_belief_rounds"
branch_labels = None
depends_on = None

_LISTED = (
    *("visit", "contact", "hold", "item", "notice", "notice_sending", "device_entry"),
    *("case", "address"),
)
_PRESSING = ("organisation_id", "state", "priority", "id")


def upgrade() -> None:
    """Go forward."""
    for table in _LISTED:
        op.create_index(f"ix_{table}_organisation_id_id", table, ["organisation_id", "id"])
    op.create_index(f"ix_case_{'_'.join(_PRESSING)}", "case", [*_PRESSING])


def downgrade() -> None:
    """Go back."""
    op.drop_index(f"ix_case_{'_'.join(_PRESSING)}", "case")
    for table in reversed(_LISTED):
        op.drop_index(f"ix_{table}_organisation_id_id", table)
