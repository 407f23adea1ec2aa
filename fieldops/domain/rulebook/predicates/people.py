"""People: how many go, how they are trained and vetted, and whom they may approach."""

import re
from collections.abc import Iterable
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
from fieldops.domain.rulebook.predicates.consents import Whose, consented, liftable
from fieldops.domain.rulebook.proposal import Agent, Credential
from fieldops.domain.rulebook.reading import Reader, refuse
from fieldops.domain.rulebook.spans import (
    DAY,
    TICK,
    Span,
    clipped,
    midnight,
    starts_outside,
)
from fieldops.domain.rulebook.vocabulary import Account, Lift, Role

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Crew(Standing):
    """At least so many different agents go together."""

    least: int

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """How many go."""
        agents = len({agent.id for agent in setting.proposal.contact.agents})
        return {"agents": agents} if agents < self.least else None


@dataclass(frozen=True, eq=False)
class Recorded:
    """Every agent whose records are stated holds one of each of these kinds throughout.

    Or the agency does that sends him, where `of_agency`.
    """

    kinds: tuple[str, ...]
    of_agency: bool = False

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts at which somebody does not hold one of them for the whole contact."""
        return [
            part
            for agent in setting.proposal.contact.agents
            if (held := self._held(agent)) is not None
            for kind in self.kinds
            for part in starts_outside(_valid(held, kind, setting, span), setting.length, span)
        ]

    def lacking(self, setting: Setting, start: datetime) -> list[dict[str, Any]]:
        """Who lacks which of them at that time."""
        at = (start, start + TICK)
        found = []
        for agent in setting.proposal.contact.agents:
            held = self._held(agent)
            if held is None:
                continue
            lacks = [
                kind
                for kind in self.kinds
                if starts_outside(_valid(held, kind, setting, at), setting.length, at)
            ]
            found += [{"id": agent.id, "lacks": lacks}] if lacks else []
        return found

    def _held(self, agent: Agent) -> tuple[Credential, ...] | None:
        return agent.agency if self.of_agency else agent.records


def _valid(held: Iterable[Credential], kind: str, setting: Setting, span: Span) -> list[Span]:
    far = span[1] + setting.length + DAY
    return [
        (setting.opens(one.start, span[0]), setting.closes(one.until, far))
        for one in held
        if one.kind == kind
    ]


@dataclass(frozen=True, eq=False)
class Trained(Lasting):
    """Every agent's training holds to the end of the contact; its last day counts."""

    recorded: Recorded

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts after which somebody's training has lapsed before the end."""
        found = self.recorded.blocked(setting, span)
        last = [a.trained_until for a in setting.proposal.contact.agents if a.trained_until]
        if not last:
            return found
        lapse = midnight(setting.zone, min(last) + DAY)
        return [*found, *clipped([(lapse - setting.length + TICK, span[1])], span)]

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """Whose training has lapsed, and when; who lacks a record of it."""
        on = (start + setting.length - TICK).astimezone(setting.zone).date()
        agents = setting.proposal.contact.agents
        lapsed = [a for a in agents if a.trained_until and a.trained_until < on]
        told = [{"id": a.id, "trained_until": f"{a.trained_until}"} for a in lapsed]
        return _with_lacking({"agents": told}, self.recorded.lacking(setting, start))


class Standard(StrEnum):
    """What is asked of each agent."""

    BACKGROUND_OK = "background_ok"
    CERTIFIED = "certified"
    CLEARED = "cleared"


@dataclass(frozen=True, eq=False)
class Vetted(Lasting):
    """Every agent meets all the standards and holds all the records."""

    standards: tuple[Standard, ...]
    recorded: Recorded

    def _failed(self, setting: Setting) -> list[str]:
        agents = setting.proposal.contact.agents
        return [a.id for a in agents if not all(getattr(a, name) for name in self.standards)]

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The whole span where somebody fails a standard; else while he lacks a record."""
        return [span] if self._failed(setting) else self.recorded.blocked(setting, span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """Who does not meet one of them."""
        told = {"agents": self._failed(setting), "standards": list(self.standards)}
        return _with_lacking(told, self.recorded.lacking(setting, start))


def _with_lacking(found: dict[str, Any], lacking: list[dict[str, Any]]) -> dict[str, Any]:
    return found | ({"lacking": lacking} if lacking else {})


@dataclass(frozen=True, eq=False)
class InGoodStanding(Lasting):
    """The agency that sends an agent holds all these records; the lender's own people need none."""

    recorded: Recorded

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts at which an agency lacks one of them."""
        return self.recorded.blocked(setting, span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """Whose agency lacks what."""
        return _with_lacking({}, self.recorded.lacking(setting, start))


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
class WorkAccount(Lasting):
    """A private telephone or account is used only while the lender's agreement to it stands."""

    lender_lifts: bool

    def blocked(self, setting: Setting, span: Span) -> list[Span]:
        """The starts with a private account at which no agreement of the lender covers it all."""
        if setting.proposal.contact.account is Account.WORK:
            return []
        agreed = consented(setting, span, whose=Whose.LENDER) if self.lender_lifts else []
        return starts_outside(agreed, setting.length, span)

    def found(self, setting: Setting, start: datetime) -> dict[str, Any]:
        """That the account is private."""
        return {"account": setting.proposal.contact.account.value}


@predicate("crew")
def crew(params: Reader, _lifts: Lifts) -> Crew:
    """Params: least."""
    return Crew(params.whole("least", 1, 10))


@predicate("trained")
def trained(params: Reader, _lifts: Lifts) -> Trained:
    """Params: records? = [kinds], held besides where an agent's records are stated."""
    return Trained(_recorded(params))


@predicate("vetted")
def vetted(params: Reader, _lifts: Lifts) -> Vetted:
    """Params: standards = [of "background_ok", "certified", "cleared"], records? = [kinds]."""
    standards = tuple(sorted(params.words("standards", Standard)))
    if not standards:
        refuse(params.at("standards"), "is missing", "name the standards")
    return Vetted(standards, _recorded(params))


@predicate("agency_holds")
def agency_holds(params: Reader, _lifts: Lifts) -> InGoodStanding:
    """Params: records = [kinds], of the agency; agency_evaluation is one that was passed."""
    found = _recorded(params, of_agency=True)
    if not found.kinds:
        refuse(params.at("records"), "is missing", "name the kinds")
    return InGoodStanding(found)


def _recorded(params: Reader, *, of_agency: bool = False) -> Recorded:
    kinds = params.texts("records")
    for kind in kinds:
        if not _KIND.fullmatch(kind):
            refuse(
                params.at("records"), f"{kind[:40]!r} is no kind", "write it as in a_certificate"
            )
    return Recorded(kinds, of_agency)


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
