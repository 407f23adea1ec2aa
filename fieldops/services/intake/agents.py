"""Taking rows of an agent file in: new, updated or unchanged, known again by the agent's code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops.domain.casefile.agents import AgentRow, partner_doubts
from fieldops.domain.casefile.content import content_key
from fieldops.domain.casefile.rows import Fault, Refusal
from fieldops.domain.identity import unreadable
from fieldops.domain.permissions import Actor
from fieldops.models import Agent
from fieldops.services.intake import places
from fieldops.services.intake.reporting import Report


class AgentTaker:
    """Takes batches of rows in for one import."""

    def __init__(self, session: Session, report: Report, actor: Actor, now: datetime) -> None:
        self._session = session
        self._report = report
        self._actor = actor
        self._now = now
        self._seen: list[AgentRow] = []

    def take(self, rows: Sequence[AgentRow]) -> None:
        """Write what is new or changed in these rows."""
        known = self._known([row.code for row in rows])
        for row in rows:
            self._take_row(row, known.get(row.code))
        self._seen.extend(rows)
        self._session.flush()

    def finish(self) -> None:
        """After the last row: doubts about partners, who may stand anywhere in the file."""
        doubts = list(partner_doubts(self._seen))
        elsewhere = self._known([agent.partner_code for agent, _ in doubts])
        for agent, problem in doubts:
            other = elsewhere.get(agent.partner_code)
            if problem.reason == "partner_unknown" and other is not None:
                if other.partner_code == agent.code:
                    continue
                problem = unreadable("partner_not_mutual", code=agent.partner_code)
            note = Fault("partner_code", "", problem)
            self._report.fault(agent.line, agent.code, note)

    def _take_row(self, row: AgentRow, agent: Agent | None) -> None:
        key = content_key(row)
        if agent is not None and agent.content_key == key and agent.retired_at is None:
            self._report.count("unchanged")
            return
        if row.start is None and agent is None:
            # A day that starts nowhere cannot be planned, and no place is made up.
            fault = Fault("longitude", "", unreadable("start_missing"))
            self._report.refuse(Refusal(row.line, row.code, (fault,)))
            return
        if agent is None:
            agent = Agent(
                organisation_id=self._actor.organisation_id, code=row.code, created_at=self._now
            )
            self._session.add(agent)
            self._report.count("new")
        else:
            self._report.count("updated")
        for name, value in self._content(row, key).items():
            setattr(agent, name, value)
        self._report.look_at(row)

    def _content(self, row: AgentRow, key: str) -> dict[str, Any]:
        values: dict[str, Any] = {
            "name": row.name,
            "day_start": row.shift_start.isoformat("minutes"),
            "day_end": row.shift_end.isoformat("minutes"),
            "break_start": row.break_start.isoformat("minutes") if row.break_start else None,
            "break_minutes": row.break_minutes,
            "skills": list(row.skills),
            "partner_code": row.partner_code or None,
            "trained_until": row.trained_until,
            "most_stops": row.most_stops,
            "most_minutes": row.most_minutes,
            "content_key": key,
            # Whoever stands in the file again works again.
            "retired_at": None,
        }
        (position,) = places.converted([row.start])
        if position is not None:
            values |= {"lat": position.lat, "lon": position.lon}
            values["given_position"] = places.given_record(row.start)
        return values

    def _known(self, codes: Sequence[str]) -> dict[str, Agent]:
        if not codes:
            return {}
        query = select(Agent).where(
            Agent.organisation_id == self._actor.organisation_id, Agent.code.in_(set(codes))
        )
        return {agent.code: agent for agent in self._session.scalars(query)}
