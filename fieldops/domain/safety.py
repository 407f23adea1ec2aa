"""Calls for help and incidents: the ladder by which people are told, read strictly from its file.

An alarm climbs the ladder until a person says that he has it in hand; its last rung is repeated
without an end, so that no escalation falls silent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Role
from fieldops.domain.rulebook.reading import Reader, from_toml, refuse
from fieldops.domain.rulebook.vocabulary import HoldKind, Provenance


class AlarmKind(StrEnum):
    """Why somebody is looked for: he called, his crew has not left, or he stands there alone."""

    SOS = "sos"
    OVERDUE = "overdue"
    ALONE = "alone"


class Ending(StrEnum):
    """How an alarm ended."""

    SAFE = "safe"
    HELPED = "helped"
    FALSE_ALARM = "false_alarm"
    LEFT = "left"
    JOINED = "joined"


class SafetyPolicyInvalid(FieldopsError):
    """The policy's file does not say what it must; the message names the field."""

    slug = "safety-policy-invalid"
    title_en = "The safety policy is not valid"
    title_zh = "安全策略文件有误"


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is told so long after an alarm, and whether people are to be called from then on."""

    after: timedelta
    roles: tuple[str, ...]
    call: bool


@dataclass(frozen=True, slots=True)
class SafetyPolicy:
    """The ladder from its first rung on, how often the last is repeated, and the review clock.

    `alone` is how long one of a crew stands at a door by himself before somebody is told.
    `incidents` are the kinds that are known, each with the hold that it brings about, if any.
    """

    ladder: tuple[Rung, ...]
    repeat: timedelta
    grace: timedelta
    alone: timedelta
    review_within: timedelta
    review_near: timedelta
    incidents: Mapping[str, HoldKind | None]

    def rung(self, step: int) -> Rung:
        """The rung of the step, counted from 0; the last one for every step beyond."""
        return self.ladder[min(step, len(self.ladder) - 1)]

    def offset(self, step: int) -> timedelta:
        """How long after an alarm its step is due."""
        beyond = max(0, step - len(self.ladder) + 1)
        return self.rung(step).after + beyond * self.repeat


def policy_from_toml(text: str) -> SafetyPolicy:
    """The policy that a file states; raises SafetyPolicyInvalid naming the field."""
    return from_toml(text, "safety/policy.toml", SafetyPolicyInvalid, _policy)


_LONGEST = 7 * 24 * 3600


def _policy(reader: Reader) -> SafetyPolicy:
    reader.text("source", required=True)
    reader.word("provenance", Provenance)
    tables = {key: reader.child(key) for key in ("repeat", "overdue", "alone", "review")}
    review = tables["review"]
    found = SafetyPolicy(
        ladder=_ladder(reader),
        repeat=timedelta(seconds=tables["repeat"].whole("every_seconds", 1, _LONGEST)),
        grace=timedelta(minutes=tables["overdue"].whole("grace_minutes", 1, _LONGEST)),
        alone=timedelta(minutes=tables["alone"].whole("wait_minutes", 1, _LONGEST)),
        review_within=timedelta(hours=review.whole("within_hours", 1, _LONGEST)),
        review_near=timedelta(hours=review.whole("near_hours", 1, _LONGEST)),
        incidents=_incidents(reader),
    )
    for table in tables.values():
        table.done()
    return found


def _ladder(reader: Reader) -> tuple[Rung, ...]:
    found = tuple(_rung(one) for one in reader.children("ladder"))
    climbs = [rung.after for rung in found]
    if climbs[:1] != [timedelta()] or climbs != sorted(set(climbs)):
        refuse("ladder", "does not climb from 0", "begin at 0 and let each step come later")
    return found


def _rung(reader: Reader) -> Rung:
    seconds, roles = reader.whole("after_seconds", 0, _LONGEST), reader.texts("roles")
    if not roles or not set(roles) <= set(Role):
        refuse(reader.at("roles"), "tells nobody that there is", "write some of " + ", ".join(Role))
    found = Rung(timedelta(seconds=seconds), roles, reader.flag("call"))
    reader.done()
    return found


def _incidents(reader: Reader) -> Mapping[str, HoldKind | None]:
    stated = reader.need("incidents")
    kinds = Reader(stated, "incidents")
    return {name: _hold(kinds.child(name)) for name in stated}


def _hold(reader: Reader) -> HoldKind | None:
    found = reader.maybe_word("hold", HoldKind)
    reader.done()
    return found
