"""Agent files: taken in, known again by code, partners looked at after the last line."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor
from fieldops.models import Agent, Import, ImportLine
from tests.services.intake.files import an_agent_line, take_agents


def _reasons(session: Session, record: Import) -> list[str]:
    query = select(ImportLine.reason).where(ImportLine.import_id == record.id)
    return list(session.scalars(query.order_by(ImportLine.id)))


def test_a_line_becomes_an_agent_with_his_usual_day(session: Session, admin: Actor) -> None:
    record = take_agents(session, admin, an_agent_line())
    agent = session.scalars(select(Agent)).one()
    assert record.kind == "agents"
    assert (agent.day_start, agent.day_end, agent.break_start) == ("09:00", "18:00", "12:00")
    assert (agent.skills, agent.trained_until) == (["粤语"], date(2027, 3, 31))
    assert (agent.lat, agent.lon) == (30.67, 104.06)


def test_the_same_file_again_changes_no_agent(session: Session, admin: Actor) -> None:
    take_agents(session, admin, an_agent_line())
    assert take_agents(session, admin, an_agent_line()).counts["unchanged"] == 1


def test_a_changed_line_updates_the_agent_of_that_code(session: Session, admin: Actor) -> None:
    take_agents(session, admin, an_agent_line())
    record = take_agents(session, admin, an_agent_line(班次结束="20:00"))
    assert record.counts["updated"] == 1
    assert session.scalars(select(Agent)).one().day_end == "20:00"


def test_a_lapsed_training_is_kept_for_the_rulebook_to_judge(
    session: Session, admin: Actor
) -> None:
    record = take_agents(session, admin, an_agent_line(培训到期日="2020-01-01"))
    assert record.counts["new"] == 1
    assert session.scalars(select(Agent)).one().trained_until == date(2020, 1, 1)


def test_an_agent_whose_day_starts_nowhere_is_refused(session: Session, admin: Actor) -> None:
    line = an_agent_line(出发经度="", 出发纬度="", 坐标系="")
    record = take_agents(session, admin, line)
    assert (record.counts["refused"], _reasons(session, record)) == (1, ["start_missing"])


def test_a_known_agent_keeps_his_start_when_the_file_gives_none(
    session: Session, admin: Actor
) -> None:
    take_agents(session, admin, an_agent_line())
    take_agents(session, admin, an_agent_line(出发经度="", 出发纬度="", 坐标系=""))
    assert session.scalars(select(Agent)).one().lat == 30.67


def test_a_partner_whom_nobody_knows_is_to_be_looked_at(session: Session, admin: Actor) -> None:
    record = take_agents(session, admin, an_agent_line(搭档工号="A9"))
    assert _reasons(session, record) == ["partner_unknown"]


def test_a_partner_from_an_earlier_file_is_known(session: Session, admin: Actor) -> None:
    take_agents(session, admin, an_agent_line(工号="A2", 搭档工号="A1"))
    record = take_agents(session, admin, an_agent_line(搭档工号="A2"))
    assert _reasons(session, record) == []


def test_a_dry_run_writes_no_agent(session: Session, admin: Actor) -> None:
    record = take_agents(session, admin, an_agent_line(搭档工号="A9"), dry_run=True)
    assert (record.counts["new"], _reasons(session, record)) == (1, ["partner_unknown"])
    assert session.scalars(select(Agent)).all() == []
