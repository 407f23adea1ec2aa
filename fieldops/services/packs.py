"""Evidence packs: asked for, cut out of the log, sealed, and built again to the same bytes.

The cut freezes everything that could change later; what stays outside (items, custody entries,
checkpoints) never changes. So a pack can be built again from its row at any time.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.entry import CUT, EXPORTED, RECEIVED
from evidence.custody.instants import format_instant
from evidence.custody.statement import DIGEST, stamps_told, statement_line, statement_sha256
from evidence.custody.verify.sealing import SKEW
from evidence.pack.build import BuiltPack
from evidence.pack.seals import Seals
from fieldops.domain.bilingual import Bilingual
from fieldops.domain.dating import dating
from fieldops.domain.disclosure.gaps import BLOCKING, Gap
from fieldops.domain.disclosure.profiles import WHOLE, Profile
from fieldops.domain.errors import Conflict, FieldFault, InvalidInput
from fieldops.domain.facts import PackRequested
from fieldops.domain.permissions import Actor
from fieldops.models import (
    Account,
    Case,
    Checkpoint,
    CustodyEntry,
    Item,
    Organisation,
    Pack,
)
from fieldops.services import (
    baskets,
    custody,
    deliveries,
    disclosing,
    organisations,
    outbox,
    pack_gaps,
    scoped,
    stamps,
)

QUEUED, BUILDING, READY, FAILED = "queued", "building", "ready", "failed"
NO_FILE = Bilingual(
    "The pack has no file yet. Wait for it, or build it again.",
    "证据包尚无文件。请稍候,或重新制作。",
)
_PURPOSE = Bilingual("is empty or longer than 200 characters", "为空或超过 200 字")
_FOR_WHAT = Bilingual("say what it is for, as in 诉讼", "请写明用途,如“诉讼”")
_MADE_UP = Bilingual(
    "The cases of a drill are made up; no evidence is drawn from them.",
    "演练案件均为虚构,不制作证据包。",
)
_NO_EVIDENCE = Bilingual(
    "The case has no evidence yet; a pack holds at least one item.",
    "本案尚无证据;证据包至少须有一件证据。",
)
_BEING_BUILT = Bilingual("The pack is being built.", "证据包正在制作。")
_MEND = Bilingual("Mend what is named, then ask again.", "请先处理所列问题,再行制作。")


class PackImpossible(InvalidInput):
    """No pack can be made as things stand; each fault names what is to be mended."""

    slug = "pack-impossible"
    title_en = "No pack can be made as things stand"
    title_zh = "目前无法制作证据包"


def request_pack(
    session: Session,
    case_id: UUID,
    purpose: str,
    *,
    profile: Profile = WHOLE,
    actor: Actor,
    now: datetime,
) -> Pack:
    """Ask for a pack of the case's basket as this recipient may see it; a worker builds it.

    Without a basket it is of everything that is in the case now. Raises PackImpossible.
    """
    if not 1 <= len(purpose.strip()) <= 200:
        raise InvalidInput(faults=[FieldFault("purpose", _PURPOSE, _FOR_WHAT)])
    if organisations.of(session, actor).kind == organisations.DRILL:
        raise Conflict(_MADE_UP)
    found = baskets.prepared(session, case_id, actor=actor)
    if not found.items:
        raise Conflict(_NO_EVIDENCE)
    _check_possible(pack_gaps.gaps(session, found, profile, now=now))
    language = baskets.language_of(session, actor)
    asked = disclosing.Asked(profile, found.basket, language)
    pack = Pack(
        organisation_id=actor.organisation_id,
        case_id=found.case.id,
        account_id=actor.account_id,
        state=QUEUED,
        purpose=purpose.strip(),
        profile=profile.name,
        asked=asked.to_json(),
        summary={},
        seals=None,
        created_at=now,
    )
    session.add(pack)
    session.flush()
    _publish(session, pack, now)
    return pack


def folder_of(pack: Pack) -> str:
    """The folder inside the ZIP in which everything lies."""
    return str((pack.seals or {})["frozen"]["case"]["folder"])


def request_again(session: Session, pack_id: UUID, *, actor: Actor, now: datetime) -> Pack:
    """Have a pack built again, after a failure or when its file was lost: the same bytes."""
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    if pack.state in (QUEUED, BUILDING):
        raise Conflict(_BEING_BUILT)
    pack.state = QUEUED
    _publish(session, pack, now)
    return pack


def get(session: Session, pack_id: UUID, *, actor: Actor) -> Pack:
    """A pack of the organisation."""
    return scoped.get(session, Pack, pack_id, actor)


def note_download(session: Session, pack: Pack, *, actor: Actor, at: datetime) -> None:
    """Write into the case's chain that the pack's file was fetched, by whom, and which bytes."""
    custody.append(
        session, pack.case_id, EXPORTED,
        organisation_id=actor.organisation_id, by=actor.label, at=at,
        detail={"pack": str(pack.id), "pack_sha256": pack.sha256, "what": "download"},
    )  # fmt: skip


def listed(
    session: Session, *, actor: Actor, case_id: UUID | None, after: UUID | None, limit: int
) -> tuple[Sequence[Pack], UUID | None]:
    """Packs page by page, of a case where one is named."""
    query = scoped.own(Pack, actor, {Pack.case_id: case_id})
    return scoped.page(session, query, Pack, after=after, limit=limit)


def cut(
    session: Session, pack_id: UUID, *, actor: Actor, at: datetime, version: str, is_rehearsal: bool
) -> Pack:
    """End the case's chain for this pack and freeze what it will say; once, however often called.

    Every item leaves with an `exported` entry or stays behind with a `withheld` one of this pack,
    then the cut itself is written, which commits to the pack's disclosure statement, then the
    log's head is signed. `at` is the true time.
    """
    custody.ensure_log(session, actor.organisation_id, at=at)
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    pack.state = BUILDING
    if pack.seals is not None:
        return pack
    items = baskets.received(session, pack.case_id)
    organisation = session.get_one(Organisation, pack.organisation_id)
    by, told = _asked_by(session, pack), {"version": version, "is_rehearsal": is_rehearsal}
    asked = disclosing.asked_of(pack, items, _language(session, pack))
    settled = disclosing.settle_items(
        session, pack, asked, items, ZoneInfo(organisation.timezone), by=by, at=at
    )
    records = disclosing.records_of(session, pack, asked, settled, items, **told)
    older, promised = _older_heads(session, pack, items, records.size)
    statement = disclosing.statement(pack, asked, settled, records, promised)
    last = custody.append(
        session, pack.case_id, CUT, organisation_id=pack.organisation_id, by=by, at=at,
        detail={
            "pack": str(pack.id), DIGEST: statement_sha256(statement_line(statement))
        },
    )  # fmt: skip
    head = custody.signed_checkpoint(session, pack.organisation_id, at=at)
    frozen = {
        "made_at": format_instant(at),
        "entries": last.entry.case_seq,
        "size": head.size,
        **older,
        "case": _header(session.get_one(Case, pack.case_id), organisation, asked),
        "language": asked.language,
        "catalogue": settled.catalogue,
        "items": settled.lines,
        "disclosure": statement,
        "opened": records.opened,
        "findings": records.findings,
        "trace": records.trace,
        "system": records.system,
    }
    pack.seals = {"frozen": frozen, "sealed": None}
    session.flush()
    return pack


def freeze_stamps(session: Session, pack_id: UUID, *, actor: Actor) -> Pack:
    """Settle, once the pack's head is stamped, which of its stamps the pack carries.

    Those of the older checkpoints were settled at the cut; what comes later waits for later packs.
    """
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    stored = pack.seals or {}
    frozen = stored["frozen"]
    if stored["sealed"] is None and "head_stamps" not in frozen:
        kept = stamps.kept_ids(session, pack.organisation_id, [frozen["size"]])
        pack.seals = {**stored, "frozen": {**frozen, "head_stamps": kept}}
        session.flush()
    return pack


def head_of(session: Session, pack: Pack) -> Checkpoint:
    """The checkpoint at which the pack was cut."""
    size = pack.seals["frozen"]["size"]  # type: ignore[index]  # Set by the cut, which comes first.
    (head,) = stamps.heads(session, pack.organisation_id, [size])
    return head


def seals_of(pack: Pack) -> Seals | None:
    """The seals of the first build, or None before it."""
    stored = (pack.seals or {}).get("sealed")
    return None if stored is None else Seals.from_bytes(stored.encode())


def finish(
    session: Session,
    pack_id: UUID,
    built: BuiltPack,
    report: dict[str, Any],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    """Keep the seals and what the verifier said."""
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    frozen = pack.seals["frozen"] if pack.seals else {}
    pack.seals = {"frozen": frozen, "sealed": built.seals.to_bytes().decode()}
    pack.sha256, pack.size, pack.state, pack.finished_at = built.sha256, built.size, READY, at
    pack.summary = {
        "items": len(frozen["catalogue"]),
        "copies": sum(len(line["copies"]) for line in frozen.get("items", ())),
        "entries": frozen["entries"],
        "files": built.files,
        **report,
    }
    session.flush()


def fail(session: Session, pack_id: UUID, reason: str, *, actor: Actor, at: datetime) -> None:
    """Say why a pack could not be built."""
    pack = scoped.get(session, Pack, pack_id, actor, lock=True)
    pack.state, pack.finished_at, pack.summary = FAILED, at, {"ok": False, "reason": reason[:500]}
    session.flush()


def _check_possible(found: Sequence[Gap]) -> None:
    """Raise PackImpossible for the gaps with which no pack can be made."""
    blocking = [gap for gap in found if gap.is_blocking]
    if blocking:
        faults = [
            FieldFault(field, gap.said(), cure)
            for gap in blocking
            for field, cure in [BLOCKING[gap.code]]
        ]
        raise PackImpossible(_MEND, faults=faults)


def _publish(session: Session, pack: Pack, now: datetime) -> None:
    fact = PackRequested(pack.id)
    outbox.record(session, fact, organisation_id=pack.organisation_id, now=now)


def _older_heads(
    session: Session, pack: Pack, items: Sequence[Item], size: int
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The older checkpoints to freeze, and what the statement promises of their stamps."""
    sizes = _older_sizes(session, pack, items, size)
    kept = stamps.kept_ids(session, pack.organisation_id, sizes)
    promised = [
        stamps_told(head.size, stamps.sealed(session, head, kept).chains())
        for head in stamps.heads(session, pack.organisation_id, sizes)
    ]
    return {"older": sizes, "stamps": kept}, promised


