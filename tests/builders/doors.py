"""A crew at a door: everything a test of a visit stands on, and what a phone says there."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.gateways.house_policies import load_terms
from fieldops.gateways.rulebook import load_packs
from fieldops.models import Agent, Case, Organisation, Visit
from fieldops.services import visits
from fieldops.services.rulings import ContactForbidden
from fieldops.settings import config_dir
from tests.builders.cases import a_case, an_agent
from tests.builders.visits import START, a_visit

BOOK = load_packs(config_dir() / "rulebook")
TERMS = load_terms(config_dir() / "instalments")
SHOWN = {"badge_shown": True, "authorisation_shown": True, "recorder_on": True}


@dataclass
class Door:
    """A visit planned for two agents, and the two as they act."""

    session: Session
    case: Case
    visit: Visit
    agent: Agent
    partner: Agent
    first: Actor
    second: Actor

    def arrive(self, actor: Actor | None = None, **changed: Any) -> Any:
        """One of the crew arrives, the first unless said otherwise."""
        now = changed.pop("now", START)
        report = visits.read_arrival(arrival(**changed))
        return visits.arrive(
            self.session,
            self.visit.id,
            report,
            book=BOOK,
            radius_metres=300.0,
            actor=actor or self.first,
            now=now,
        )

    def both_arrive(self) -> None:
        """The crew is complete."""
        for actor in (self.first, self.second):
            assert not isinstance(self.arrive(actor), ContactForbidden)

    def record(self, outcome: str = "no_answer", **changed: Any) -> Visit:
        """The first of the crew records an outcome based on the present version."""
        options: dict[str, Any] = {
            "version": self.visit.version,
            "book": BOOK,
            "terms": TERMS,
            "actor": self.first,
            "now": START,
        }
        options.update({k: changed.pop(k) for k in tuple(changed) if k in options})
        answers = {"facts": {"recording_kept": True}, **changed}
        return visits.record_outcome(self.session, self.visit.id, outcome, answers, **options)


def arrival(**changed: Any) -> dict[str, Any]:
    """What a phone at the builders' usual address says."""
    return {
        "position": {"lat": 30.66, "lon": 104.06, "datum": "WGS84"},
        "accuracy_metres": 12.0,
        "fix_age_seconds": 3.0,
        "is_mock": False,
        "device_at": START.isoformat(),
        "facts": SHOWN,
        **changed,
    }


def a_door(session: Session, organisation: Organisation, **case: Any) -> Door:
    """A visit to a debtor, planned for two trained agents for the time at which tests stand."""
    agent = an_agent(session, organisation, code="D1", partner_code="D2")
    partner = an_agent(session, organisation, code="D2", partner_code="D1")
    row = a_case(session, organisation, **case)
    visit = a_visit(session, organisation, case=row, agent=agent, partner=partner)
    session.commit()
    return Door(
        session,
        row,
        visit,
        agent,
        partner,
        Actor(organisation.id, Role.AGENT, None, agent.id),
        Actor(organisation.id, Role.AGENT, None, partner.id),
    )
