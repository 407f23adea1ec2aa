"""Make arrangements of instalments, tracks of trackers, and what authors say of their entries."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_e_promises"
down_revision = "2026_11_30_e_stated"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    _create_arrangement()
    _extend_promise()
    _extend_phones()
    _create_track_point()
    _create_track_day()


def downgrade() -> None:
    """Go back."""
    for table in ("track_day", "track_point"):
        op.drop_table(table)
    with op.batch_alter_table("device_entry") as batch:
        for name in ("author_word", "author_words"):
            batch.drop_column(name)
    with op.batch_alter_table("device") as batch:
        batch.drop_constraint(op.f("uq_device_tracker_hash"), type_="unique")
        for name in ("battery_percent", "tracker_hash", "tracker_since"):
            batch.drop_column(name)
    op.drop_index("ix_promise_organisation_id_standing_due_on", "promise")
    with op.batch_alter_table("promise") as batch:
        batch.drop_index(op.f("ix_promise_arrangement_id"))
        batch.drop_constraint(op.f("fk_promise_arrangement_id"), type_="foreignkey")
        for name in (
            "arrangement_id", "number", "standing", "stands_since", "settled_by", "settled_words",
        ):  # fmt: skip
            batch.drop_column(name)
    op.drop_table("arrangement")


def _create_arrangement() -> None:
    table = "arrangement"
    op.create_table(
        table,
        _id("case_id"),
        _id("visit_id", nullable=True),
        sa.Column("amount", sa.Numeric(18, 2), nullable=False),
        _word("currency"),
        sa.Column("count", sa.Integer(), nullable=False),
        _word("state"),
        _moment("made_at"),
        _id("decided_by", nullable=True),
        _word("decided_role", nullable=True),
        _moment("decided_at", nullable=True),
        sa.Column("decided_words", sa.LargeBinary(), nullable=True),
        _id("hold_id", nullable=True),
        *_owned(table),
        *(_foreign(table, name) for name in ("case", "visit", "hold")),
    )
    for name in ("case_id", "organisation_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])


def _extend_promise() -> None:
    with op.batch_alter_table("promise") as batch:
        batch.add_column(_id("arrangement_id", nullable=True))
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column("standing", sa.String(length=40), nullable=False, server_default="open")
        )
        batch.add_column(_moment("stands_since", nullable=True))
        batch.add_column(_id("settled_by", nullable=True))
        batch.add_column(sa.Column("settled_words", sa.LargeBinary(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_promise_arrangement_id"), "arrangement", ["arrangement_id"], ["id"]
        )
        batch.create_index(op.f("ix_promise_arrangement_id"), ["arrangement_id"])
    with op.batch_alter_table("promise") as batch:
        batch.alter_column("standing", server_default=None)
    op.create_index(
        "ix_promise_organisation_id_standing_due_on",
        "promise",
        ["organisation_id", "standing", "due_on"],
    )


def _extend_phones() -> None:
    with op.batch_alter_table("device") as batch:
        batch.add_column(sa.Column("battery_percent", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("tracker_hash", sa.String(length=64), nullable=True))
        batch.add_column(_moment("tracker_since", nullable=True))
        batch.create_unique_constraint(op.f("uq_device_tracker_hash"), ["tracker_hash"])
    with op.batch_alter_table("device_entry") as batch:
        batch.add_column(_word("author_word", nullable=True))
        batch.add_column(sa.Column("author_words", sa.LargeBinary(), nullable=True))


def _create_track_point() -> None:
    table = "track_point"
    op.create_table(
        table,
        _id("agent_id"),
        _id("device_id"),
        _moment("at"),
        _moment("received_at"),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_metres", sa.Double(), nullable=True),
        *_owned(table),
        *(_foreign(table, name) for name in ("agent", "device")),
        sa.UniqueConstraint("agent_id", "at", name=op.f(f"uq_{table}_agent_id_at")),
    )
    for name in ("device_id", "organisation_id"):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name])
    op.create_index(
        "ix_track_point_organisation_id_received_at", table, ["organisation_id", "received_at"]
    )


def _create_track_day() -> None:
    table = "track_day"
    op.create_table(
        table,
        _id("agent_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        _moment("updated_at"),
        *_owned(table),
        _foreign(table, "agent"),
        sa.UniqueConstraint("agent_id", "day", name=op.f(f"uq_{table}_agent_id_day")),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])


def _id(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _word(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(table: str, other: str) -> sa.ForeignKeyConstraint:
    column = f"{other}_id"
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _owned(table: str) -> list[sa.Column[object] | sa.Constraint]:
    return [
        _id("organisation_id"),
        _id("id"),
        _foreign(table, "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]
