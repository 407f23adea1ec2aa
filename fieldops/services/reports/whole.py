"""One report out of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from fieldops.domain.costs import Rates, share
from fieldops.domain.errors import Forbidden
from fieldops.domain.permissions import Actor, Permission
from fieldops.models import Import, Organisation
from fieldops.services import scoped
from fieldops.services.reports import driving, finding, paying, reaching, visiting
from fieldops.services.reports.asked import Asked


@dataclass(frozen=True, slots=True)
class Costs:
    """What the visits cost at the rates of the house; None where no rate is stated."""

    rates: Rates
    whole: Decimal | None
    per_visit: Decimal | None
    per_met: Decimal | None


@dataclass(frozen=True, slots=True)
class FieldReport:
    """Everything that is told; `agents` is None for a reader who may not compare them.

    `compared` is None for some cases alone: a plan is made for all cases together.
    """

    house: str
    asked: Asked
    made_at: datetime
    import_name: str | None
    contacts: Sequence[reaching.Reached]
    visits: visiting.Visits
    promises: Sequence[paying.Sum]
    payments: Sequence[paying.Sum]
    driven: driving.Driven
    compared: driving.Compared | None
    costs: Costs
    flags: Sequence[finding.Flagged]
    reviewed: finding.Reviewed
    items: finding.Items
    refusals: Sequence[reaching.Refused]
    agents: Sequence[visiting.OfAgent] | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all happened."""
        return not (
            self.contacts or self.visits.all.planned or self.flags or self.items.number
            or self.refusals or self.payments or self.promises
        )  # fmt: skip


def report(
    session: Session, asked: Asked, *, rates: Rates, actor: Actor, now: datetime
) -> FieldReport:
    """Count and add up what is asked for; raises Forbidden."""
    if not actor.may(Permission.READ_REPORTS):
        raise Forbidden(Permission.READ_REPORTS.value)
    today = now.astimezone(asked.zone).date()
    visits = visiting.visits(session, asked, today)
    driven = driving.driven(session, asked)
    compares = actor.may(Permission.COMPARE_AGENTS)
    return FieldReport(
        house=session.get_one(Organisation, actor.organisation_id).name,
        asked=asked,
        made_at=now,
        import_name=_import_name(session, asked, actor),
        contacts=reaching.contacts(session, asked),
        visits=visits,
        promises=paying.promises(session, asked),
        payments=paying.payments(session, asked),
        driven=driven,
        compared=None if asked.is_narrowed else driving.compared(session, asked),
        costs=_costs(rates, driven, visits.all),
        flags=finding.flags(session, asked),
        reviewed=finding.reviewed(session, asked),
        items=finding.items(session, asked),
        refusals=reaching.refusals(session, asked),
        agents=visiting.of_agents(session, asked, actor, today) if compares else None,
    )


def _costs(rates: Rates, driven: driving.Driven, visited: visiting.Visited) -> Costs:
    whole = rates.cost(driven.person_seconds, driven.metres)
    return Costs(rates, whole, share(whole, visited.made), share(whole, visited.met))


def _import_name(session: Session, asked: Asked, actor: Actor) -> str | None:
    if asked.import_id is None:
        return None
    return scoped.get(session, Import, asked.import_id, actor).filename
