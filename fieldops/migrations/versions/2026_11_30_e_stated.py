"""Make the tables of what other houses state, and mark contacts that were theirs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_e_stated"
down_revision = "2026_11_30_e_team"
branch_labels = None
depends_on = None

_INDEXED = ("case_id", "organisation_id")
_TABLES = ("stated_visit", "stated_item", "stated_flag", "stated_review")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("contact") as contact:
        contact.add_column(sa.Column("house_id", sa.Uuid(), nullable=True))
        contact.add_column(sa.Column("house_name", sa.String(200), nullable=True))
    _make(
        "stated_visit",
        ("party", "address"),
        _moment("arrived_at"),
        _moment("left_at", nullable=True),
        _moment("recorded_at", nullable=True),
        _word("outcome", nullable=True),
        _word("observer_role"),
        _short("observer"),
        _short("partner", nullable=True),
        sa.Column("accuracy_metres", sa.Double(), nullable=True),
        sa.Column("distance_metres", sa.Double(), nullable=True),
        _json("doubts"),
    )
    _make(
        "stated_item",
        (),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        _word("kind"),
        _short("media_type"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        _moment("device_at", nullable=True),
        _moment("received_at"),
        _short("custody_log", nullable=True),
        sa.Column("custody_position", sa.BigInteger(), nullable=True),
        sa.Column("custody_leaf", sa.String(64), nullable=True),
        inner=("visit", "stated_visit"),
    )
    _make_flags()


def _make_flags() -> None:
    _make(
        "stated_flag",
        ("person",),
        *(_word(name) for name in ("code", "severity", "state")),
        *(_short(name) for name in ("subject", "basis", "model_version")),
        *(_json(name) for name in ("shown", "missing", "contradicted", "grounds", "clocks")),
        sa.Column("probability", sa.Double(), nullable=True),
        _moment("earliest_deadline", nullable=True),
        *(_moment(name) for name in ("known_at", "raised_at", "updated_at")),
    )
    _make(
        "stated_review",
        ("person",),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        _word("verdict"),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        _word("reviewer_role"),
        _moment("at"),
        inner=("flag", "stated_flag"),
    )
    op.create_index("ix_stated_review_flag_id", "stated_review", ["flag_id"])


def downgrade() -> None:
    """Go back."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    with op.batch_alter_table("contact") as contact:
        contact.drop_column("house_name")
        contact.drop_column("house_id")


def _make(
    table: str,
    others: tuple[str, ...],
    *columns: sa.Column[object],
    inner: tuple[str, str] | None = None,
) -> None:
    """A table of what another house states; `inner` is a reference by another name."""
    named = {other: other for other in ("organisation", "case", *others)}
    if inner is not None:
        named[inner[0]] = inner[1]
    op.create_table(
        table,
        *(sa.Column(f"{other}_id", sa.Uuid(), nullable=False) for other in others),
        *columns,
        sa.Column("house_id", sa.Uuid(), nullable=False),
        _short("house_name"),
        _moment("taken_at"),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{name}_id")
            )
            for name, other in named.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in _INDEXED:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(40), nullable=nullable)


def _short(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(200), nullable=nullable)


def _json(name: str) -> sa.Column[object]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, nullable=False)
