"""All predicates by name: importing this module registers every family."""

from fieldops.domain.rulebook.predicates import (
    combined,
    conduct,
    frequency,
    holds,
    hours,
    people,
    wishes,
)
from fieldops.domain.rulebook.predicates.clause import REGISTRY, Maker

FAMILIES = (combined, conduct, frequency, holds, hours, people, wishes)


def maker(name: str) -> Maker | None:
    """What makes clauses of that name, or None."""
    return REGISTRY.get(name)


def names() -> list[str]:
    """Every predicate a rule file may name."""
    return sorted(REGISTRY)
