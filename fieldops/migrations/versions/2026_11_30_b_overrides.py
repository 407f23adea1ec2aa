"""Make the table of overrides, which nobody erases, and let a kept ruling name those it used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_b_overrides"
down_revision = "2026_11_30_b_reports"
branch_labels = None
depends_on = None

_TABLE = "rule_override"
_MAY_CHANGE = (
    "reason", "reference", "revoked_by", "revoked_at", "revoked_reason", "visit_id", "contact_id",
    "used_at",
)  # fmt: skip
_REFUSAL = "overrides are revoked, never changed or deleted"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        _TABLE,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.String(length=40), nullable=False)
            for name in ("rule", "office", "channel")
        ),
        *(_moment(name) for name in ("starts_at", "ends_at")),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        _moment("placed_at"),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        _moment("revoked_at", nullable=True),
        sa.Column("revoked_reason", sa.LargeBinary(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        _moment("used_at", nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{name}.id"], name=op.f(f"fk_{_TABLE}_{name}_id")
            )
            for name in ("case", "party", "visit", "contact", "organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_TABLE}")),
    )
    for names in (("organisation_id",), ("case_id",), ("visit_id",)):
        op.create_index(op.f(f"ix_{_TABLE}_{'_'.join(names)}"), _TABLE, list(names))
    op.create_index(
        op.f(f"ix_{_TABLE}_organisation_id_placed_at"), _TABLE, ["organisation_id", "placed_at"]
    )
    overrides = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("ruling_record", sa.Column("overrides", overrides, nullable=True))
    _guard()


def downgrade() -> None:
    """Go back."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {_TABLE}_kept() CASCADE")
    op.drop_table(_TABLE)
    op.drop_column("ruling_record", "overrides")


def _guard() -> None:
    """Have the database itself refuse to erase an override or to change what it says."""
    if op.get_bind().dialect.name == "postgresql":
        free = ", ".join(f"'{name}'" for name in _MAY_CHANGE)
        op.execute(
            f"CREATE FUNCTION {_TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
            "IF TG_OP = 'UPDATE' AND "
            f"to_jsonb(NEW) - ARRAY[{free}] = to_jsonb(OLD) - ARRAY[{free}] "
            "THEN RETURN NEW; END IF; "
            f"RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END $body$"
        )
        op.execute(
            f"CREATE TRIGGER {_TABLE}_kept BEFORE UPDATE OR DELETE ON {_TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_kept()"
        )
        return
    columns = [one["name"] for one in sa.inspect(op.get_bind()).get_columns(_TABLE)]
    fixed = ", ".join(name for name in columns if name not in _MAY_CHANGE)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    op.execute(f"CREATE TRIGGER {_TABLE}_no_delete BEFORE DELETE ON {_TABLE} {refuse}")
    op.execute(f"CREATE TRIGGER {_TABLE}_fixed BEFORE UPDATE OF {fixed} ON {_TABLE} {refuse}")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
