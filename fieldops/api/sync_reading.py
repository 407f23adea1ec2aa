"""Entries of a batch as they come: one that is wrong is refused by itself, with field and cure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import ValidationError

from fieldops.api.problems import faults_of
from fieldops.api.sync_schemas import BODIES, EntryIn
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.errors import FieldFault, InvalidInput
from fieldops.domain.phones import AT_A_VISIT, LARGEST_BODY, EntryKind, happened_at
from fieldops.services.phones.journal import Written

_TOO_LARGE = Bilingual(f"has more than {LARGEST_BODY} characters", f"超过 {LARGEST_BODY} 字")
_SHORTER = Bilingual("write less", "请缩短内容")
_NO_VISIT = Bilingual("is missing", "未填写")
_NAME_IT = Bilingual("name the visit", "请注明外访编号")
_UNREADABLE = Bilingual("The entry cannot be read.", "无法读取该条记录。")
# The endpoints of these ask for a key of their own; an entry has one already.
_KEYED = (EntryKind.INCIDENT, EntryKind.ALARM)


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """The entry at this place of the batch; without a number it cannot be kept."""

    index: int
    written: Written | None
    fault: InvalidInput | None = None


def read_entry(
    index: int, raw: Mapping[str, Any], *, sent_at: datetime | None, now: datetime
) -> ReadEntry:
    """Read one entry; what is wrong with it comes as its fault and keeps no other from being read.

    The body is read by the schema of its endpoint and kept as it came.
    """
    faults: list[FieldFault] = []
    found: Mapping[str, Any] = {}
    try:
        found = EntryIn().load(raw)
    except ValidationError as wrong:
        faults = faults_of(wrong.messages)
        found = wrong.valid_data if isinstance(wrong.valid_data, dict) else {}
    if "sequence" not in found:
        return ReadEntry(index, None, InvalidInput(_UNREADABLE, faults=faults))
    kind, body = found.get("kind", ""), dict(found.get("body") or {})
    if kind in _KEYED and "key" not in body and "key" in found:
        body["key"] = found["key"]
    if kind:
        faults += _of_body(EntryKind(kind), found, body)
    if len(json.dumps(body, ensure_ascii=False)) > LARGEST_BODY:
        faults, body = [FieldFault("body", _TOO_LARGE, _SHORTER)], {}
    at = found.get("at")
    written = Written(
        sequence=found["sequence"],
        key=found.get("key", ""),
        kind=kind,
        visit_id=found.get("visit_id"),
        based_on=found.get("based_on"),
        device_at=at,
        happened=happened_at(at, sent_at, now) if at else now,
        body=body,
        fault=InvalidInput(_UNREADABLE, faults=faults) if faults else None,
    )
    return ReadEntry(index, written)


def _of_body(
    kind: EntryKind, found: Mapping[str, Any], body: Mapping[str, Any]
) -> list[FieldFault]:
    faults = []
    if kind in AT_A_VISIT and found.get("visit_id") is None:
        faults.append(FieldFault("visit_id", _NO_VISIT, _NAME_IT))
    messages = BODIES[kind]().validate(body)
    return faults + faults_of({"body": messages} if messages else {})
