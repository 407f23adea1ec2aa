"""All rules of the audit in one list, and what they find."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from bench.audit import custody, people, promises, refusals, standing, times
from bench.audit.records import Books, Finding
from bench.audit.refusals import Refusal

LAW: tuple[Callable[[Books], Iterator[Finding]], ...] = (
    times.hours,
    times.visits_too_often,
    times.calls_too_often,
    standing.held,
    standing.asked_to_be_spared,
    people.crews,
    people.third_parties,
    people.overrides,
    people.plans,
)
"""What was done to people."""


def findings(session: Session) -> list[Finding]:
    """Every breach of the law or of a policy of the house, and every contact nobody judged."""
    books = Books(session)
    return [found for rule in LAW for found in rule(books)]


def breaches(session: Session) -> Counter[str]:
    """How often each limit was passed by what the house could know."""
    return Counter(one.what for one in findings(session) if not one.hindsight)


def losses(session: Session, *, as_of: datetime, refused: Iterable[Refusal] = ()) -> list[Finding]:
    """What should stand in the tables and does not: rulings, custody, alerts, answers, work.

    `refused` are the refusals that were met outside, each of which must have its row.
    """
    books = Books(session)
    parts = (
        refusals.unjudged(books),
        refusals.unwritten(books),
        refusals.missing(books, refused),
        custody.chains(books),
        custody.items(books),
        promises.complaints(books, as_of),
        promises.alerts(books, as_of),
        promises.work(books),
    )
    return [found for part in parts for found in part]
