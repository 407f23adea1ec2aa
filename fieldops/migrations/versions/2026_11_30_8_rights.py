"""Make the tables of complaints, disputes and requests, and let rulings be counted by rule."""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from uuid6 import uuid7

revision = "2026_11_30_8_rights"
down_revision = "2026_11_30_7_kept_rules"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_OF_HOLD = ("variant", "evidence", "lifted_outcome", "ended_at")


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("hold") as table:
        table.add_column(_word("variant", server_default=""))
        table.add_column(sa.Column("evidence", sa.String(length=200), nullable=True))
        table.add_column(_word("lifted_outcome", nullable=True))
        table.add_column(_moment("ended_at", nullable=True))
    with op.batch_alter_table("hold") as table:
        table.alter_column("variant", server_default=None)
    op.create_index("ix_hold_organisation_id_ends_at", "hold", ["organisation_id", "ends_at"])
    with op.batch_alter_table("ruling_record") as table:
        table.add_column(sa.Column("agent_id", sa.Uuid(), nullable=True))
    op.create_index("ix_ruling_record_agent_id", "ruling_record", ["agent_id"])
    _create_complaint()
    _create_dispute()
    _create_request()
    _create_ruling_rule()
    _fill(op.get_bind())


def downgrade() -> None:
    """Go back."""
    for name in ("ruling_rule", "contact_request", "dispute", "complaint"):
        op.drop_table(name)
    op.drop_index("ix_ruling_record_agent_id", "ruling_record")
    with op.batch_alter_table("ruling_record") as table:
        table.drop_column("agent_id")
    op.drop_index("ix_hold_organisation_id_ends_at", "hold")
    with op.batch_alter_table("hold") as table:
        for column in _OF_HOLD:
            table.drop_column(column)


def _create_complaint() -> None:
    op.create_table(
        "complaint",
        *_ids("case_id", "party_id", "hold_id"),
        _word("came_by"),
        _sealed("words"),
        *_ids("about_agent_id", "about_account_id", nullable=True),
        _word("complexity"),
        _sealed("complexity_reason", nullable=True),
        _word("state"),
        _moment("received_at"),
        _moment("due_at"),
        _moment("next_at", nullable=True),
        _word("next_step", nullable=True),
        *_ids("opened_by", nullable=True),
        _moment("opened_at"),
        *_ids("handler_id", nullable=True),
        _moment("assigned_at", nullable=True),
        _sealed("answer", nullable=True),
        _moment("answered_at", nullable=True),
        _word("outcome", nullable=True),
        *_ids("closed_by", nullable=True),
        _moment("closed_at", nullable=True),
        *_owned(
            "complaint", case_id="case.id", party_id="party.id", hold_id="hold.id",
            about_agent_id="agent.id", about_account_id="account.id", handler_id="account.id",
        ),
    )  # fmt: skip
    for columns in (
        ("case_id",),
        ("hold_id",),
        ("organisation_id",),
        ("organisation_id", "next_at"),
        ("organisation_id", "state", "due_at"),
    ):
        _index("complaint", *columns)


def _create_dispute() -> None:
    op.create_table(
        "dispute",
        *_ids("case_id", "party_id", "hold_id"),
        _word("came_by"),
        _word("ground"),
        _sealed("words"),
        *_ids("opened_by", nullable=True),
        _moment("opened_at"),
        _word("outcome", nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=True),
        _sealed("reason", nullable=True),
        *_ids("resolved_by", nullable=True),
        _moment("resolved_at", nullable=True),
        *_owned("dispute", case_id="case.id", party_id="party.id", hold_id="hold.id"),
    )
    for columns in (
        ("case_id",),
        ("hold_id",),
        ("organisation_id",),
        ("organisation_id", "resolved_at"),
    ):
        _index("dispute", *columns)


def _create_request() -> None:
    op.create_table(
        "contact_request",
        *_ids("case_id", "party_id", "person_id"),
        _word("kind"),
        _word("channel", nullable=True),
        sa.Column("windows", _json(), nullable=False),
        _sealed("attorney", nullable=True),
        _sealed("words"),
        _word("came_by"),
        *_ids("hold_id", "recorded_by", nullable=True),
        _moment("recorded_at"),
        *_ids("withdrawn_by", nullable=True),
        _moment("withdrawn_at", nullable=True),
        _sealed("withdrawn_words", nullable=True),
        *_owned(
            "contact_request", case_id="case.id", party_id="party.id", person_id="person.id",
            hold_id="hold.id",
        ),
    )  # fmt: skip
    for column in ("case_id", "person_id", "organisation_id"):
        _index("contact_request", column)


def _create_ruling_rule() -> None:
    op.create_table(
        "ruling_rule",
        *_ids("ruling_id"),
        _word("rule"),
        _word("part"),
        _moment("at"),
        *_owned("ruling_rule", ruling_id="ruling_record.id"),
    )
    for columns in (
        ("ruling_id",),
        ("organisation_id",),
        ("organisation_id", "part", "at"),
        ("organisation_id", "rule", "ruling_id"),
    ):
        _index("ruling_rule", *columns)


def _fill(bind: sa.Connection) -> None:
    """Write the rules of the rulings that were kept before, and whose contacts they were."""
    ruling, account = _tables()
    agents = sa.select(account.c.agent_id).where(account.c.id == ruling.c.account_id)
    bind.execute(ruling.update().values(agent_id=agents.scalar_subquery()))
    after: UUID | None = None
    while rows := _rulings(bind, ruling, after):
        lines = [line for row in rows for line in _lines(row)]
        if lines:
            bind.execute(_rule_table().insert(), lines)
        after = rows[-1].id


def _rulings(bind: sa.Connection, ruling: sa.TableClause, after: UUID | None) -> list[Any]:
    query = sa.select(ruling).order_by(ruling.c.id).limit(_AT_ONCE)
    if after is not None:
        query = query.where(ruling.c.id > after)
    return list(bind.execute(query))


def _lines(row: Any) -> list[dict[str, Any]]:
    found = json.loads(row.violations) if isinstance(row.violations, str) else row.violations
    return [
        {
            "id": UUID(int=uuid7().int),
            "organisation_id": row.organisation_id,
            "ruling_id": row.id,
            "rule": rule,
            "part": "refused",
            "at": row.at,
        }
        for rule in dict.fromkeys(one["rule"] for one in found or ())
    ]


def _tables() -> tuple[sa.TableClause, sa.TableClause]:
    ruling = sa.table(
        "ruling_record",
        sa.column("id", sa.Uuid()),
        sa.column("organisation_id", sa.Uuid()),
        sa.column("account_id", sa.Uuid()),
        sa.column("agent_id", sa.Uuid()),
        sa.column("violations", _json()),
        sa.column("at", sa.DateTime(timezone=True)),
    )
    account = sa.table("account", sa.column("id", sa.Uuid()), sa.column("agent_id", sa.Uuid()))
    return ruling, account


def _rule_table() -> sa.TableClause:
    names = ("id", "organisation_id", "ruling_id")
    return sa.table(
        "ruling_rule",
        *(sa.column(name, sa.Uuid()) for name in names),
        sa.column("rule", sa.String()),
        sa.column("part", sa.String()),
        sa.column("at", sa.DateTime(timezone=True)),
    )


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _word(name: str, *, nullable: bool = False, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=40), nullable=nullable, **more)


def _sealed(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _ids(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Uuid(), nullable=nullable) for name in names]


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


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns), unique=False)
