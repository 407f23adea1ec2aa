"""Make the tables of enrolled phones, of their codes, and of what they wrote offline."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_b_phones"
down_revision = "2026_11_30_a_safety"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_device()
    _create_device_code()
    _create_wrong_code()
    _create_device_entry()


def downgrade() -> None:
    """Go back."""
    for table in ("device_entry", "wrong_code", "device_code", "device"):
        op.drop_table(table)


def _create_device() -> None:
    table = "device"
    op.create_table(
        table,
        _id("account_id"),
        _id("agent_id"),
        sa.Column("name", sa.String(length=200), nullable=False),
        _digest("key_hash"),
        _digest("family"),
        _id("enrolled_by", nullable=True),
        _moment("enrolled_at"),
        _moment("last_seen_at", nullable=True),
        _word("app_version", nullable=True),
        sa.Column("pending", sa.Integer(), nullable=True),
        sa.Column("storage_persisted", sa.Boolean(), nullable=True),
        sa.Column("decided_through", sa.BigInteger(), nullable=False),
        _moment("revoked_at", nullable=True),
        _id("revoked_by", nullable=True),
        sa.Column("revoked_reason", sa.LargeBinary(), nullable=True),
        *_owned(table),
        _foreign(table, "account_id", "account.id"),
        _foreign(table, "agent_id", "agent.id"),
        _unique(table, "key_hash"),
        _unique(table, "family"),
    )
    for name in ("account_id", "agent_id", "organisation_id"):
        _index(table, name)


def _create_device_code() -> None:
    table = "device_code"
    op.create_table(
        table,
        _id("account_id"),
        _id("agent_id"),
        _digest("code_hash"),
        _id("made_by", nullable=True),
        _moment("made_at"),
        _moment("expires_at"),
        _moment("used_at", nullable=True),
        _id("device_id", nullable=True),
        *_owned(table),
        _foreign(table, "account_id", "account.id"),
        _foreign(table, "agent_id", "agent.id"),
        _foreign(table, "device_id", "device.id"),
        _unique(table, "code_hash"),
    )
    for name in ("agent_id", "organisation_id"):
        _index(table, name)


def _create_wrong_code() -> None:
    table = "wrong_code"
    op.create_table(
        table,
        _id("id"),
        _digest("source"),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "source")
    _index(table, "at")


def _create_device_entry() -> None:
    table = "device_entry"
    op.create_table(
        table,
        _id("device_id"),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        _word("kind"),
        _id("visit_id", nullable=True),
        sa.Column("based_on", sa.BigInteger(), nullable=True),
        _moment("device_at", nullable=True),
        _moment("happened_at"),
        _moment("received_at"),
        _digest("content_hash"),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        _word("state"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("decided_at", nullable=True),
        sa.Column("version_before", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("problem", sa.LargeBinary(), nullable=True),
        _word("question", nullable=True),
        _word("settlement", nullable=True),
        _moment("settled_at", nullable=True),
        _id("settled_by", nullable=True),
        sa.Column("settled_words", sa.LargeBinary(), nullable=True),
        *_owned(table),
        _foreign(table, "device_id", "device.id"),
        _unique(table, "device_id", "sequence"),
    )
    _index(table, "device_id", "key")
    _index(table, "organisation_id")
    _index(table, "organisation_id", "settled_at")
    _index(table, "visit_id")


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        _id("id"),
        _id("organisation_id"),
        _foreign(table, "organisation_id", "organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _digest(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _word(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
