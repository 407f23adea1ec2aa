"""Make the tables of packs shared with somebody outside, their openings and their log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "2026_11_29_4_shares"
down_revision = "2026_11_29_3_parts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_share()
    _create_opening()
    _create_event()


def downgrade() -> None:
    """Go back."""
    for table in ("share_event", "share_opening", "pack_share"):
        op.drop_table(table)


def _create_share() -> None:
    table = "pack_share"
    op.create_table(
        table,
        sa.Column("pack_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_kind", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("passphrase_hash", sa.String(length=200), nullable=False),
        sa.Column("most_downloads", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("bytes_sent", sa.BigInteger(), nullable=False),
        sa.Column("under_way", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("turned_away", sa.Integer(), nullable=False),
        *(_moment(name, nullable=False) for name in ("created_at", "expires_at")),
        *(_moment(name, nullable=True) for name in ("rests_until", "expired_at", "revoked_at")),
        *_owned(table, pack_id="pack.id", account_id="account.id"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pack_share_token_hash")),
    )
    _index(table, "pack_id", "expires_at", "organisation_id")


def _create_opening() -> None:
    table = "share_opening"
    op.create_table(
        table,
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        *(_moment(name, nullable=False) for name in ("opened_at", "expires_at")),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("bytes_sent", sa.BigInteger(), nullable=False),
        *_owned(table, share_id="pack_share.id"),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_share_opening_secret_hash")),
    )
    _index(table, "share_id", "organisation_id")


def _create_event() -> None:
    table = "share_event"
    op.create_table(
        table,
        sa.Column("share_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        _moment("at", nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        *_owned(table, share_id="pack_share.id", account_id="account.id"),
    )
    _index(table, "organisation_id")
    op.create_index("ix_share_event_share_id_id", table, ["share_id", "id"])


def _owned(table: str, **foreign: str) -> list[sa.schema.SchemaItem]:
    targets = {"organisation_id": "organisation.id", **foreign}
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))
            for column, to in targets.items()
        ),
    ]


def _moment(name: str, *, nullable: bool) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
