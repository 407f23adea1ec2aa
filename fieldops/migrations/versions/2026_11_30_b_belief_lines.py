"""Keep the lines of a belief by reference, each only where it changes; find flags by person."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_b_belief_lines"
down_revision = "2026_11_30_b_overrides"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_BELIEF = sa.table(
    "belief",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("address_id", sa.Uuid()),
    sa.column("as_of", sa.DateTime(timezone=True)),
    sa.column("whole_at", sa.DateTime(timezone=True)),
    sa.column("prior", sa.Double()),
    sa.column("drift", sa.Double()),
    sa.column("lines", sa.JSON()),
)
_SEEN = sa.table(
    "observation",
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("observed_at", sa.DateTime(timezone=True)),
    sa.column("source_class", sa.String()),
    sa.column("source_id", sa.String()),
    sa.column("data", sa.JSON()),
)
_AGAIN, _TURNED, _GRADE = " said so before", "takes back an earlier word", "grade keeps "


def upgrade() -> None:
    """Go forward; every belief that is there is taken as written whole."""
    op.create_index("ix_flag_person_id", "flag", ["person_id"])
    with op.batch_alter_table("belief") as batch:
        batch.add_column(sa.Column("prior", sa.Double(), nullable=True))
        batch.add_column(sa.Column("drift", sa.Double(), nullable=True))
        batch.add_column(sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True))
    _rewrite(_shortened)
    with op.batch_alter_table("belief") as batch:
        batch.alter_column("prior", existing_type=sa.Double(), nullable=False)
        batch.alter_column("drift", existing_type=sa.Double(), nullable=False)
        batch.alter_column("whole_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    """Go back; every belief has all its lines written out again."""
    _rewrite(_written_out)
    with op.batch_alter_table("belief") as batch:
        for column in ("whole_at", "drift", "prior"):
            batch.drop_column(column)
    op.drop_index("ix_flag_person_id", "flag")


def _rewrite(change: Callable[[sa.Connection, Any], dict[str, Any]]) -> None:
    """Change every belief, some at a time, the newest first: those before it are as they were."""
    connection = op.get_bind()
    query = sa.select(_BELIEF).order_by(_BELIEF.c.id.desc()).limit(_AT_ONCE)
    rows = connection.execute(query).mappings().all()
    while rows:
        for row in rows:
            changed = sa.update(_BELIEF).where(_BELIEF.c.id == row["id"])
            connection.execute(changed.values(change(connection, row)))
        older = query.where(_BELIEF.c.id < rows[-1]["id"])
        rows = connection.execute(older).mappings().all()


def _shortened(_: sa.Connection, row: Any) -> dict[str, Any]:
    heads = {one["kind"]: one["decibans"] for one in row["lines"] if "observation_id" not in one}
    return {
        "prior": heads.get("prior", 0.0),
        "drift": heads.get("drift", 0.0),
        "whole_at": row["as_of"],
        "lines": [
            [one["observation_id"], one["decibans"], one["share"], one["claim"],
             _TURNED in one["reason"], _graded(one["reason"])]
            for one in row["lines"] if "observation_id" in one
        ],
    }  # fmt: skip


def _graded(reason: str) -> int | None:
    _, found, rest = reason.partition(_GRADE)
    return int(rest.partition("%")[0]) if found else None


def _written_out(connection: sa.Connection, row: Any) -> dict[str, Any]:
    steps = connection.execute(
        sa.select(_BELIEF.c.as_of, _BELIEF.c.whole_at, _BELIEF.c.lines)
        .where(_BELIEF.c.person_id == row["person_id"])
        .where(_BELIEF.c.address_id == row["address_id"])
        .where(_BELIEF.c.as_of >= row["whole_at"], _BELIEF.c.as_of <= row["as_of"])
        .order_by(_BELIEF.c.as_of)
    )
    weights: dict[str, list[Any]] = {}
    for step in steps:
        for one, *told in step.lines:
            weights[one] = told
    seen = connection.execute(sa.select(_SEEN).where(_SEEN.c.person_id == row["person_id"]))
    lines = [
        _line(one, weights[str(one["id"])])
        for one in sorted(seen.mappings(), key=lambda one: (one["observed_at"], str(one["id"])))
        if weights.get(str(one["id"]))
    ]
    return {
        "lines": [
            {"kind": "prior", "decibans": row["prior"]},
            {"kind": "drift", "decibans": row["drift"]},
            *lines,
        ]
    }


def _line(seen: Any, weight: list[Any]) -> dict[str, Any]:
    decibans, share, claim, turned, graded = weight
    group = seen["data"].get("independence_group") or f"{seen['source_class']}:{seen['source_id']}"
    reasons = [f"{group}{_AGAIN} / 同一来源重复"] if share < 1.0 else []
    reasons += [f"{_TURNED} / 改口"] if turned else []
    reasons += [] if graded is None else [f"{_GRADE}{graded}% / 按来源等级折减"]
    at = seen["observed_at"]
    return {
        "kind": seen["kind"],
        "decibans": decibans,
        "share": share,
        "reason": "; ".join(reasons),
        "claim": claim,
        "observation_id": str(seen["id"]),
        "source_class": seen["source_class"],
        "observed_at": (at if at.tzinfo else at.replace(tzinfo=UTC)).isoformat(),
    }
