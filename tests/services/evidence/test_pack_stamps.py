"""A pack carries all stamps of its checkpoints, as they were when it was sealed."""

import hashlib
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from evidence.custody.verify.judge import verify
from evidence.pack.authority import trust_pem
from fieldops import clock
from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import Pack, Visit
from fieldops.services import custody, packs
from fieldops.wiring import wiring
from tests.authorities import serving
from tests.builders.cases import NOW
from tests.builders.evidence import an_item
from tests.services.evidence.test_packs import needs_font
from tests.services.evidence.test_stamps import _kept, _round, _set

# The authorities of openssl know no other time; taken before any test lets the clock stand.
TRUE_TIME = clock.wall_time


def _renewed(session: Session) -> None:
    """Let the newest stamp of the first authority end soon, so that it is renewed."""
    last = next(
        row for row in reversed(_kept(session)) if row.authority == _kept(session)[0].authority
    )
    last.expires_at = clock.wall_time() + timedelta(days=30)
    session.commit()
    _round()


def _built(session: Session, pack: Pack) -> Path:
    publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    return wiring().pack_files.path(pack.id)


@needs_font
def test_renewals_and_further_stamps_travel_in_the_pack_and_stay_as_they_were(
    session: Session,
    visit: Visit,
    uploader: Actor,
    app: object,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(tmp_path / "one") as one, serving(tmp_path / "two") as two:
        _set(monkeypatch, one, two)
        monkeypatch.setattr(clock, "wall_time", TRUE_TIME)
        an_item(session, visit, actor=uploader, at=TRUE_TIME())
        publishing.publish(wiring(), inline=True)
        _renewed(session)
        pack = packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)
        session.commit()
        file = _built(session, pack)
        with zipfile.ZipFile(file) as archive:
            names = {name.partition("/")[2] for name in archive.namelist()}
        older = "custody/older/000000000001"
        ends = (".tsr", ".1.r1.tsr", ".2.tsr")
        assert {f"{older}{end}" for end in ends} <= names
        own = custody.authority(session, visit.organisation_id)
        trust = tmp_path / "trust.pem"
        roots = (one.root.read_bytes(), two.root.read_bytes(), own.root.certificate)
        trust.write_bytes(trust_pem(own.signer.certificate, roots))
        report = verify(file, trust, now=clock.wall_time())
        assert report.ok, report.claim("time").detail()
        before = hashlib.sha256(file.read_bytes()).hexdigest()
        _renewed(session)
        file.unlink()
        packs.request_again(session, pack.id, actor=uploader, now=NOW)
        session.commit()
        assert hashlib.sha256(_built(session, pack).read_bytes()).hexdigest() == before
