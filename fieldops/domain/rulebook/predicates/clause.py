"""What a predicate is: a clause with its parameters, asked at which starts it forbids a contact.

There is one source of truth, `blocked`: whether a contact is forbidden, the next lawful start and
the windows of a plan all come from it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Protocol

from fieldops.domain.rulebook.proposal import Hold, Proposal
from fieldops.domain.rulebook.reading import Reader, as_utc
from fieldops.domain.rulebook.spans import DAY, Span, midnight
from fieldops.domain.rulebook.vocabulary import Gate, Lift


@dataclass(frozen=True, slots=True)
class Setting:
    """A proposal in one debtor-local zone, with its length and the gate it stands at."""

    proposal: Proposal
    zone: tzinfo
    length: timedelta
    gate: Gate
    uncovered: tuple[str, ...] = ()

    def opens(self, at: datetime | date | None, default: datetime) -> datetime:
        """A moment as the instant at which it begins."""
        if at is None:
            return default
        return as_utc(at) if isinstance(at, datetime) else midnight(self.zone, at)

    def closes(self, at: datetime | date | None, default: datetime) -> datetime:
        """A moment as the instant at which it is over: a whole day lasts to its end."""
        if at is None:
            return default
        return as_utc(at) if isinstance(at, datetime) else midnight(self.zone, at + DAY)

    def local(self, at: datetime) -> str:
        """An instant as ISO text on the debtor's clock."""
        return at.astimezone(self.zone).isoformat()

    def holds(self) -> tuple[Hold, ...]:
        """The holds whose scope covers this contact's party."""
        role = self.proposal.contact.party.role
        return tuple(hold for hold in self.proposal.holds if hold.covers(role))


class Clause(Protocol):
    """A predicate with its parameters read."""

    @property
    def daily(self) -> bool:
        """Whether it forbids by the clock of each day, and so without an end."""
        ...

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts within the span at which the contact is forbidden; in any order."""
        ...

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """What was found, as JSON, for a contact that starts then and is forbidden."""
        ...


class Lasting:
    """What a clause is that forbids few and long spans, whatever the hour."""

    @property
    def daily(self) -> bool:
        """Never."""
        return False


class Daily:
    """What a clause is that forbids some hours of each day."""

    @property
    def daily(self) -> bool:
        """Always."""
        return True


class Standing(Lasting, ABC):
    """A clause that no passing of time mends."""

    @abstractmethod
    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """What was found when the contact is forbidden, else None."""

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The whole span or nothing."""
        return [] if self.broken(setting) is None else [span]

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """What was found."""
        return self.broken(setting) or {}


Lifts = frozenset[Lift]
Maker = Callable[[Reader, Lifts], Clause]
REGISTRY: dict[str, Maker] = {}


def predicate(name: str) -> Callable[[Maker], Maker]:
    """Register a maker of clauses under the name that rule files use."""

    def register(maker: Maker) -> Maker:
        REGISTRY[name] = maker
        return maker

    return register
