"""Make the tables of record linkage, and mark every person as still to be compared."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_3_identity"
down_revision = "2026_11_30_2_drills"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("starred", sa.LargeBinary(), nullable=True))
        table.add_column(
            sa.Column("links_due", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        table.create_index(
            "ix_person_organisation_id_links_due_id", ["organisation_id", "links_due", "id"]
        )
    with op.batch_alter_table("person") as table:
        table.alter_column("links_due", existing_type=sa.Boolean(), server_default=None)
    _keys()
    _pairs()
    _entities()


def downgrade() -> None:
    """Go back."""
    for name in (
        "identity_scope",
        "identity_member",
        "identity_judgement",
        "identity_pair",
        "identity_key",
    ):
        op.drop_table(name)
    with op.batch_alter_table("person") as table:
        table.drop_index("ix_person_organisation_id_links_due_id")
        table.drop_column("links_due")
        table.drop_column("starred")


def _keys() -> None:
    op.create_table(
        "identity_key",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        _to("identity_key", "person_id", "person"),
        _to("identity_key", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("digest", "person_id", name=op.f("pk_identity_key")),
    )
    op.create_index(op.f("ix_identity_key_person_id"), "identity_key", ["person_id"])


def _pairs() -> None:
    op.create_table(
        "identity_pair",
        sa.Column("low_id", sa.Uuid(), nullable=False),
        sa.Column("high_id", sa.Uuid(), nullable=False),
        sa.Column("decibans", sa.Double(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("limit", sa.String(length=40), nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("model_version", sa.String(length=40), nullable=False),
        sa.Column("across", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(length=40), nullable=True),
        sa.Column("cut_low_id", sa.Uuid(), nullable=True),
        sa.Column("cut_high_id", sa.Uuid(), nullable=True),
        sa.Column("scored_at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _to("identity_pair", "low_id", "person"),
        _to("identity_pair", "high_id", "person"),
        _to("identity_pair", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_pair")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_identity_pair_low_id_high_id")),
    )
    op.create_index(op.f("ix_identity_pair_organisation_id"), "identity_pair", ["organisation_id"])
    op.create_index(op.f("ix_identity_pair_high_id"), "identity_pair", ["high_id"])
    op.create_index(
        "ix_identity_pair_queue",
        "identity_pair",
        ["organisation_id", "verdict", "standing", "decibans"],
    )
    op.create_table(
        "identity_judgement",
        sa.Column("pair_id", sa.Uuid(), nullable=False),
        sa.Column("verdict", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _to("identity_judgement", "pair_id", "identity_pair"),
        _to("identity_judgement", "account_id", "account"),
        _to("identity_judgement", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_judgement")),
    )
    for column in ("pair_id", "organisation_id"):
        op.create_index(op.f(f"ix_identity_judgement_{column}"), "identity_judgement", [column])


def _entities() -> None:
    op.create_table(
        "identity_member",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        _to("identity_member", "person_id", "person"),
        _to("identity_member", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_identity_member")),
    )
    for column in ("entity_id", "organisation_id"):
        op.create_index(op.f(f"ix_identity_member_{column}"), "identity_member", [column])
    op.create_table(
        "identity_scope",
        sa.Column("across_creditors", sa.Boolean(), nullable=False),
        sa.Column("purpose", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _to("identity_scope", "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_scope")),
    )
    op.create_index(
        op.f("ix_identity_scope_organisation_id"), "identity_scope", ["organisation_id"]
    )


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
