"""Keep when persons came to an entity and left it, so that what was shown is shown again."""

import sqlalchemy as sa
from alembic import op

from fieldops.models.types import new_id

revision = "2026_11_30_c_identity_moves"
down_revision = "2026_11_30_b_belief_lines"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_MEMBER = sa.table(
    "identity_member",
    sa.column("person_id", sa.Uuid()),
    sa.column("organisation_id", sa.Uuid()),
    sa.column("entity_id", sa.Uuid()),
    sa.column("since", _MOMENT),
)


def upgrade() -> None:
    """Go forward; whoever belongs to an entity came to it when his row says so."""
    made = op.create_table(
        "identity_move",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _to("person"),
        _to("organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_move")),
    )
    for column in ("entity_id", "organisation_id"):
        op.create_index(op.f(f"ix_identity_move_{column}"), "identity_move", [column])
    op.create_index("ix_identity_move_person_id_at", "identity_move", ["person_id", "at"])
    rows = op.get_bind().execute(sa.select(_MEMBER)).mappings().all()
    told = ({**row, "id": new_id(), "at": row["since"]} for row in rows)
    moves = [{key: one[key] for key in one if key != "since"} for one in told]
    if moves:
        op.bulk_insert(made, moves)


def downgrade() -> None:
    """Go back; when somebody came and went is forgotten."""
    op.drop_table("identity_move")


def _to(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_identity_move_{table}_id_{table}")
    return sa.ForeignKeyConstraint([f"{table}_id"], [f"{table}.id"], name=name)
