"""A fact and a job that only tests know."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from fieldops.domain.facts import Fact
from fieldops.jobs.registry import JobContext

# What was done, in order.
DONE: list[UUID] = []
BROKEN = UUID(int=13)


@dataclass(frozen=True, slots=True)
class Happened(Fact):
    """Something happened in a test."""

    name: ClassVar[str] = "happened-in-a-test"
    thing_id: UUID


def note(context: JobContext, fact: Happened) -> None:
    """Note it, or fail where the thing is broken."""
    if fact.thing_id == BROKEN:
        raise LookupError("the thing is broken")
    DONE.append(fact.thing_id)
