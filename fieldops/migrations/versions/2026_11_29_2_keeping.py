"""Make the tables of stamps, deliveries outside, fixity scans and what these find."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_2_keeping"
down_revision = "2026_11_29_1_intake"
branch_labels = None
depends_on = None

_TABLES = ("checkpoint_stamp", "checkpoint_delivery", "fixity_scan", "blob_fault")


def upgrade() -> None:
    """Go forward."""
    _create_checkpoint_stamp()
    _create_checkpoint_delivery()
    _create_fixity_scan()
    _create_blob_fault()


def downgrade() -> None:
    """Go back."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_checkpoint_stamp() -> None:
    table = "checkpoint_stamp"
    op.create_table(
        table,
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.String(length=200), nullable=False),
        sa.Column("renews_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        _moment("expires_at", nullable=True),
        _moment("asked_at"),
        _moment("stamped_at", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("due_at"),
        sa.Column("reason", sa.String(length=200), nullable=True),
        *_owned(table),
        _foreign(table, "checkpoint_id", "checkpoint.id"),
        _foreign(table, "renews_id", "checkpoint_stamp.id"),
        sa.UniqueConstraint("renews_id", name=op.f("uq_checkpoint_stamp_renews_id")),
    )
    _index(table, "checkpoint_id")
    _index(table, "organisation_id")
    _index(table, "state", "due_at")


def _create_checkpoint_delivery() -> None:
    table = "checkpoint_delivery"
    op.create_table(
        table,
        sa.Column("checkpoint_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        _moment("asked_at"),
        _moment("sent_at", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("due_at"),
        sa.Column("reason", sa.String(length=200), nullable=True),
        *_owned(table),
        _foreign(table, "checkpoint_id", "checkpoint.id"),
        sa.UniqueConstraint(
            "organisation_id",
            "address",
            "day",
            name=op.f("uq_checkpoint_delivery_organisation_id_address_day"),
        ),
    )
    _index(table, "checkpoint_id")
    _index(table, "organisation_id")


def _create_fixity_scan() -> None:
    table = "fixity_scan"
    op.create_table(
        table,
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("checked", sa.Integer(), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        _moment("started_at"),
        _moment("advanced_at"),
        _moment("finished_at", nullable=True),
        *_owned(table),
    )
    _index(table, "organisation_id")
    _index(table, "organisation_id", "id")


def _create_blob_fault() -> None:
    table = "blob_fault"
    op.create_table(
        table,
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        _moment("found_at"),
        _moment("mended_at", nullable=True),
        *_owned(table),
        _foreign(table, "blob_id", "blob.id"),
        _foreign(table, "scan_id", "fixity_scan.id"),
    )
    _index(table, "blob_id")
    _index(table, "organisation_id")


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _foreign(table, "organisation_id", "organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns), unique=False)
