"""Consents: the time in which a party, or the debtor, agreed to be reached by a channel.

A consent that names hours of the day is one to those hours. One that names none is to the channel
as such, at every hour, and so also lifts what a consent to hours says nothing of: how often.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from fieldops.domain.rulebook.predicates.clause import Clause, Lifts, Setting
from fieldops.domain.rulebook.proposal import Consent
from fieldops.domain.rulebook.reading import Reader
from fieldops.domain.rulebook.spans import (
    DAY,
    TICK,
    Span,
    clipped,
    clock_span,
    gaps,
    local_days,
    merged,
)
from fieldops.domain.rulebook.vocabulary import Lift

LENDERS = frozenset({"lender", "creditor"})


class Whose(StrEnum):
    """Whose consent lifts a rule: that of the party reached, of the debtor, or of the lender."""

    PARTY = "party"
    DEBTOR = "debtor"
    LENDER = "lender"


def consented(
    setting: Setting, span: Span, *, whose: Whose = Whose.PARTY, to_hours: bool = True
) -> list[Span]:
    """The time around the span that is consented to; without `to_hours` only by whole consents."""
    reach = (span[0] - DAY, span[1] + setting.length + DAY)
    found = (
        part
        for consent in _given(setting, whose)
        if to_hours or consent.window is None
        for part in _times(consent, setting, reach)
    )
    return merged(found)


def _given(setting: Setting, whose: Whose) -> Iterator[Consent]:
    asked = setting.proposal
    who = {
        Whose.PARTY: {asked.contact.party.id},
        Whose.DEBTOR: {asked.debtor.id},
        Whose.LENDER: LENDERS,
    }[whose]
    for consent in asked.consents:
        if consent.who in who and consent.channel in (None, asked.contact.channel):
            yield consent


def _times(consent: Consent, setting: Setting, reach: Span) -> list[Span]:
    # Withdrawing a consent works at once: a day means from its first minute.
    ends = setting.opens(consent.revoked, reach[1]), setting.closes(consent.expires, reach[1])
    valid = (setting.opens(consent.granted, reach[0]), min(ends))
    if consent.window is None:
        return clipped([valid], reach)
    days = local_days(setting.zone, reach)
    windows = (clock_span(setting.zone, on, consent.window, strict=True) for on in days)
    return clipped(windows, valid)


def starts_within(free: list[Span], length: timedelta) -> list[Span]:
    """The starts at which a contact of that length lies wholly in one of the spans."""
    return [(start, end - length + TICK) for start, end in free if end - length >= start]


@dataclass(frozen=True, eq=False, slots=True)
class UnlessConsented:
    """A clause that does not forbid what lies wholly in consented time."""

    clause: Clause
    whose: Whose
    to_hours: bool

    @property
    def daily(self) -> bool:
        """As the clause itself."""
        return self.clause.daily

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts that the clause forbids, less those that consent covers."""
        found = self.clause.blocked(setting, span)
        if not found or not setting.proposal.consents:
            return found
        agreed = consented(setting, span, whose=self.whose, to_hours=self.to_hours)
        free = starts_within(agreed, setting.length)
        return [left for part in found for left in gaps(free, part)]

    def found(self, setting: Setting, start: Any) -> dict[str, Any]:
        """What the clause found."""
        return self.clause.found(setting, start)


def liftable(clause: Clause, params: Reader, lifts: Lifts, *, to_hours: bool = True) -> Clause:
    """The clause as consent may lift it.

    Takes the params consent_of? = "party" | "debtor" | "lender", and to_hours?, whether one to
    hours is enough.
    """
    whose = params.word("consent_of", Whose, Whose.PARTY)
    to_hours = params.flag("to_hours", default=to_hours)
    return UnlessConsented(clause, whose, to_hours) if Lift.CONSENT in lifts else clause
