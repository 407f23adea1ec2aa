"""Going on with a nightly round over those of whom nothing new was heard, some at a time.

A job goes for a minute and then hands the rest on, so that what others wait for comes between; and
behind each transaction it rests as long as that took, so that whoever writes finds his turn.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.facts import BeliefsAged
from fieldops.jobs.registry import JobContext, job
from fieldops.models import BeliefRound
from fieldops.services import belief_rounds
from fieldops.transaction import transaction
from fieldops.wiring import Wiring

log = structlog.get_logger(__name__)

# So many people are believed of in one transaction, which is over in less than a tenth of a second.
_PEOPLE = 20
_TURN = timedelta(minutes=1)


@job("believe-aged", subject=lambda fact: f"belief-round:{fact.round_id}", timeout=1800)
def believe_aged(context: JobContext, fact: BeliefsAged) -> None:
    """Go on with a round for one turn; what is left is handed on."""
    going = go_on(context.wiring, fact.round_id, turn=_TURN)
    context.advance(going.evaluated, None)
    if going.state == belief_rounds.RUNNING:
        with context.unit() as session:
            belief_rounds.ask(session, going, at=clock.wall_time())


def go_on(
    wiring: Wiring,
    round_id: UUID,
    *,
    turn: timedelta | None = None,
    rest: Callable[[float], None] = time.sleep,
) -> BeliefRound:
    """Go on from where the round stands to its end, or until its turn is over."""
    until = None if turn is None else clock.wall_time() + turn
    while True:
        with reading(), transaction(db.session) as session:
            going = session.get_one(BeliefRound, round_id)
            found = belief_rounds.look(session, going, days=wiring.settings.belief_days)
        if found.upto is None or going.state != belief_rounds.RUNNING:
            with transaction(db.session) as session:
                return belief_rounds.finish(session, round_id, at=clock.wall_time())
        for at in range(0, len(found.due), _PEOPLE):
            began = clock.monotonic()
            going = _evaluate_all(wiring, round_id, found.due[at : at + _PEOPLE])
            if until is not None and clock.wall_time() >= until:
                return going
            rest(clock.monotonic() - began)
        _evaluate(wiring, round_id, (), upto=found.upto)


def _evaluate_all(wiring: Wiring, round_id: UUID, people: Sequence[UUID]) -> BeliefRound:
    """Evaluate some people at once, or one by one: whose record fails keeps nobody else waiting."""
    try:
        return _evaluate(wiring, round_id, people, upto=people[-1])
    except Exception:
        if len(people) > 1:
            return [_evaluate_all(wiring, round_id, [one]) for one in people][-1]
        log.exception("beliefs.passed-over", person=str(people[0]))
    with transaction(db.session) as session:
        return belief_rounds.pass_over(session, round_id, people[0], at=clock.wall_time())


def _evaluate(wiring: Wiring, round_id: UUID, people: Sequence[UUID], *, upto: UUID) -> BeliefRound:
    with transaction(db.session, wiring.publish) as session:
        return belief_rounds.evaluate(
            session, round_id, people, upto=upto, now=clock.now(), at=clock.wall_time()
        )
