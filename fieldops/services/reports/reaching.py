"""Contacts of a report by channel, and what the rulebook refused, by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from fieldops.domain.rights.near import Part
from fieldops.domain.rulebook.vocabulary import Channel, Result
from fieldops.models import Contact, RulingRecord, RulingRule
from fieldops.services.reports.asked import Asked

COMPLETED = frozenset({Result.MET, Result.CONNECTED, Result.DELIVERED})
"""Results of a contact that reached somebody."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Attempts to reach somebody by one channel, those that did, and how many persons it was."""

    channel: str
    attempts: int
    completed: int
    persons: int


@dataclass(frozen=True, slots=True)
class Refused:
    """How often one rule refused a contact, and of how many cases."""

    rule: str
    contacts: int
    cases: int


def contacts(session: Session, asked: Asked) -> Sequence[Reached]:
    """Every channel that was used, in the order of the vocabulary."""
    completed = case((Contact.result.in_([one.value for one in COMPLETED]), 1), else_=0)
    query = (
        select(
            Contact.channel,
            func.count(),
            func.sum(completed),
            func.count(distinct(Contact.person_id)),
        )
        .where(*asked.within(Contact.at), *asked.of_cases(Contact.case_id))
        .where(Contact.house_id.is_(None))
        .group_by(Contact.channel)
    )
    found = [Reached(*row) for row in session.execute(query)]
    order = [channel.value for channel in Channel]
    return sorted(found, key=lambda one: order.index(one.channel))


def refusals(session: Session, asked: Asked) -> Sequence[Refused]:
    """The rules that refused something, the busiest first.

    A ruling that names several rules counts once for each of them.
    """
    contacts_refused, of_rules = func.count(), [RulingRule.part == Part.REFUSED.value]
    query: Any = (
        select(RulingRule.rule, contacts_refused, func.count(distinct(RulingRecord.case_id)))
        .join(RulingRecord, RulingRule.ruling_id == RulingRecord.id)
        .where(*asked.within(RulingRule.at), *of_rules, *asked.of_cases(RulingRecord.case_id))
        .group_by(RulingRule.rule)
        .order_by(contacts_refused.desc(), RulingRule.rule)
    )
    return [Refused(*row) for row in session.execute(query)]
