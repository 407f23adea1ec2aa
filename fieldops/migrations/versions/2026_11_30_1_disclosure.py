"""Make the tables of baskets and redacted copies, and let packs keep for whom they are."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_1_disclosure"
down_revision = "2026_11_29_4_shares"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "basket",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        _moment("updated_at"),
        *_owned("basket", case_id="case.id", account_id="account.id"),
        sa.UniqueConstraint("case_id", name=op.f("uq_basket_case_id")),
    )
    _index("basket", "organisation_id")
    op.create_table(
        "redaction",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("blob_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        _moment("made_at"),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        *_owned("redaction", item_id="item.id", blob_id="blob.id", account_id="account.id"),
    )
    for column in ("item_id", "blob_id", "organisation_id"):
        _index("redaction", column)
    with op.batch_alter_table("pack") as table:
        table.add_column(sa.Column("profile", sa.String(length=40), nullable=True))
        table.add_column(sa.Column("asked", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("pack") as table:
        table.drop_column("asked")
        table.drop_column("profile")
    op.drop_table("redaction")
    op.drop_table("basket")


def _owned(table: str, **foreign: str) -> list[sa.schema.SchemaItem]:
    links = {**foreign, "organisation_id": "organisation.id"}
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))
            for column, to in links.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
