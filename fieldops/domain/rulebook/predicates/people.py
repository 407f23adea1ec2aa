"""People: how many go, how they are trained and vetted, and whom they may approach."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from fieldops.domain.rulebook.predicates.clause import (
    Clause,
    Lasting,
    Lifts,
    Setting,
    Standing,
    predicate,
)
from fieldops.domain.rulebook.predicates.consents import liftable
from fieldops.domain.rulebook.reading import Reader, refuse
from fieldops.domain.rulebook.spans import DAY, TICK, Span, clipped, midnight
from fieldops.domain.rulebook.vocabulary import Account, Lift, Role

LENDERS = frozenset({"lender", "creditor"})


@dataclass(frozen=True, eq=False)
class Crew(Standing):
    """At least so many different agents go together."""

    least: int

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """How many go."""
        agents = len({agent.id for agent in setting.proposal.contact.agents})
        return {"agents": agents} if agents < self.least else None


@dataclass(frozen=True, eq=False)
class Trained(Lasting):
    """Every agent's training holds to the end of the contact; its last day counts."""

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts after which somebody's training has lapsed before the end."""
        last = [a.trained_until for a in setting.proposal.contact.agents if a.trained_until]
        if not last:
            return []
        lapse = midnight(setting.zone, min(last) + DAY)
        return clipped([(lapse - setting.length + TICK, span[1])], span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """Whose training has lapsed, and when."""
        on = (start + setting.length - TICK).astimezone(setting.zone).date()
        agents = setting.proposal.contact.agents
        lapsed = [a for a in agents if a.trained_until and a.trained_until < on]
        told = [{"id": a.id, "trained_until": f"{a.trained_until}"} for a in lapsed]
        return {"agents": told}


class Standard(StrEnum):
    """What is asked of each agent."""

    BACKGROUND_OK = "background_ok"
    CERTIFIED = "certified"


@dataclass(frozen=True, eq=False)
class Vetted(Standing):
    """Every agent meets all the standards."""

    standards: tuple[Standard, ...]

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """Who does not meet one of them."""
        agents = setting.proposal.contact.agents
        failed = [a.id for a in agents if not all(getattr(a, name) for name in self.standards)]
        return {"agents": failed, "standards": list(self.standards)} if failed else None


@dataclass(frozen=True, eq=False)
class LiableOnly(Standing):
    """Only parties of these roles are approached."""

    roles: frozenset[Role]

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """The role that is not among them."""
        role = setting.proposal.contact.party.role
        return {"role": role.value} if role not in self.roles else None


@dataclass(frozen=True, eq=False)
class DebtorMissing(Standing):
    """The debtor is out of reach: known to be, or after so many days of failed dialling."""

    failed_dial_days: int

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """What is known of him when that is not enough."""
        debtor = setting.proposal.debtor
        if debtor.missing or debtor.failed_dial_days >= self.failed_dial_days:
            return None
        return {"missing": False, "failed_dial_days": debtor.failed_dial_days}


@dataclass(frozen=True, eq=False)
class ThirdPartySpared(Standing):
    """A third party who asked to be left alone is, for good; the debt is never told to him."""

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """That he opted out, or that the debt was disclosed."""
        if setting.proposal.contact.party.opted_out:
            return {"opted_out": True}
        return {"debt_disclosed": True} if setting.proposal.facts.debt_disclosed else None


@dataclass(frozen=True, eq=False)
class WorkAccount(Standing):
    """A private telephone or account is used only where the lender agreed."""

    lender_lifts: bool

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """That the account is private."""
        contact = setting.proposal.contact
        if contact.account is Account.WORK or (self.lender_lifts and _lender_agreed(setting)):
            return None
        return {"account": contact.account.value}


def _lender_agreed(setting: Setting) -> bool:
    # An agreement that was ever withdrawn does not count: it must be given anew.
    channel = setting.proposal.contact.channel
    return any(
        c.who in LENDERS and c.channel in (None, channel) and c.revoked is None
        for c in setting.proposal.consents
    )


@predicate("crew")
def crew(params: Reader, _lifts: Lifts) -> Crew:
    """Params: least."""
    return Crew(params.whole("least", 1, 10))


@predicate("trained")
def trained(_params: Reader, _lifts: Lifts) -> Trained:
    """No params."""
    return Trained()


@predicate("vetted")
def vetted(params: Reader, _lifts: Lifts) -> Vetted:
    """Params: standards = ["background_ok" and/or "certified"]."""
    standards = tuple(sorted(params.words("standards", Standard)))
    if not standards:
        refuse(params.at("standards"), "is missing", "name the standards")
    return Vetted(standards)


@predicate("roles")
def roles(params: Reader, lifts: Lifts) -> Clause:
    """Params: roles = [...], those who may be approached; consent_of?."""
    allowed = params.words("roles", Role)
    if not allowed:
        refuse(params.at("roles"), "is missing", "name the roles")
    return liftable(LiableOnly(allowed), params, lifts)


@predicate("debtor_missing")
def debtor_missing(params: Reader, _lifts: Lifts) -> DebtorMissing:
    """Params: failed_dial_days, in a row."""
    return DebtorMissing(params.whole("failed_dial_days", 1, 365))


@predicate("third_party_spared")
def third_party_spared(_params: Reader, _lifts: Lifts) -> ThirdPartySpared:
    """No params."""
    return ThirdPartySpared()


@predicate("work_account")
def work_account(_params: Reader, lifts: Lifts) -> WorkAccount:
    """No params."""
    return WorkAccount(Lift.LENDER_AGREEMENT in lifts)