def _older_sizes(session: Session, pack: Pack, items: Sequence[Item], size: int) -> list[int]:
    """The stamped checkpoints that date the items' receipt, and those sent outside.

    Whoever was sent one can hold the pack against it, from the case's first item on.
    """
    query = select(CustodyEntry.position).where(
        CustodyEntry.case_id == pack.case_id,
        CustodyEntry.action == RECEIVED,
        CustodyEntry.item_id.in_([item.id for item in items]),
    )
    places = session.scalars(query.order_by(CustodyEntry.position)).all()
    least = min(places, default=size)
    stamped = stamps.stamped(session, pack.organisation_id, above=least, below=size)
    outside = deliveries.sent_sizes(session, pack.organisation_id, above=least, below=size)
    return sorted({*dating(places, stamped, within=SKEW), *outside})


def _header(case: Case, organisation: Organisation, asked: disclosing.Asked) -> dict[str, Any]:
    named = asked.profile.parties
    folder = re.sub(r"[^A-Za-z0-9._-]+", "-", case.number).strip(".-")[:60]
    return {
        "case": str(case.id),
        "folder": folder or f"case-{case.id.hex[:8]}",
        "title": f"{case.creditor} {case.product} {case.number}",
        "court": asked.basket.court,
        "submitter": asked.basket.submitter or organisation.name,
        "parties": [
            [party.role, party.person.name] for party in case.parties if party.role in named
        ],
    }


def _asked_by(session: Session, pack: Pack) -> str:
    account = session.get_one(Account, pack.account_id)
    return f"{account.role}:{account.id}"


def _language(session: Session, pack: Pack) -> str:
    return session.get_one(Account, pack.account_id).language
