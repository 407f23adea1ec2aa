"""Make the tables of events, deadlines and notices, and keep what was first known from moving."""

import sqlalchemy as sa
from alembic import op

from fieldops.migrations import stamps

revision = "2026_11_30_4_alerts"
down_revision = "2026_11_30_3_identity"
branch_labels = None
depends_on = None

_TABLES = (
    "legal_event", "deadline", "notice", "alert_channel", "notice_sending", "alert_policy",
)  # fmt: skip
# When the house came to know a fact: the year of 民法典 541 runs from it, so it never moves.
_STAMPED = (("flag", "known_at"), ("observation", "recorded_at"))


def upgrade() -> None:
    """Go forward."""
    _create_legal_event()
    _create_deadline()
    _create_notice()
    _create_alert_channel()
    _create_notice_sending()
    _create_alert_policy()
    for table, column in _STAMPED:
        stamps.freeze(op.get_bind(), table, column)


def downgrade() -> None:
    """Go back."""
    for table, column in _STAMPED:
        stamps.thaw(op.get_bind(), table, column)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_legal_event() -> None:
    table = "legal_event"
    op.create_table(
        table,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        _word("kind"),
        _short("subject"),
        _moment("at"),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        _moment("recorded_at"),
        _moment("withdrawn_at", nullable=True),
        sa.Column("withdrawn_reason", sa.LargeBinary(), nullable=True),
        *_owned(table),
        _foreign(table, "case_id", "case.id"),
    )
    _index(table, "case_id")
    _index(table, "organisation_id")


def _create_deadline() -> None:
    table = "deadline"
    op.create_table(
        table,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=True),
        _short("holder"),
        _word("name"),
        _short("subject"),
        _moment("ends_at"),
        _moment("next_at", nullable=True),
        _word("next_step", nullable=True),
        *_owned(table),
        _foreign(table, "case_id", "case.id"),
        _foreign(table, "flag_id", "flag.id"),
        _unique(table, "holder", "name", "subject"),
    )
    _index(table, "case_id")
    _index(table, "organisation_id")
    _index(table, "organisation_id", "next_at")


def _create_notice() -> None:
    table = "notice"
    op.create_table(
        table,
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=True),
        _word("code"),
        _word("occasion"),
        _word("step", nullable=True),
        _short("version"),
        _word("way"),
        _word("role"),
        _moment("deadline_at", nullable=True),
        _moment("made_at"),
        sa.Column("seen_by", sa.Uuid(), nullable=True),
        _moment("seen_at", nullable=True),
        _moment("escalated_at", nullable=True),
        *_owned(table),
        _foreign(table, "case_id", "case.id"),
        _foreign(table, "flag_id", "flag.id"),
        _unique(table, "organisation_id", "version"),
    )
    _index(table, "flag_id")
    _index(table, "organisation_id")
    _index(table, "organisation_id", "seen_at")


def _create_alert_channel() -> None:
    table = "alert_channel"
    op.create_table(
        table,
        _word("role"),
        _word("kind"),
        sa.Column("target", sa.LargeBinary(), nullable=True),
        sa.Column("url", sa.LargeBinary(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        _word("language"),
        _moment("created_at"),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        _moment("disabled_at", nullable=True),
        _moment("failing_since", nullable=True),
        _short("reason", nullable=True),
        *_owned(table),
    )
    _index(table, "organisation_id")


def _create_notice_sending() -> None:
    table = "notice_sending"
    op.create_table(
        table,
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("channel_id", sa.Uuid(), nullable=False),
        _word("state"),
        _moment("due_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("sent_at", nullable=True),
        _short("reason", nullable=True),
        *_owned(table),
        _foreign(table, "notice_id", "notice.id"),
        _foreign(table, "channel_id", "alert_channel.id"),
        _unique(table, "notice_id", "channel_id"),
    )
    _index(table, "channel_id")
    _index(table, "organisation_id")
    _index(table, "state", "due_at")


def _create_alert_policy() -> None:
    table = "alert_policy"
    op.create_table(
        table,
        _word("quiet_from"),
        _word("quiet_until"),
        _word("digest_at"),
        sa.Column("escalate_minutes", sa.Integer(), nullable=False),
        _word("escalate_to"),
        _moment("changed_at"),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        *_owned(table),
        _unique(table, "organisation_id"),
    )
    _index(table, "organisation_id")


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        _foreign(table, "organisation_id", "organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _word(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=40), nullable=nullable)


def _short(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=200), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=op.f(f"uq_{table}_{'_'.join(columns)}"))


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
