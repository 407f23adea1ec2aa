"""Calls for help and incidents: the ladder by which people are told, read strictly from its file.

An alarm climbs the ladder until a person says that he has it in hand; its last rung is repeated
without an end, so that no escalation falls silent.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from fieldops.domain.errors import FieldopsError
from fieldops.domain.permissions import Role
from fieldops.domain.rulebook.vocabulary import HoldKind


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
    try:
        raw = tomllib.loads(text)
        ladder = tuple(_rung(one) for one in raw["ladder"])
        found = SafetyPolicy(
            ladder=ladder,
            repeat=timedelta(seconds=_positive(raw["repeat"], "every_seconds")),
            grace=timedelta(minutes=_positive(raw["overdue"], "grace_minutes")),
            alone=timedelta(minutes=_positive(raw["alone"], "wait_minutes")),
            review_within=timedelta(hours=_positive(raw["review"], "within_hours")),
            review_near=timedelta(hours=_positive(raw["review"], "near_hours")),
            incidents={name: _hold(one) for name, one in raw["incidents"].items()},
        )
        climbs = [rung.after for rung in ladder]
        _require(climbs[:1] == [timedelta()] and climbs == sorted(set(climbs)), "ladder's times")
        _require(bool(raw["source"]) and raw["provenance"] in _MARKS, "source and provenance")
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as wrong:
        raise SafetyPolicyInvalid(f"safety/policy.toml: {wrong}") from wrong
    return found


_MARKS = ("text", "secondary", "unconfirmed", "policy")
_LONGEST = 7 * 24 * 3600


def _rung(raw: Mapping[str, Any]) -> Rung:
    seconds, roles = raw["after_seconds"], tuple(Role(one).value for one in raw["roles"])
    _require(isinstance(seconds, int) and 0 <= seconds <= _LONGEST, "ladder.after_seconds")
    _require(bool(roles), "ladder.roles")
    return Rung(timedelta(seconds=seconds), roles, bool(raw.get("call", False)))


def _hold(raw: Mapping[str, Any]) -> HoldKind | None:
    return HoldKind(raw["hold"]) if "hold" in raw else None


def _positive(raw: Mapping[str, Any], name: str) -> int:
    value = raw[name]
    _require(isinstance(value, int) and 0 < value <= _LONGEST, name)
    return int(value)


def _require(holds: bool, field: str) -> None:
    if not holds:
        raise ValueError(f"{field} is missing or out of range")
