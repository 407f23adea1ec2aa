"""Somebody who is restricted: stored and secured, and shown to nobody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role, system
from fieldops.domain.rights.vocabulary import CameBy, RequestKind
from fieldops.models import (
    Alarm,
    Arrangement,
    IdentityPair,
    Party,
    Promise,
    Restriction,
    RulingRecord,
    RulingRule,
)
from fieldops.services.protection import restricting, scope
from fieldops.services.rights import complaints, disputes, requests
from tests.builders.cases import a_party, an_address
from tests.builders.doors import BOOK
from tests.builders.journals import a_conflict, a_device
from tests.builders.rights import RIGHTS
from tests.builders.visits import START
from tests.builders.worlds import World

SECRET, SAID = "隐姓埋名", "他说的话"
"""What is the person's own, and what he said under his rights."""


def a_restriction(
    session: Session, person_id: UUID, actor: Actor, *, at: datetime, ground: str = "objection"
) -> Restriction:
    """Have this person rest with all that is his."""
    found = scope.of_person(session, person_id, actor)
    row = restricting.restrict(
        session, person_id, found, ground, "PIPL 44", "", until=None, actor=actor, now=at, at=at
    )
    session.commit()
    return row


def left_behind(session: Session, world: World) -> list[str]:
    """Give the debtor of the world's case something in the lists; what names him in any of them.

    He is the guarantor of the next case as well, which nobody hides.
    """
    case, visit, beside = world.case, world.visits[0], world.visits[1].case
    person, own = case.parties[0].person, {"organisation_id": case.organisation_id}
    person.name = SECRET
    guarantor = a_party(session, beside, person, "guarantor")
    for party in (case.parties[0], guarantor):
        place = an_address(session, party, text=f"{SECRET}路9号")
        place.state = "ambiguous"
    visit.remarks = [{"code": "far-from-address", "metres": 420, "at": START.isoformat()}]
    agent = Actor(case.organisation_id, Role.AGENT, world.people["agent"].id, visit.agent_id)
    due = {"currency": "CNY", "due_on": START.date(), "made_at": START, "amount": 5}
    offered = Arrangement(
        **own, case_id=case.id, amount=5, currency="CNY", count=1, state="offered", made_at=START
    )
    ruling = RulingRecord(
        **own, gate="door", subject=SECRET, case_id=case.id, allowed=True, violations=[],
        rule_pack="cn", inputs_hash="0", at=START,
    )  # fmt: skip
    low, high = sorted((person.id, beside.parties[0].person_id))
    told = {"outcome": "met", "note": SAID}
    clash = a_conflict(a_device(session, agent), visit_id=visit.id, body=told)
    session.add_all([offered, ruling, clash])
    session.flush()
    session.add_all(
        [
            Promise(**own, **due, case_id=case.id, arrangement_id=offered.id, number=1),
            Promise(**own, **due, case_id=case.id, standing="missed", stands_since=START),
            RulingRule(**own, ruling_id=ruling.id, rule="CN-FREQ-01", part="near_cap", at=START),
            IdentityPair(
                **own, low_id=low, high_id=high, decibans=9, verdict="possible", limit="",
                lines=[], model_version="m", across=False, scored_at=START,
            ),
            Alarm(**own, kind="sos", key="k", agent_id=visit.agent_id, visit_id=visit.id,
                  raised_at=START, step=0),
        ]
    )  # fmt: skip
    for of, party in ((case, case.parties[0]), (beside, guarantor)):
        _speaks(session, of.id, party.id)
    session.flush()
    ids = (case.id, world.flag.id, person.id, guarantor.id)
    return [SECRET, SAID, case.number, *(str(one) for one in ids)]


def _speaks(session: Session, case_id: UUID, party_id: UUID) -> None:
    """He complains, disputes and asks something."""
    party = session.get_one(Party, party_id)
    own: dict[str, Any] = {
        "rights": RIGHTS, "actor": system(party.organisation_id), "now": START,
    }  # fmt: skip
    said: dict[str, Any] = {"words": SAID, "came_by": CameBy.CALL}
    heard = complaints.ComplaintOrder(case_id, party_id=party_id, **said)
    complaints.open_complaint(session, heard, **own)
    disputes.open_dispute(session, disputes.DisputeOrder(case_id, party_id=party_id, **said), **own)
    wish = requests.RequestOrder(party_id, RequestKind.WORKPLACE, **said)
    requests.record(session, wish, book=BOOK, **own)
