"""Lawful windows: when a visit may lie within some days, for a planner with thousands of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fieldops.domain.rulebook.judging import Docket, blocked, broken_at, docket, lawful_starts
from fieldops.domain.rulebook.proposal import LONGEST_CONTACT, Proposal
from fieldops.domain.rulebook.reading import refuse
from fieldops.domain.rulebook.records import Rule, RuleBook, Violation
from fieldops.domain.rulebook.spans import DAY, TICK, Span, gaps, midnight
from fieldops.domain.rulebook.vocabulary import Gate

MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class LawfulWindows:
    """The windows in the debtor's zone; where there is none, the rules that leave none."""

    windows: tuple[tuple[datetime, datetime], ...]
    violations: tuple[Violation, ...]


def lawful_windows(
    template: Proposal,
    book: RuleBook,
    day_from: date,
    day_to: date,
    service_length: timedelta,
    *,
    policies: bool = True,
    gate: Gate = Gate.PLAN,
) -> LawfulWindows:
    """When a contact like the template, but so long, may lie in these local days (inclusive).

    Each window is `(opens, closes)`: a contact that lies wholly in it is lawful, and one that
    does not is not. The template's own start and end are not looked at.
    """
    if not timedelta(0) < service_length <= LONGEST_CONTACT:
        refuse("service_length", "must be more than nothing and at most 24 hours", "mend it")
    if not 0 <= (day_to - day_from).days <= MOST_DAYS:
        refuse("day_to", f"must follow day_from by at most {MOST_DAYS} days", "mend it")
    case = docket(template, book, policies=policies, gate=gate, length=service_length)
    zone = case.settings[0].zone
    last_end = midnight(zone, day_to + DAY)
    span = midnight(zone, day_from), last_end - service_length + TICK
    found = tuple(
        (first.astimezone(zone), (after - TICK + service_length).astimezone(zone))
        for first, after in lawful_starts(case, span)
    )
    return LawfulWindows(found, () if found else _reasons(case, span))


def _reasons(case: Docket, span: Span) -> tuple[Violation, ...]:
    # Whatever forbids every start is the reason; failing that, all that forbid some start. A policy
    # yields to the law it names.
    rules = [(rule, list(gaps(blocked(rule, case, span), span))) for rule in case.forbidding]
    wholly = [rule for rule, free in rules if not free]
    partly = [rule for rule, _ in rules if blocked(rule, case, span)]
    named = {rule.id for rule in wholly or partly}
    told = [rule for rule in wholly or partly if not named.intersection(rule.yields_to)]
    return tuple(v for rule in told for v in _first_broken(case, rule, span))


def _first_broken(case: Docket, rule: Rule, span: Span) -> list[Violation]:
    first = min(start for start, _ in blocked(rule, case, span))
    return broken_at(case, [rule], max(first, span[0]))
