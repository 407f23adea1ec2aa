"""Whether a row from elsewhere says what this house can read: words, shapes, ranges, times.

A column's type is checked where it is read; here is what the services would otherwise only meet
later, in a rule, a job or a page.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from evidence.trace.flags import SEVERITIES, catalogue
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, FieldopsError
from fieldops.domain.followthemoney import NotAnEntity
from fieldops.domain.lawfulness import Basis, SourceClass
from fieldops.domain.locating import Grade
from fieldops.domain.permissions import Role
from fieldops.domain.rulebook.vocabulary import Channel, Purpose, Result
from fieldops.domain.visiting import Outcome
from fieldops.models import (
    Address,
    Case,
    Contact,
    LegalEvent,
    Observation,
    Person,
    StatedFlag,
    StatedItem,
    StatedReview,
    StatedVisit,
)
from fieldops.services import contact_records, legal_events, observation_checks
from fieldops.services.exchange.stating import DOUBTS, OBSERVER
from fieldops.services.flags import VERDICTS
from fieldops.services.legal_events import EventReport
from fieldops.services.observation_checks import ObservationReport

Values = Mapping[str, Any]
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_LISTED = 1_000
_WORDS: Final[Mapping[Any, Mapping[str, frozenset[str]]]] = {
    Case: {"state": frozenset({"open", "held", "closed", "erased"})},
    Address: {
        "state": frozenset({"pending", "located", "ambiguous", "unlocated", "settled"}),
        "grade": frozenset(Grade),
    },
    Contact: {
        "channel": frozenset(Channel),
        "purpose": frozenset(Purpose),
        "result": frozenset({*Result, contact_records.PENDING}),
    },
    StatedVisit: {"outcome": frozenset(Outcome), "observer_role": frozenset({OBSERVER})},
    StatedItem: {"kind": frozenset({"photo", "video", "audio", "document", "other"})},
    StatedFlag: {
        "code": frozenset(catalogue()),
        "severity": frozenset(SEVERITIES),
        "state": frozenset(VERDICTS),
    },
    StatedReview: {"verdict": frozenset(VERDICTS), "reviewer_role": frozenset(Role)},
}
_RANGES: Final[Mapping[Any, Mapping[str, tuple[float, float]]]] = {
    Case: {"priority": (1, 5), "overdue_days": (0, 100_000), "amount": (0, 10**15)},
    Address: {"lat": (-90, 90), "lon": (-180, 180), "version": (1, 10**9)},
    StatedVisit: {"accuracy_metres": (0, 10**8), "distance_metres": (0, 10**8)},
    StatedItem: {"size": (0, 2**53), "custody_position": (0, 2**53)},
    StatedFlag: {"probability": (0, 1)},
}
_PATTERNS: Final[Mapping[Any, Mapping[str, re.Pattern[str]]]] = {
    Case: {"currency": _CURRENCY},
    StatedItem: {"content_hash": _DIGEST, "custody_leaf": _DIGEST},
}
# What cannot have happened yet: a house that told of it would be believed in advance.
_PAST: Final[Mapping[Any, tuple[str, ...]]] = {
    Contact: ("at", "recorded_at"),
    LegalEvent: ("recorded_at",),
    Observation: ("recorded_at",),
    StatedVisit: ("arrived_at", "left_at", "recorded_at"),
    StatedItem: ("received_at",),
    StatedFlag: ("known_at", "raised_at", "updated_at"),
    StatedReview: ("at",),
}


def check(model: Any, values: Values, now: datetime) -> None:
    """Raises NotAnEntity for the first thing that a row says and this house cannot take."""
    _check_values(model, values)
    for name in _PAST.get(model, ()):
        if values[name] is not None and values[name] > now:
            raise _wrong(name, "lies in the future", "在将来")
    if model in _SHAPES:
        try:
            _SHAPES[model](values, now)
        except NotAnEntity:
            raise
        except (AttributeError, KeyError, TypeError, ValueError, FieldopsError):
            en, zh = _NAMES[model]
            told = Bilingual(f"is no {en} that may be taken", f"不是可导入的{zh}")
            raise NotAnEntity(told) from None


def _check_values(model: Any, values: Values) -> None:
    """Each value by itself; what is null was allowed where it was read."""
    given = {name: value for name, value in values.items() if value is not None}
    for name, words in _WORDS.get(model, {}).items():
        if name in given and given[name] not in words:
            raise _wrong(name, "is no word that is known here", "不是本系统认识的取值")
    for name, (least, most) in _RANGES.get(model, {}).items():
        if name in given and not least <= given[name] <= most:
            raise _wrong(name, f"lies outside {least} to {most}", f"超出 {least} 至 {most} 的范围")
    for name, pattern in _PATTERNS.get(model, {}).items():
        if name in given and not pattern.fullmatch(given[name]):
            raise _wrong(name, "is not written as it must be", "格式不符")


def _wrong(name: str, en: str, zh: str) -> NotAnEntity:
    head, *rest = name.removesuffix("_id").split("_")
    prop = head + "".join(part.capitalize() for part in rest)
    return NotAnEntity(Bilingual(f"{prop} {en}", f"{prop} {zh}"))


def _must(holds: object, name: str) -> None:
    if not holds:
        raise _wrong(name, "is not shaped as it must be", "结构不符")


def _texts(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= _MOST_LISTED
        and all(isinstance(one, str) for one in value)
    )


def _case(values: Values, now: datetime) -> None:
    _must(values["skills"] is None or _texts(values["skills"]), "skills")


def _person(values: Values, now: datetime) -> None:
    wishes, starred = values["wishes"] or {}, values["starred"] or {}
    contact_records.wishes_in(wishes)
    _must(isinstance(starred, dict) and starred.keys() <= {"id_number", "phones"}, "starred")
    _must(isinstance(starred.get("id_number", ""), str), "starred")
    _must(_texts(starred.get("phones", [])), "starred")


def _address(values: Values, now: datetime) -> None:
    given, listed = values["given_position"], values["candidates"] or []
    _must(given is None or (isinstance(given, dict) and "datum" in given), "given_position")
    _must(isinstance(listed, list) and len(listed) <= _MOST_LISTED, "candidates")
    for one in listed:
        named = {"label", "reference", "grade", "provider", "lat", "lon"}
        _must(isinstance(one, dict) and one.keys() == named, "candidates")
        _must(one["grade"] in set(Grade), "candidates")
        _must(all(isinstance(one[name], str) for name in ("label", "provider")), "candidates")
        for name in ("lat", "lon"):
            _must(one[name] is None or -180 <= one[name] <= 180, "candidates")


def _legal_event(values: Values, now: datetime) -> None:
    report = EventReport(
        case_id=values["case_id"],
        kind=values["kind"],
        at=values["at"],
        subject=values["subject"],
        note=values["note"] or "",
    )
    _refuse_first(legal_events.faults_of(report, now))


def _observation(values: Values, now: datetime) -> None:
    """An observation must be one that the service would have taken itself."""
    report = ObservationReport(
        case_id=values["case_id"],
        kind=values["kind"],
        observed_at=values["observed_at"],
        source_class=SourceClass(values["source_class"]),
        source_id=values["source_id"],
        basis=Basis(values["basis"]),
        address_id=values["address_id"],
        asset=values["asset"],
        grade=values["grade"] or None,
        data=values["data"] or {},
        evidence=values["evidence"] or (),
        polarity=values["polarity"],
        valid_from=values["valid_from"],
        valid_until=values["valid_until"],
        values=values["values"] or {},
    )
    _refuse_first(observation_checks.faults_of_content(report))


def _refuse_first(faults: list[FieldFault]) -> None:
    if faults:
        first = faults[0]
        raise NotAnEntity(Bilingual(*[f"{first.field} {first.message}"] * 2), first.cure)


def _visit(values: Values, now: datetime) -> None:
    _must(_texts(values["doubts"]) and set(values["doubts"]) <= DOUBTS, "doubts")
    left = values["left_at"]
    _must(left is None or left >= values["arrived_at"], "left_at")


def _flag(values: Values, now: datetime) -> None:
    for name in ("shown", "missing", "contradicted", "grounds"):
        _must(_texts(values[name]), name)
    clocks = values["clocks"]
    _must(isinstance(clocks, list) and len(clocks) <= _MOST_LISTED, "clocks")
    for one in clocks:
        _must(isinstance(one, dict) and {"name", "ends"} <= one.keys(), "clocks")
        _must(all(isinstance(told, str | bool) for told in one.values()), "clocks")
        if one["ends"]:
            datetime.fromisoformat(one["ends"])


_SHAPES: Final[Mapping[Any, Callable[[Values, datetime], None]]] = {
    Case: _case,
    Person: _person,
    Address: _address,
    LegalEvent: _legal_event,
    Observation: _observation,
    StatedVisit: _visit,
    StatedFlag: _flag,
}
_NAMES: Final[Mapping[Any, tuple[str, str]]] = {
    Case: ("case", "案件"),
    Person: ("person", "当事人"),
    Address: ("address", "地址"),
    LegalEvent: ("legal event", "程序事件"),
    Observation: ("observation", "观察"),
    StatedVisit: ("visit", "外访"),
    StatedFlag: ("flag", "提示"),
}
