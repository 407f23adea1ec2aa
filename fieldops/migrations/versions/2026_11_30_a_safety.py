"""Make the tables of alarms, of who is called, and of incidents; let a notice be about no case."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_30_a_safety"
down_revision = "2026_11_30_9_protection"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("notice") as batch:
        batch.alter_column("case_id", existing_type=sa.Uuid(), nullable=True)
        batch.add_column(sa.Column("about", sa.String(length=200), nullable=True))
    _create_call_contact()
    _create_alarm()
    _create_alarm_act()
    _create_incident()


def downgrade() -> None:
    """Go back; what was told of no case goes with its alarm."""
    for table in ("incident", "alarm_act", "alarm", "call_contact"):
        op.drop_table(table)
    notice = sa.table("notice", sa.column("id"), sa.column("case_id"))
    sending = sa.table("notice_sending", sa.column("notice_id"))
    of_none = notice.c.case_id.is_(None)
    op.execute(
        sending.delete().where(sending.c.notice_id.in_(sa.select(notice.c.id).where(of_none)))
    )
    op.execute(notice.delete().where(of_none))
    with op.batch_alter_table("notice") as batch:
        batch.drop_column("about")
        batch.alter_column("case_id", existing_type=sa.Uuid(), nullable=False)


def _create_call_contact() -> None:
    table = "call_contact"
    op.create_table(
        table,
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        _moment("created_at"),
        _moment("removed_at", nullable=True),
        *_owned(table),
    )
    _index(table, "organisation_id")


def _create_alarm() -> None:
    table = "alarm"
    op.create_table(
        table,
        _word("kind"),
        _short("key"),
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        *(
            sa.Column(name, sa.Double(), nullable=True)
            for name in ("lat", "lon", "accuracy_metres", "fix_age_seconds")
        ),
        _moment("device_at", nullable=True),
        _moment("raised_at"),
        sa.Column("step", sa.Integer(), nullable=False),
        _moment("next_at", nullable=True),
        _moment("acknowledged_at", nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        _word("ending", nullable=True),
        sa.Column("ended_reason", sa.LargeBinary(), nullable=True),
        *_owned(table),
        _foreign(table, "agent_id", "agent.id"),
        _foreign(table, "visit_id", "visit.id"),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_alarm_organisation_id_key")),
    )
    _index(table, "organisation_id")
    _index(table, "visit_id")
    _index(table, "next_at")


def _create_alarm_act() -> None:
    table = "alarm_act"
    op.create_table(
        table,
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        _word("kind"),
        _moment("at"),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        *_owned(table),
        _foreign(table, "alarm_id", "alarm.id"),
        _foreign(table, "contact_id", "call_contact.id"),
    )
    _index(table, "alarm_id")
    _index(table, "organisation_id")


def _create_incident() -> None:
    table = "incident"
    op.create_table(
        table,
        _short("key"),
        _word("kind"),
        *(
            sa.Column(name, sa.Uuid(), nullable=True)
            for name in ("visit_id", "case_id", "address_id", "agent_id", "account_id")
        ),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        _moment("happened_at"),
        _moment("recorded_at"),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        _moment("review_due_at"),
        _moment("reviewed_at", nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("measures", sa.LargeBinary(), nullable=True),
        sa.Column("warns", sa.Boolean(), nullable=True),
        *_owned(table),
        *(
            _foreign(table, f"{name}_id", f"{name}.id")
            for name in ("visit", "case", "address", "agent", "hold")
        ),
        sa.UniqueConstraint("organisation_id", "key", name=op.f("uq_incident_organisation_id_key")),
    )
    for name in ("organisation_id", "visit_id", "case_id", "address_id", "agent_id"):
        _index(table, name)
    _index(table, "organisation_id", "reviewed_at")


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _foreign(table, "organisation_id", "organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _word(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _short(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=200), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
