"""Make the tables of data protection, and let observations be erased with their person's key."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from fieldops.migrations import observation_guard

revision = "2026_11_30_9_protection"
down_revision = "2026_11_30_8_rights"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_LOGS = ("access_record", "reveal")
_TABLES = (
    "protection_record",
    "retention_run",
    "retention_switch",
    "correction",
    "restricted_subject",
    "restriction",
    "reveal",
    "data_request",
    "data_key",
)


def upgrade() -> None:
    """Go forward."""
    _create_keys()
    _create_requests()
    _create_restrictions()
    _create_records()
    op.create_index("ix_access_record_subject", "access_record", ["subject"])
    with op.batch_alter_table("arrival") as batch:
        for name in ("lat", "lon"):
            batch.alter_column(name, existing_type=sa.Float(), nullable=True)
        batch.alter_column("given_position", existing_type=_json(), nullable=True)
    observation_guard.take_down(op.get_bind())
    observation_guard.put_up(op.get_bind())
    _guard_logs()


def downgrade() -> None:
    """Go back; positions that were pruned become nought."""
    observation_guard.take_down(op.get_bind())
    _unguard_logs()
    for table in _TABLES:
        op.drop_table(table)
    op.drop_index("ix_access_record_subject", "access_record")
    op.execute("UPDATE arrival SET lat = 0, lon = 0, given_position = '{}' WHERE lat IS NULL")
    with op.batch_alter_table("arrival") as batch:
        for name in ("lat", "lon"):
            batch.alter_column(name, existing_type=sa.Float(), nullable=False)
        batch.alter_column("given_position", existing_type=_json(), nullable=False)
    observation_guard.put_up(op.get_bind())


def _create_keys() -> None:
    _create(
        "data_key",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("destroyed_at", _TIME, nullable=True),
    )
    op.create_index("ix_data_key_destroyed_at", "data_key", ["destroyed_at"])


def _create_requests() -> None:
    _create(
        "data_request",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("jurisdiction", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("extended_reason", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("identity_method", sa.String(40), nullable=True),
        sa.Column("identity_by", sa.Uuid(), nullable=True),
        sa.Column("identity_at", _TIME, nullable=True),
        sa.Column("answer", _json(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", _TIME, nullable=True),
        _refers("data_request", "person_id", "person"),
    )
    op.create_index("ix_data_request_person_id", "data_request", ["person_id"])
    _create(
        "reveal",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        _refers("reveal", "person_id", "person"),
    )
    op.create_index("ix_reveal_person_id", "reveal", ["person_id"])


def _create_restrictions() -> None:
    _create(
        "restriction",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(40), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("placed_at", _TIME, nullable=False),
        sa.Column("until", _TIME, nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", _TIME, nullable=True),
        _refers("restriction", "person_id", "person"),
    )
    op.create_index("ix_restriction_person_id", "restriction", ["person_id"])
    op.create_table(
        "restricted_subject",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["restriction_id"],
            ["restriction.id"],
            name=op.f("fk_restricted_subject_restriction_id"),
        ),
        sa.PrimaryKeyConstraint("subject_id", "restriction_id", name=op.f("pk_restricted_subject")),
    )
    _create(
        "correction",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
        _refers("correction", "person_id", "person"),
    )
    op.create_index("ix_correction_person_id", "correction", ["person_id"])


def _create_records() -> None:
    _create(
        "retention_switch",
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("rules_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", _TIME, nullable=False),
    )
    _create(
        "retention_run",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("cause", sa.String(200), nullable=False),
        sa.Column("record", _json(), nullable=False),
        sa.Column("record_hash", sa.String(64), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("begun_at", _TIME, nullable=False),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.UniqueConstraint(
            "organisation_id", "number", name=op.f("uq_retention_run_organisation_id_number")
        ),
    )
    _create(
        "protection_record",
        sa.Column("register", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("contents", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("told_at", _TIME, nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", _TIME, nullable=False),
    )


def _guard_logs() -> None:
    """Who read what is appended, never changed: the database itself refuses."""
    refusal = "records of reading are never changed"
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute(
            "CREATE FUNCTION access_kept() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            f"RAISE EXCEPTION '{refusal}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END $body$"
        )
    for table in _LOGS:
        if is_postgresql:
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION access_kept()"
            )
            continue
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )


def _unguard_logs() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION access_kept() CASCADE")
        return
    for table in _LOGS:
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{act}")


def _create(table: str, *rest: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *rest,
        _refers(table, "organisation_id", "organisation"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_organisation_id"), table, ["organisation_id"])


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _json() -> sa.JSON[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
