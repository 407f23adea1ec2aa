"""Virus scans: infected is quarantined, a scanner that is away delays and is told."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops import clock
from fieldops.domain.facts import ScanOwed
from fieldops.domain.permissions import Actor
from fieldops.gateways.clamd import Clamd
from fieldops.jobs import publishing, routine
from fieldops.models import Item, OutboxFact, Visit
from fieldops.services import custody, evidence, scanning
from fieldops.wiring import wiring
from tests.builders.cases import NOW
from tests.builders.evidence import a_photo, an_item
from tests.gateways.clamav import VIRUS, clamd


@pytest.fixture
def socket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: Session) -> Path:
    """Where the scanner of these settings listens, if it does."""
    path = tmp_path / "clamd"
    monkeypatch.setattr(wiring(), "settings", replace(wiring().settings, clamav_socket=str(path)))
    monkeypatch.setitem(vars(wiring()), "scanner", Clamd(str(path)))
    return path


def _finding(item: Item) -> Any:
    return next(one for one in item.findings if one["check"] == "virus-free")


def _followed(session: Session, item: Item) -> Item:
    publishing.publish(wiring(), inline=True)
    session.refresh(item)
    return item


def test_a_clean_file_is_said_to_be_clean(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    with clamd(socket) as daemon:
        item = _followed(session, an_item(session, visit, actor=uploader))
        assert daemon.heard == a_photo()
    assert (_finding(item)["holds"], item.quarantined) == (True, "")


def test_the_scan_is_in_the_custody_log(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    with clamd(socket):
        _followed(session, an_item(session, visit, actor=uploader))
    entry = custody.entry_of(custody.entries_of(session, visit.case_id)[-1])
    assert (entry.action, entry.actor, entry.detail) == (
        "read", "system:system", {"what": "virus-scan"},
    )  # fmt: skip


def test_an_infected_file_is_quarantined_and_kept(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    data = a_photo() + VIRUS
    with clamd(socket):
        item = _followed(session, an_item(session, visit, actor=uploader, data=data))
    assert "Test.Virus" in item.quarantined
    assert _finding(item)["holds"] is False
    opened = evidence.open_item(session, item.id, actor=uploader, at=NOW)
    chunks = opened.chunks(wiring().blobs)
    assert b"".join(chunks) == data
    with pytest.raises(evidence.NoPreview):
        evidence.open_preview(session, item.id, actor=uploader, at=NOW)


def test_a_scanner_that_is_away_delays_and_is_told(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    item = _followed(session, an_item(session, visit, actor=uploader))
    assert item.scan_state == "waiting"
    assert _finding(item)["holds"] is None
    assert "cannot be reached" in _finding(item)["value"]
    assert item.receipt


def test_what_waited_is_scanned_with_the_next_item(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    first = _followed(session, an_item(session, visit, actor=uploader, data=a_photo() + VIRUS))
    with clamd(socket):
        _followed(session, an_item(session, visit, actor=uploader))
    session.refresh(first)
    assert first.scan_state == "infected"


def _after(monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    monkeypatch.setattr(clock, "wall_time", lambda: NOW + timedelta(minutes=minutes))


def _asked(session: Session) -> int:
    query = select(func.count()).where(OutboxFact.name == ScanOwed.name)
    return session.scalar(query) or 0


def test_what_waits_is_asked_for_again_when_the_scanner_is_back(
    session: Session, visit: Visit, uploader: Actor, socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = _followed(session, an_item(session, visit, actor=uploader))
    _after(monkeypatch, 1)
    with clamd(socket):
        routine.Rota().go(wiring())
        _followed(session, item)
    assert item.scan_state == "clean"


def test_while_the_scanner_is_away_it_is_asked_for_every_few_minutes_once(
    session: Session, visit: Visit, uploader: Actor, socket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data in (a_photo(), a_photo(colour=(1, 2, 3))):
        item = _followed(session, an_item(session, visit, actor=uploader, data=data))
    for minutes, asked in ((1, 1), (1, 1), (5, 1), (6, 2)):
        _after(monkeypatch, minutes)
        routine.Rota().go(wiring())
        _followed(session, item)
        assert (_asked(session), item.scan_state) == (asked, "waiting")


def test_nothing_is_asked_for_when_nothing_waits(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    with clamd(socket):
        _followed(session, an_item(session, visit, actor=uploader))
    routine.Rota().go(wiring())
    assert _asked(session) == 0


def test_what_another_job_has_scanned_is_not_read_again(
    session: Session, visit: Visit, uploader: Actor, socket: Path
) -> None:
    with clamd(socket):
        item = _followed(session, an_item(session, visit, actor=uploader))
    assert scanning.opened(session, item.id, actor=uploader, at=NOW) is None


def test_without_a_scanner_nothing_is_claimed(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = _followed(session, an_item(session, visit, actor=uploader))
    assert (item.scan_state, _finding(item)["holds"]) == (None, None)
