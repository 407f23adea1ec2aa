"""What one pack shows and withholds: settled at its cut, written into the chain, and frozen.

Profile and basket are those of the moment at which the pack was asked for; copies and stubs follow
from them at the cut. Everything here happens under the log's lock, in the transaction of the cut.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody import layout
from evidence.custody.entry import EXPORTED, WITHHELD, Entry
from evidence.custody.instants import format_instant
from evidence.custody.statement import VERSION
from evidence.pack.parts import lines
from fieldops.domain.disclosure.basket import Basket, Line, basket_of, completed
from fieldops.domain.disclosure.profiles import (
    WHOLE,
    Findings,
    Language,
    Profile,
    Trace,
    profile_of,
)
from fieldops.domain.disclosure.settling import Decision, settle
from fieldops.models import CustodyLog, Item, Pack, Party, Redaction
from fieldops.services import custody, pack_records, redactions


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom a pack was asked for, and what counsel had put into the basket by then."""

    profile: Profile
    basket: Basket
    language: str

    def to_json(self) -> dict[str, Any]:
        """For the pack's row."""
        profile, basket = self.profile.to_json(), self.basket.to_json()
        return {"profile": profile, "basket": basket, "language": self.language}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of every item, in the order of the pack: rows to freeze, and their catalogue.

    `copies` are all that could be used, whether or not they are.
    """

    lines: list[dict[str, Any]]
    catalogue: dict[str, dict[str, str]]
    shown: list[Item]
    copies: Sequence[Redaction]


def asked_of(pack: Pack, items: Sequence[Item], language: str) -> Asked:
    """What was asked; everything, for a pack that was asked for before there were profiles."""
    told = pack.asked or {"profile": WHOLE.to_json(), "basket": None, "language": language}
    profile = profile_of(told["profile"])
    kept = None if told["basket"] is None else basket_of(told["basket"])
    first = told["language"] if profile.language is Language.ASKER else profile.language.value
    basket = completed(kept, [item.id for item in items], first)
    return Asked(profile, basket, first)


def settle_items(
    session: Session, pack: Pack, asked: Asked, items: Sequence[Item], zone: ZoneInfo, *,
    by: str, at: datetime,
) -> Settled:  # fmt: skip
    """Decide on every item and write into the chain what leaves and what is kept out, and why."""
    rows = {item.id: item for item in items}
    copies = redactions.usable(session, list(rows))
    keeping = custody.keeping_out(session, pack.case_id)
    chain = custody.Chain(session, pack.case_id, organisation_id=pack.organisation_id, by=by, at=at)
    lines: list[dict[str, Any]] = []
    shown: list[Item] = []
    for line in asked.basket.lines:
        item, copy = rows[line.item], copies.get(line.item)
        decided = settle(
            asked.profile, line, item.kind, has_copy=copy is not None, kept_out=item.id in keeping
        )
        entry = _write(chain, pack, item, decided) or keeping.get(item.id)
        if decided.shows:
            shown.append(item)
        lines.append(_frozen(asked.profile, line, item, decided, copy, entry))
    catalogue = {
        told["item"]: pack_records.catalogue(
            rows[line.item], zone, proves=line.proves, hidden=set(told["withheld_fields"])
        )
        for line, told in zip(asked.basket.lines, lines, strict=True)
    }
    return Settled(lines, catalogue, shown, list(copies.values()))


@dataclass(frozen=True, slots=True)
class Records:
    """What goes along beside the items, and what opens the fields that were withheld in it.

    `size` is that of the log with the pack's cut in it.
    """

    findings: list[dict[str, Any]]
    trace: list[dict[str, Any]]
    system: list[dict[str, Any]]
    opened: list[dict[str, Any]]
    size: int

    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file by its path."""
        files = dict(zip(layout.TOLD, (self.findings, self.trace, self.system), strict=True))
        return {path: lines(path, partial(iter, one)).sha256 for path, one in files.items()}


def records_of(
    session: Session, pack: Pack, asked: Asked, settled: Settled, items: Sequence[Item],
    **about: Any,
) -> Records:  # fmt: skip
    """Findings, trace and system as the profile lets them go along; the cut comes next.

    `about` is what the service says of itself (see `pack_records.system`).
    """
    profile, log = asked.profile, session.get_one(CustodyLog, pack.organisation_id)
    chosen = items if profile.findings is Findings.ALL else settled.shown
    findings = [] if profile.findings is Findings.NONE else pack_records.findings(chosen)
    trace = []
    if profile.trace is not Trace.NONE:
        people = _debtors(session, pack) if profile.trace is Trace.DEBTOR else None
        trace = pack_records.trace(session, pack.case_id, people)
    trace, opened = pack_records.withhold(trace, profile.withheld_trace)
    system, size = [], log.size + 1
    if profile.system:
        blobs = [item.blob_id for item in items] + [copy.blob_id for copy in settled.copies]
        system = pack_records.system(session, log, blobs, size=size, **about)
    return Records(findings, trace, system, opened, size)


def statement(
    pack: Pack, asked: Asked, settled: Settled, records: Records, stamps: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    """The pack's disclosure statement; `stamps` are those of its older checkpoints."""
    profile = asked.profile
    return {
        "v": VERSION,
        "pack": str(pack.id),
        "salt": secrets.token_hex(16),
        "profile": {
            "name": profile.name,
            "version": profile.version,
            "title": {"zh": profile.title_zh, "en": profile.title_en},
            "ground": profile.ground,
            "terms": profile.terms(),
        },
        "language": asked.language,
        "stamp_limit_seconds": profile.stamp_limit_hours * 3600,
        "files": records.hashes(),
        "stamps": list(stamps),
        "items": [
            {
                "item": line["item"],
                "number": number,
                "exhibit": line["exhibit"],
                "catalogue": settled.catalogue[line["item"]],
                "status": "included" if line["withheld"] is None else "withheld",
                "withheld_fields": line["withheld_fields"],
                "copies": [one["sha256"] for one in line["copies"]],
            }
            for number, line in enumerate(settled.lines, 1)
        ],
    }


def _debtors(session: Session, pack: Pack) -> list[UUID]:
    query = select(Party.person_id).where(Party.case_id == pack.case_id, Party.role == "debtor")
    return list(session.scalars(query))


def _write(chain: custody.Chain, pack: Pack, item: Item, decided: Decision) -> Entry | None:
    """The entries of one item; gives back the one that keeps it out of this pack."""
    about = {"pack": str(pack.id)}
    if decided.shows:
        detail = about if decided.original else {**about, "what": "copy"}
        chain.write(EXPORTED, item, detail=detail)
    if not decided.reason:
        return None
    return chain.write(WITHHELD, item, detail={**about, "reason": decided.reason}).entry


def _frozen(
    profile: Profile, line: Line, item: Item, decided: Decision, copy: Redaction | None,
    entry: Entry | None,
) -> dict[str, Any]:  # fmt: skip
    withheld = None
    if not decided.original and entry is not None:
        reason = str(entry.detail.get("reason", entry.action))
        withheld = {"reason": reason, "actor": entry.actor, "at": format_instant(entry.at)}
        withheld["note"] = line.note if line.reason is not None else ""
    hidden = set(item.record) if decided.hides_all else set(profile.withheld_fields)
    return {
        "item": str(item.id),
        "exhibit": line.exhibit,
        "copies": [{"id": str(copy.id), "sha256": copy.sha256}] if copy and decided.copy else [],
        "withheld": withheld,
        "withheld_fields": sorted(hidden & set(item.record)),
    }
