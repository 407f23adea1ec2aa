"""The job that locates the addresses of an import, batch by batch, with what was asked before."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fieldops import clock
from fieldops.db import db, reading
from fieldops.domain.errors import Unavailable
from fieldops.domain.facts import CasesImported
from fieldops.domain.locating import Geocoder, Outcome
from fieldops.jobs.registry import JobContext, job
from fieldops.services import locating
from fieldops.transaction import transaction

BATCH = 200


class StoredAnswers:
    """The table of answers as the chain of geocoders asks for it.

    Each answer is kept in a transaction of its own: it has cost quota, so it outlives a failure of
    the job that asked.
    """

    def get(self, key: str) -> Outcome | None:
        """The answer kept, if it is still good."""
        with reading(), transaction(db.session) as session:
            return locating.find_answer(session, key, now=clock.wall_time())

    def put(self, key: str, outcome: Outcome, seconds: float) -> None:
        """Keep an answer for so many seconds."""
        until = clock.wall_time() + timedelta(seconds=seconds)
        with transaction(db.session) as session:
            locating.keep_answer(session, key, outcome, expires_at=until)


@job("locate-addresses", subject=lambda fact: f"import:{fact.import_id}", timeout=6 * 3600)
def locate_addresses(context: JobContext, fact: CasesImported) -> None:
    """Ask for every address of the import that waits; what nobody could answer keeps waiting.

    Raises Unavailable at the end when some could not be asked, so that the job is seen to have
    failed and can be run again.
    """
    geocoder = context.wiring.geocoder(StoredAnswers())
    with reading(), transaction(db.session) as session:
        total = locating.count_pending(session, fact.import_id, context.actor)
    done = unasked = 0
    after: UUID | None = None
    while batch := _next(context, fact, after):
        answers = _ask(geocoder, batch)
        with context.unit() as session:
            locating.keep_answers(
                session,
                answers,
                gazetteer=context.wiring.gazetteer,
                actor=context.actor,
                now=context.now,
            )
        done, unasked = done + len(batch), unasked + len(batch) - len(answers)
        after = batch[-1].id
        context.advance(done, max(total, done))
    if unasked:
        raise Unavailable(f"{unasked} addresses could not be asked for; they wait to be located.")


def _next(
    context: JobContext, fact: CasesImported, after: UUID | None
) -> Sequence[locating.Pending]:
    with reading(), transaction(db.session) as session:
        return locating.pending(session, fact.import_id, context.actor, after=after, limit=BATCH)


def _ask(geocoder: Geocoder, batch: Sequence[locating.Pending]) -> dict[UUID, Outcome]:
    """The answers by address; outside any transaction, because asking takes its time."""
    answers: dict[UUID, Outcome] = {}
    for address in batch:
        try:
            answers[address.id] = geocoder.locate(address.text)
        except Unavailable:
            continue
    return answers
