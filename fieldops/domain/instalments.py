"""Instalments that a debtor offers: dates and sums, the terms of the house, and who may agree.

offered beyond the agent's bounds -> an offer, on which somebody with wider bounds decides
offered within them               -> agreed at the door
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, FieldopsError, InvalidInput
from fieldops.domain.permissions import Role
from fieldops.domain.rulebook.reading import Reader, from_toml, refuse
from fieldops.domain.rulebook.vocabulary import Provenance

FORM = "fieldops-instalments-1"
MOST_LINES = 120


class TermsInvalid(FieldopsError):
    """The file of terms does not say what it must; the message names the field."""

    slug = "instalment-terms-invalid"
    title_en = "The terms of instalments are not valid"
    title_zh = "分期还款条件文件有误"


class ArrangementState(StrEnum):
    """offered -> agreed or declined; agreed -> kept, ended by a person, or replaced by a later."""

    OFFERED = "offered"
    AGREED = "agreed"
    DECLINED = "declined"
    KEPT = "kept"
    ENDED = "ended"
    REPLACED = "replaced"


class Standing(StrEnum):
    """open -> kept or missed; missed -> kept; released when it binds no more."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    RELEASED = "released"


class Rhythm(StrEnum):
    """How far the days of instalments lie apart."""

    MONTH = "month"
    FORTNIGHT = "fortnight"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Instalment:
    """So much by a day."""

    amount: Decimal
    due_on: date


def spread(amount: Decimal, first: date, count: int, every: Rhythm) -> tuple[Instalment, ...]:
    """The same sum so many times from a first day on; raises ValueError beyond the calendar."""
    return tuple(Instalment(amount, _later(first, number, every)) for number in range(count))


def _later(first: date, times: int, every: Rhythm) -> date:
    if every is not Rhythm.MONTH:
        days = 7 if every is Rhythm.WEEK else 14
        return date.fromordinal(first.toordinal() + days * times)
    years, month = divmod(first.month - 1 + times, 12)
    year = first.year + years
    # Months keep their day; one that a month has not becomes its last.
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Authority:
    """What a role may agree to; `first_percent` is of the whole, paid with the first instalment."""

    role: Role
    most_instalments: int
    longest_days: int
    first_percent: int
    first_within_days: int

    def covers(self, offered: Sequence[Instalment], on: date) -> bool:
        """Whether the role may agree to this offer on that day."""
        whole = sum((one.amount for one in offered), Decimal(0))
        first, last = offered[0], offered[-1]
        return (
            len(offered) <= self.most_instalments
            and last.due_on <= on + timedelta(days=self.longest_days)
            and first.due_on <= on + timedelta(days=self.first_within_days)
            and first.amount * 100 >= whole * self.first_percent
        )

    def to_json(self) -> dict[str, int]:
        """As a phone is told, so that it can say at the door what needs the office."""
        return {
            "most_instalments": self.most_instalments,
            "longest_days": self.longest_days,
            "first_percent": self.first_percent,
            "first_within_days": self.first_within_days,
        }


@dataclass(frozen=True, slots=True)
class Terms:
    """What nobody may go beyond, what each role may agree to, and the days of grace."""

    most_instalments: int
    longest_days: int
    authorities: Mapping[Role, Authority]
    grace: timedelta

    def may_agree(self, role: Role, offered: Sequence[Instalment], on: date) -> bool:
        """Whether this role may agree to the offer."""
        authority = self.authorities.get(role)
        return role is Role.SYSTEM or (authority is not None and authority.covers(offered, on))

    def check(self, offered: Sequence[Instalment], on: date) -> None:
        """Raise InvalidInput, by field, for what nobody in the house may agree to."""
        faults = []
        if len(offered) > self.most_instalments:
            what = Bilingual(
                f"are more than {self.most_instalments}", f"超过 {self.most_instalments} 期"
            )
            faults.append(FieldFault("promise.instalments", what, _FEWER))
        latest = on + timedelta(days=self.longest_days)
        if offered[-1].due_on > latest:
            what = Bilingual(f"end after {latest}", f"最后一期晚于 {latest}")
            faults.append(FieldFault("promise.instalments", what, _SOONER))
        if faults:
            raise InvalidInput(faults=faults)

    def to_json(self, role: Role) -> dict[str, Any]:
        """As a phone of this role is told."""
        own = self.authorities.get(role)
        return {
            "most_instalments": self.most_instalments,
            "longest_days": self.longest_days,
            "own": own.to_json() if own is not None else None,
        }


_FEWER = Bilingual("agree on fewer", "请减少期数")
_SOONER = Bilingual("let them end sooner", "请缩短期限")


def terms_from_toml(content: str) -> Terms:
    """The terms that a file states; raises TermsInvalid naming the field."""
    return from_toml(content, "instalments/policy.toml", TermsInvalid, _terms)


def _terms(reader: Reader) -> Terms:
    if reader.text("form", required=True) != FORM:
        refuse("form", "is another form", f"write {FORM}")
    bounds, follow_up = reader.child("bounds"), reader.child("follow_up")
    authorities = [_authority(one) for one in reader.children("authority")]
    roles = {one.role: one for one in authorities}
    if len(roles) != len(authorities):
        refuse("authority", "names a role twice", "state each role once")
    found = Terms(
        most_instalments=bounds.whole("most_instalments", 1, MOST_LINES),
        longest_days=bounds.whole("longest_days", 1, 36_600),
        authorities=roles,
        grace=timedelta(days=follow_up.whole("grace_days", 0, 366)),
    )
    for one in (bounds, follow_up):
        _sourced(one)
    return found


def _authority(reader: Reader) -> Authority:
    found = Authority(
        role=reader.word("role", Role),
        most_instalments=reader.whole("most_instalments", 1, MOST_LINES),
        longest_days=reader.whole("longest_days", 1, 36_600),
        first_percent=reader.whole("least_first_percent", 0, 100),
        first_within_days=reader.whole("first_within_days", 0, 3_660),
    )
    _sourced(reader)
    return found


def _sourced(reader: Reader) -> None:
    reader.text("source", required=True)
    reader.word("provenance", Provenance)
    reader.done()
