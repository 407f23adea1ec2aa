"""Counting anew what does not fit of an organisation's evidence, so that it can be read at once."""

from fieldops.db import db, reading
from fieldops.domain.facts import FitAged
from fieldops.jobs.registry import JobContext, job
from fieldops.services import kept_fit
from fieldops.transaction import transaction


@job("count-fit", subject=lambda fact: f"organisation:{fact.house_id}", timeout=1800)
def count_fit(context: JobContext, fact: FitAged) -> None:
    """Count and keep what is due; nobody who writes waits while it is counted."""
    with reading(), transaction(db.session) as session:
        if not kept_fit.is_due(session, fact.house_id, now=context.now):
            return
        found = kept_fit.count(session, fact.house_id, now=context.now)
    with context.unit() as session:
        kept_fit.keep(session, fact.house_id, found)
