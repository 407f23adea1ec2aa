"""Read periods and places from indexes alone; find doubtful items and remarked visits by one."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_g_list_periods"
down_revision = "2026_11_30_f_period_indexes"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_address_placed": ("address", "case_id", "lat", "lon", "area_code"),
    "ix_contact_counted": ("contact", "organisation_id", "at", "channel", "result", "house_id"),
    "ix_ruling_record_counted": (
        *("ruling_record", "organisation_id", "at"),
        *("gate", "allowed", "rule_pack"),
    ),
    "ix_item_counted": ("item", "organisation_id", "received_at", "account_id"),
    "ix_visit_counted": (
        *("visit", "organisation_id", "arrived_at"),
        *("agent_id", "partner_id", "address_id", "outcome"),
    ),
    "ix_visit_at_door": (
        *("visit", "address_id", "arrived_at", "organisation_id"),
        *("outcome", "agent_id", "partner_id"),
    ),
}
# What they hold, and more.
_FORMER = {
    "ix_address_case_id": ("address", "case_id"),
    "ix_contact_organisation_id_at": ("contact", "organisation_id", "at"),
    "ix_ruling_record_at": ("ruling_record", "at"),
    "ix_item_organisation_id_received_at": ("item", "organisation_id", "received_at"),
    "ix_visit_address_id_arrived_at": ("visit", "address_id", "arrived_at"),
}


def upgrade() -> None:
    """Go forward."""
    for name, (table, *_) in _FORMER.items():
        op.drop_index(name, table)
    for name, (table, *columns) in _INDEXES.items():
        op.create_index(name, table, columns)
    op.create_index(
        "ix_item_doubtful", "item", ["organisation_id", "received_at"],
        sqlite_where=sa.text("instr(findings, '\"holds\": false') > 0"),
        postgresql_where=sa.text("findings @> '[{\"holds\": false}]'"),
    )  # fmt: skip
    remarked = sa.text("remarks <> '[]'")
    op.create_index(
        "ix_visit_remarked", "visit", ["organisation_id", "arrived_at"],
        sqlite_where=remarked, postgresql_where=remarked,
    )  # fmt: skip


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_visit_remarked", "visit")
    op.drop_index("ix_item_doubtful", "item")
    for name, (table, *_) in _INDEXES.items():
        op.drop_index(name, table)
    for name, (table, *columns) in _FORMER.items():
        op.create_index(name, table, columns)
