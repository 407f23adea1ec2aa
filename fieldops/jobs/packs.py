"""Building a pack: cut, stamp, write, verify with the verifier that travels in it; and again."""

import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from evidence.custody.verify.judge import verify
from evidence.pack.build import build
from evidence.pack.fonts import chinese_font
from evidence.pack.revocation import local_sealer
from evidence.pack.seals import Sealer
from evidence.pack.source import PackSource
from fieldops import __version__, clock
from fieldops.db import reading
from fieldops.domain.facts import PackCheckAsked, PackRequested
from fieldops.jobs.custody import stamp_head
from fieldops.jobs.registry import JobContext, job
from fieldops.models import Pack
from fieldops.services import custody, pack_checks, pack_source, packs

STEPS = 4


@job("build-pack", subject=lambda fact: f"pack:{fact.pack_id}", timeout=3600)
def build_pack(context: JobContext, fact: PackRequested) -> None:
    """Build the pack, or build it again from its seals; a failure is noted on the pack."""
    try:
        _build(context, fact.pack_id)
    except Exception as error:
        context.session.rollback()
        with context.unit() as session:
            reason = f"{type(error).__name__}: {error}"
            packs.fail(session, fact.pack_id, reason, actor=context.actor, at=clock.wall_time())
        raise


@job("verify-pack", subject=lambda fact: f"pack:{fact.pack_id}", timeout=3600)
def verify_pack(context: JobContext, fact: PackCheckAsked) -> None:
    """Verify the file of a finished pack again, with the verifier that travels in it."""
    try:
        path = context.wiring.pack_files.path(fact.pack_id)
        report = _said(context, path)
    except Exception:
        context.session.rollback()
        with context.unit() as session:
            pack_checks.give_up(session, fact.pack_id, actor=context.actor)
        raise
    with context.unit() as session:
        pack_checks.keep(session, fact.pack_id, report, actor=context.actor, at=clock.wall_time())


def _build(context: JobContext, pack_id: UUID) -> None:
    files = context.wiring.pack_files
    with context.unit() as session:
        pack = packs.cut(
            session, pack_id, actor=context.actor, at=clock.wall_time(),
            version=__version__, is_rehearsal=clock.is_rehearsal(),
        )  # fmt: skip
        head = packs.head_of(session, pack)
    context.advance(1, STEPS)
    stamp_head(context, head)
    with context.unit() as session:
        pack = packs.freeze_stamps(session, pack_id, actor=context.actor)
    context.advance(2, STEPS)
    with reading():
        source = pack_source.source_of(context.session, pack, context.wiring.blobs, chinese_font())
        sealer = _sealer(context, pack)
        # Nobody's transaction waits while gigabytes are written.
        context.session.rollback()
    with files.writing(pack_id) as (sink, beside):
        built = build(source, sink, sealer=sealer, seals=packs.seals_of(pack))
        sink.flush()
        context.advance(3, STEPS)
        report = _verified(context, beside, source)
    with context.unit() as session:
        packs.finish(session, pack_id, built, report, actor=context.actor, at=clock.wall_time())
    context.advance(STEPS, STEPS)


def _sealer(context: JobContext, pack: Pack) -> Sealer | None:
    if packs.seals_of(pack) is not None:
        return None
    organisation_id = context.actor.organisation_id
    authority = custody.authority(context.session, organisation_id)
    timestamper = context.wiring.timestamper(context.session, organisation_id)
    return local_sealer(authority, timestamper, clock.wall_time())


def _verified(context: JobContext, path: Path, source: PackSource) -> dict[str, Any]:
    withheld = sum(1 for item in source.items if item.withheld is not None)
    return {**_said(context, path), "withheld": withheld}


def _said(context: JobContext, path: Path) -> dict[str, Any]:
    """What the verifier says of a file, claim by claim, in both languages."""
    pem = context.wiring.trust(context.session, context.actor.organisation_id) or b""
    context.session.rollback()
    with tempfile.TemporaryDirectory() as folder:
        trust = Path(folder, "trust.pem")
        trust.write_bytes(pem)
        report = verify(path, trust, now=clock.wall_time())
    return {**report.to_json("en"), "claims_zh": report.to_json("zh")["claims"]}
