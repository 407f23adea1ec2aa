"""Let visits wait for a partner, keep agencies with their records, and reviews of agents."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_30_e_team"
down_revision = "2026_11_30_d_saved_views"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_WAITING = "state IN ('planned', 'waiting', 'arrived', 'recorded', 'left', 'cancelled')"
_BEFORE = "state IN ('planned', 'arrived', 'recorded', 'left', 'cancelled')"
_HOLDER = "(agent_id IS NULL) <> (agency_id IS NULL)"
_SEEN: dict[str, Any] = {
    "seen_lat": sa.Double(),
    "seen_lon": sa.Double(),
    "seen_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    """Go forward; every agency that was evaluated becomes one."""
    _replace_states(_WAITING)
    with op.batch_alter_table("arrival") as batch:
        for name, kind in _SEEN.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
    _create_agency()
    _create_review()
    with op.batch_alter_table("agent") as batch:
        batch.add_column(sa.Column("agency_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_agent_agency_id"), "agency", ["agency_id"], ["id"])
    op.create_index(op.f("ix_agent_agency_id"), "agent", ["agency_id"])
    with op.batch_alter_table("team_record") as batch:
        batch.add_column(sa.Column("agency_id", sa.Uuid(), nullable=True))
        batch.alter_column("agent_id", existing_type=sa.Uuid(), nullable=True)
        batch.create_foreign_key(op.f("fk_team_record_agency_id"), "agency", ["agency_id"], ["id"])
        batch.create_check_constraint(op.f("ck_team_record_holder"), _HOLDER)
    op.create_index(op.f("ix_team_record_agency_id"), "team_record", ["agency_id"])
    with op.batch_alter_table("agency_evaluation") as batch:
        batch.add_column(sa.Column("agency_id", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
    _name_agencies()
    with op.batch_alter_table("agency_evaluation") as batch:
        batch.alter_column("ends_on", existing_type=sa.Date(), nullable=False)
        batch.alter_column("agency_id", existing_type=sa.Uuid(), nullable=False)
        batch.create_foreign_key(
            op.f("fk_agency_evaluation_agency_id"), "agency", ["agency_id"], ["id"]
        )
        batch.drop_column("agency")
    op.create_index(op.f("ix_agency_evaluation_agency_id"), "agency_evaluation", ["agency_id"])


def downgrade() -> None:
    """Go back; whoever waits has arrived, and what only agencies hold is gone."""
    with op.batch_alter_table("agency_evaluation") as batch:
        batch.add_column(sa.Column("agency", sa.String(length=200), nullable=True))
    agency, judged = _agency(), _evaluation()
    called = sa.select(agency.c.name).where(agency.c.id == judged.c.agency_id).scalar_subquery()
    op.execute(judged.update().values(agency=called))
    op.drop_index(op.f("ix_agency_evaluation_agency_id"), "agency_evaluation")
    with op.batch_alter_table("agency_evaluation") as batch:
        batch.alter_column("agency", existing_type=sa.String(length=200), nullable=False)
        batch.drop_constraint(op.f("fk_agency_evaluation_agency_id"), type_="foreignkey")
        batch.drop_column("agency_id")
        batch.drop_column("ends_on")
    record = sa.table("team_record", sa.column("agent_id"))
    op.execute(record.delete().where(record.c.agent_id.is_(None)))
    op.drop_index(op.f("ix_team_record_agency_id"), "team_record")
    with op.batch_alter_table("team_record") as batch:
        batch.drop_constraint(op.f("ck_team_record_holder"), type_="check")
        batch.drop_constraint(op.f("fk_team_record_agency_id"), type_="foreignkey")
        batch.drop_column("agency_id")
        batch.alter_column("agent_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_index(op.f("ix_agent_agency_id"), "agent")
    with op.batch_alter_table("agent") as batch:
        batch.drop_constraint(op.f("fk_agent_agency_id"), type_="foreignkey")
        batch.drop_column("suspended_at")
        batch.drop_column("agency_id")
    op.drop_table("agent_review")
    op.drop_table("agency")
    with op.batch_alter_table("arrival") as batch:
        for name in _SEEN:
            batch.drop_column(name)
    visit = sa.table("visit", sa.column("state"))
    op.execute(visit.update().where(visit.c.state == "waiting").values(state="arrived"))
    _replace_states(_BEFORE)


def _replace_states(states: str) -> None:
    with op.batch_alter_table("visit") as batch:
        batch.drop_constraint(op.f("ck_visit_state"), type_="check")
        batch.create_check_constraint(op.f("ck_visit_state"), states)


def _create_agency() -> None:
    op.create_table(
        "agency",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *_owned("agency"),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_agency_organisation_id_name")),
    )
    op.create_index(op.f("ix_agency_organisation_id"), "agency", ["organisation_id"])


def _create_review() -> None:
    table = "agent_review"
    op.create_table(
        table,
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("grounds", _JSON, nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *_owned(table),
        sa.ForeignKeyConstraint(["agent_id"], ["agent.id"], name=op.f(f"fk_{table}_agent_id")),
    )
    for column in ("agent_id", "organisation_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _owned(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f(f"fk_{table}_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _agency() -> sa.TableClause:
    columns = [sa.column(one, sa.Uuid()) for one in ("id", "organisation_id")]
    at = sa.column("created_at", sa.DateTime(timezone=True))
    return sa.table("agency", *columns, sa.column("name", sa.String()), at)


def _evaluation() -> sa.TableClause:
    columns = [sa.column(one, sa.Uuid()) for one in ("id", "organisation_id", "agency_id")]
    days = [sa.column(one, sa.Date()) for one in ("held_on", "ends_on")]
    days.append(sa.column("recorded_at", sa.DateTime(timezone=True)))
    return sa.table("agency_evaluation", *columns, *days, sa.column("agency", sa.String()))


def _name_agencies() -> None:
    agency, judged = _agency(), _evaluation()
    bind = op.get_bind()
    known: dict[tuple[UUID, str], UUID] = {}
    for row in bind.execute(sa.select(judged)).all():
        name = (row.organisation_id, row.agency)
        if name not in known:
            known[name] = uuid4()
            made = {
                "organisation_id": row.organisation_id,
                "name": row.agency,
                "created_at": row.recorded_at,
            }
            bind.execute(agency.insert().values(id=known[name], **made))
        ends = row.held_on + timedelta(days=365)
        mended = judged.update().where(judged.c.id == row.id)
        bind.execute(mended.values(agency_id=known[name], ends_on=ends))
