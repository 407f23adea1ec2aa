"""Conduct: what was shown, recorded, entered and said, judged at the door and at the close."""

from dataclasses import dataclass
from typing import Any

from fieldops.domain.rulebook.predicates.clause import Lifts, Setting, Standing, predicate
from fieldops.domain.rulebook.proposal import FACT_NAMES
from fieldops.domain.rulebook.reading import Reader, refuse
from fieldops.domain.rulebook.vocabulary import Channel, Gate, PlaceKind


@dataclass(frozen=True, eq=False)
class FactsShown(Standing):
    """Certain facts must be stated as true at the door, and others at the close."""

    at: dict[Gate, tuple[str, ...]]

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """Which facts are not stated as true."""
        facts = setting.proposal.facts
        lacking = [name for name in self.at.get(setting.gate, ()) if not facts.stated(name)]
        return {"not_shown": lacking} if lacking else None


@dataclass(frozen=True, eq=False)
class FactsAbsent(Standing):
    """None of these may have happened."""

    facts: tuple[str, ...]

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """Which of them did."""
        happened = [name for name in self.facts if setting.proposal.facts.stated(name)]
        return {"happened": happened} if happened else None


@dataclass(frozen=True, eq=False)
class FactWithConsent(Standing):
    """One thing may have happened only if another is stated as true."""

    fact: str
    only_with: str

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """That it happened without."""
        facts = setting.proposal.facts
        if facts.stated(self.fact) and not facts.stated(self.only_with):
            return {self.fact: True, self.only_with: facts.stated(self.only_with)}
        return None


@dataclass(frozen=True, eq=False)
class NoPosting(Standing):
    """Nothing is posted in a public place."""

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """That a letter goes to a public place, or that a notice was put up."""
        contact = setting.proposal.contact
        if contact.place.kind is PlaceKind.PUBLIC and contact.channel is Channel.LETTER:
            return {"channel": contact.channel.value, "place": contact.place.kind.value}
        return {"notice_posted": True} if setting.proposal.facts.notice_posted else None


@dataclass(frozen=True, eq=False)
class Covered(Standing):
    """Every jurisdiction of the contact has a rule pack."""

    def broken(self, setting: Setting) -> dict[str, Any] | None:
        """Those that have none."""
        return {"jurisdictions": list(setting.uncovered)} if setting.uncovered else None


def _fact(params: Reader, name: str, field: str) -> str:
    if name not in FACT_NAMES:
        known = ", ".join(sorted(FACT_NAMES))
        refuse(params.at(field), f"{name!r} is not a fact", f"write one of {known}")
    return name


def _facts(params: Reader, key: str) -> tuple[str, ...]:
    return tuple(_fact(params, name, key) for name in params.texts(key))


@predicate("facts_shown")
def facts_shown(params: Reader, _lifts: Lifts) -> FactsShown:
    """Params: door = [facts], close = [facts]."""
    at = {gate: _facts(params, gate.value) for gate in (Gate.DOOR, Gate.CLOSE)}
    if not any(at.values()):
        refuse(params.at("door"), "is missing", "name facts for the door or the close")
    return FactsShown(at)


@predicate("facts_absent")
def facts_absent(params: Reader, _lifts: Lifts) -> FactsAbsent:
    """Params: facts = [...]."""
    facts = _facts(params, "facts")
    if not facts:
        refuse(params.at("facts"), "is missing", "name the facts")
    return FactsAbsent(facts)


@predicate("fact_with_consent")
def fact_with_consent(params: Reader, _lifts: Lifts) -> FactWithConsent:
    """Params: fact, only_with: the names of two facts."""
    fact = _fact(params, params.text("fact", required=True), "fact")
    return FactWithConsent(
        fact, _fact(params, params.text("only_with", required=True), "only_with")
    )


@predicate("no_posting")
def no_posting(_params: Reader, _lifts: Lifts) -> NoPosting:
    """No params."""
    return NoPosting()


@predicate("covered")
def covered(_params: Reader, _lifts: Lifts) -> Covered:
    """No params."""
    return Covered()
