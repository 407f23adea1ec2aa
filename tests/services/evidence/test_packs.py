"""Packs drawn from the database: verified by their own verifier, the same bytes again."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.container import read_archive
from evidence.custody.verify.judge import verify
from evidence.pack.authority import trust_pem
from evidence.pack.fonts import FontMissingError, chinese_font
from fieldops.domain.disclosure.profiles import WHOLE, Profile
from fieldops.domain.errors import Conflict, InvalidInput, NotFound
from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import JobRun, OutboxFact, Pack, Visit
from fieldops.services import custody, organisations, packs, receiving_shares, shares
from fieldops.wiring import wiring
from tests.builders.cases import NOW
from tests.builders.evidence import a_photo, an_item
from tests.builders.shares import an_order
from tests.builders.statements import heard

try:
    chinese_font()
    HAS_FONT = True
except FontMissingError:
    HAS_FONT = False

needs_font = pytest.mark.skipif(not HAS_FONT, reason="no Chinese TrueType typeface is installed")


def _drawn(session: Session, visit: Visit, actor: Actor, photos: int = 2) -> Pack:
    for number in range(photos):
        data = a_photo(colour=(number, 0, 0))
        an_item(session, visit, actor=actor, data=data)
    return _asked(session, visit, actor)


def _asked(session: Session, visit: Visit, actor: Actor, profile: Profile = WHOLE) -> Pack:
    pack = packs.request_pack(session, visit.case_id, "诉讼", profile=profile, actor=actor, now=NOW)
    session.commit()
    publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    return pack


def _file(pack: Pack) -> Path:
    return wiring().pack_files.path(pack.id)


def _failing(pack: Pack) -> Any:
    return [claim for claim in pack.summary["claims"] if not claim["ok"]]


@needs_font
def test_a_pack_holds_before_its_own_verifier(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    pack = _drawn(session, visit, uploader)
    assert pack.state == "ready"
    assert _failing(pack) == []
    assert pack.summary["items"] == 2
    # Two received, two exported, one cut.
    assert pack.summary["entries"] == 5
    assert hashlib.sha256(_file(pack).read_bytes()).hexdigest() == pack.sha256


@needs_font
def test_built_again_it_has_the_same_bytes(session: Session, visit: Visit, uploader: Actor) -> None:
    pack = _drawn(session, visit, uploader)
    first = _file(pack).read_bytes()
    _file(pack).unlink()
    # What comes in later belongs to later packs.
    an_item(session, visit, actor=uploader, data=a_photo(colour=(9, 9, 9)))
    packs.request_again(session, pack.id, actor=uploader, now=NOW)
    session.commit()
    publishing.publish(wiring(), inline=True)
    assert _file(pack).read_bytes() == first


@needs_font
def test_the_second_pack_of_a_case_goes_on_where_the_first_was_cut(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    _drawn(session, visit, uploader)
    an_item(session, visit, actor=uploader, data=a_photo(colour=(9, 9, 9)))
    second = _asked(session, visit, uploader)
    assert _failing(second) == []
    assert second.summary["entries"] == 10


@needs_font
def test_the_originals_are_in_it_byte_for_byte(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    pack = _drawn(session, visit, uploader, photos=1)
    archive = read_archive(_file(pack))
    (original,) = [stored for stored in archive.stored if "/data/" in stored.name]
    assert b"".join(archive.chunks(original)) == a_photo(colour=(0, 0, 0))


@needs_font
def test_a_phones_receipt_is_found_in_the_pack(
    session: Session, visit: Visit, uploader: Actor, tmp_path: Path
) -> None:
    item = an_item(session, visit, actor=uploader)
    pack = _asked(session, visit, uploader)
    receipt, trust = tmp_path / "receipt.json", tmp_path / "trust.pem"
    receipt.write_text(item.receipt)
    found = custody.certificates(session, visit.organisation_id)
    trust.write_bytes(trust_pem(found["signer"].encode(), (found["root"].encode(),)))
    report = verify(_file(pack), trust, receipt=receipt, now=NOW)
    assert report.claim("receipt").ok


@needs_font
def test_a_destroyed_item_stands_in_the_pack_as_a_stub(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    gone = an_item(session, visit, actor=uploader, data=a_photo(colour=(1, 2, 3)))
    gone.blob.wrapped_key = None
    custody.append(
        session, visit.case_id, "key-destroyed", gone,
        organisation_id=visit.organisation_id, by="compliance:1", at=NOW,
        detail={"reason": "retention ended"},
    )  # fmt: skip
    session.commit()
    pack = _asked(session, visit, uploader)
    assert _failing(pack) == []
    assert pack.summary["withheld"] == 1


@needs_font
def test_a_changed_original_fails_the_pack_and_says_so(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    folder = wiring().settings.data_dir / "blobs" / str(item.organisation_id) / item.sha256[:2]
    file = folder / item.sha256
    changed = bytearray(file.read_bytes())
    changed[50] ^= 1
    file.chmod(0o600)
    file.write_bytes(changed)
    pack = packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)
    session.commit()
    with pytest.raises(Exception, match="changed"):
        publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    assert pack.state == "failed"
    assert "changed" in pack.summary["reason"]
    assert not _file(pack).exists()


@needs_font
def test_the_job_done_again_writes_no_second_cut(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    pack = _drawn(session, visit, uploader, photos=1)
    entries = len(custody.entries_of(session, visit.case_id))
    digest = pack.sha256
    for run in session.scalars(select(JobRun)):
        run.state = "queued"
    for row in session.scalars(select(OutboxFact)):
        row.published_at = None
    session.commit()
    publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    assert len(custody.entries_of(session, visit.case_id)) == entries
    assert pack.sha256 == digest


def test_a_case_without_evidence_gives_no_pack(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    with pytest.raises(Conflict):
        packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 201])
def test_a_pack_needs_a_purpose(
    session: Session, visit: Visit, uploader: Actor, purpose: str
) -> None:
    with pytest.raises(InvalidInput):
        packs.request_pack(session, visit.case_id, purpose, actor=uploader, now=NOW)


def test_another_organisations_case_gives_no_pack(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    other = organisations.found(session, "Other agency", now=NOW)
    stranger = Actor(other.id, uploader.role, uploader.account_id)
    with pytest.raises(NotFound):
        packs.request_pack(session, visit.case_id, "诉讼", actor=stranger, now=NOW)


@needs_font
def test_a_pack_drawn_after_another_was_shared_and_fetched_verifies(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader, data=a_photo())
    first = _asked(session, visit, uploader, wiring().profiles["court"])
    made = shares.make(session, first.id, an_order(), actor=uploader, at=NOW)
    settings = wiring().settings
    secret = receiving_shares.enter(session, made.token, True, settings=settings, at=NOW) or ""
    assert receiving_shares.begin(session, made.token, secret, first.size or 0, at=NOW)
    session.commit()
    second = _asked(session, visit, uploader)
    assert (second.summary["ok"], _failing(second)) == (True, [])


def test_a_cut_asks_the_database_no_more_often_for_more_items(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    counts = []
    for number in range(6):
        an_item(session, visit, actor=uploader, data=a_photo(colour=(number, 9, 9)))
        pack = packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)
        session.commit()
        with heard(session) as seen:
            packs.cut(session, pack.id, actor=uploader, at=NOW, version="1", is_rehearsal=False)
            session.commit()
        counts.append(len(seen))
    assert counts[-1] <= counts[0]
    chain = custody.entries_of(session, visit.case_id)
    assert [row.case_sequence for row in chain] == list(range(1, len(chain) + 1))
