"""Checkpoints outside: by mail, web and file, once a day, tried again, held against packs."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from evidence.custody.checkpoint import Checkpoint as TreeHead
from evidence.custody.verify.judge import verify
from evidence.pack.fonts import FontMissingError, chinese_font
from fieldops import clock, settings
from fieldops.domain.permissions import Actor
from fieldops.gateways import couriers
from fieldops.jobs import publishing
from fieldops.models import CheckpointDelivery, Visit
from fieldops.services import deliveries, packs
from fieldops.settings import SettingsError
from fieldops.wiring import wiring
from tests.builders import rounds
from tests.builders.evidence import a_photo, an_item
from tests.sinks import mail_server, web_address


def _set(monkeypatch: pytest.MonkeyPatch, *addresses: str, smtp_port: int = 1) -> None:
    changed: dict[str, Any] = {
        "checkpoint_addresses": addresses,
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_security": "none",
        "smtp_sender": "custody@agency.example",
    }
    monkeypatch.setattr(wiring(), "settings", replace(wiring().settings, **changed))


def _round(session: Session, visit: Visit) -> list[CheckpointDelivery]:
    publishing.publish(wiring(), inline=True)
    rounds.go("stamps", "deliveries")
    publishing.publish(wiring(), inline=True)
    session.expire_all()
    return list(deliveries.latest(session, visit.organisation_id))


def _later(monkeypatch: pytest.MonkeyPatch, pause: timedelta) -> None:
    then = clock.wall_time() + pause
    monkeypatch.setattr(clock, "wall_time", lambda: then)


def test_a_mail_brings_the_checkpoints_exact_bytes(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_item(session, visit, actor=uploader)
    with mail_server() as sink:
        _set(monkeypatch, "mailto:notary@court.example", smtp_port=sink.port)
        (row,) = _round(session, visit)
    (mail,) = sink.mails
    text, document = (part.get_payload(decode=True) for part in mail.iter_attachments())
    assert (row.state, row.attempts, mail["To"]) == ("sent", 1, "notary@court.example")
    assert text == bytes(row.checkpoint.text)
    assert isinstance(document, bytes)
    assert json.loads(document)["checkpoint"].encode() == text


def test_a_web_address_is_posted_the_whole_checkpoint(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_item(session, visit, actor=uploader)
    with web_address() as sink:
        _set(monkeypatch, f"http://127.0.0.1:{sink.port}/checkpoints")
        (row,) = _round(session, visit)
    assert row.state == "sent"
    assert sink.posts == [deliveries.document(row.checkpoint).encode()]


def test_a_file_only_grows_by_a_line_each_day(
    session: Session,
    visit: Visit,
    uploader: Actor,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    kept = tmp_path / "kept.jsonl"
    _set(monkeypatch, f"file:{kept}")
    an_item(session, visit, actor=uploader)
    _round(session, visit)
    _round(session, visit)
    first = kept.read_text()
    assert len(first.splitlines()) == 1
    an_item(session, visit, actor=uploader, data=a_photo(colour=(3, 3, 3)))
    _later(monkeypatch, timedelta(days=1))
    _round(session, visit)
    assert kept.read_text().startswith(first)
    sizes = [TreeHead.parse(json.loads(line)["checkpoint"].encode()).size
             for line in kept.read_text().splitlines()]  # fmt: skip
    assert sizes == [1, 2]


@pytest.mark.parametrize("kind", ["mail", "web", "file"])
def test_what_did_not_arrive_is_noted_and_tried_again(
    kind: str,
    session: Session,
    visit: Visit,
    uploader: Actor,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    an_item(session, visit, actor=uploader)
    with mail_server() as mails, web_address() as posts:
        mails.refuses = posts.refuses = True
        folder = tmp_path / "not-yet"
        address = {
            "mail": "mailto:a@b.example",
            "web": f"http://127.0.0.1:{posts.port}/",
            "file": f"file:{folder}/kept.jsonl",
        }[kind]
        _set(monkeypatch, address, smtp_port=mails.port)
        (row,) = _round(session, visit)
        assert (row.state, row.attempts, bool(row.reason)) == ("owed", 1, True)
        mails.refuses = posts.refuses = False
        folder.mkdir()
        (row,) = _round(session, visit)  # Too early.
        assert row.attempts == 1
        _later(monkeypatch, timedelta(minutes=6))
        (row,) = _round(session, visit)
        assert (row.state, row.attempts, row.reason) == ("sent", 2, None)


def test_what_another_job_has_is_not_sent_twice_and_is_handed_out_again_after_its_lease(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    an_item(session, visit, actor=uploader)
    with web_address() as sink:
        _set(monkeypatch, f"http://127.0.0.1:{sink.port}/")
        publishing.publish(wiring(), inline=True)
        rounds.go("stamps", "deliveries")
        (row,) = deliveries.latest(session, visit.organisation_id)
        assert deliveries.take(session, row.id, at=clock.wall_time()) is not None
        session.commit()
        (row,) = _round(session, visit)
        assert (row.state, sink.posts) == ("sending", [])
        _later(monkeypatch, timedelta(minutes=16))
        (row,) = _round(session, visit)
        assert (row.state, row.attempts, len(sink.posts)) == ("sent", 2, 1)


def test_nothing_is_sent_before_there_is_a_stamped_checkpoint(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _set(monkeypatch, f"file:{tmp_path / 'kept'}")
    an_item(session, visit, actor=uploader)
    rounds.go("stamps", "deliveries")
    assert not deliveries.latest(session, visit.organisation_id)


def test_a_pack_is_held_against_the_checkpoint_that_was_sent(
    session: Session, visit: Visit, uploader: Actor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        chinese_font()
    except FontMissingError:
        pytest.skip("no Chinese TrueType typeface is installed")
    kept = tmp_path / "kept.jsonl"
    _set(monkeypatch, f"file:{kept}")
    for number in range(3):
        an_item(session, visit, actor=uploader, data=a_photo(colour=(number, 5, 5)))
    _round(session, visit)
    an_item(session, visit, actor=uploader, data=a_photo(colour=(9, 5, 5)))
    pack = packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=clock.wall_time())
    session.commit()
    publishing.publish(wiring(), inline=True)
    trust = tmp_path / "trust.pem"
    trust.write_bytes(wiring().trust(session, visit.organisation_id) or b"")
    file = wiring().pack_files.path(pack.id)
    outside = tmp_path / "checkpoint"
    for given in (kept.read_text(), json.loads(kept.read_text())["checkpoint"]):
        outside.write_text(given)
        report = verify(file, trust, checkpoint=outside, now=clock.wall_time())
        assert report.claim("consistency").ok
        assert report.exit_status == 0
    forged = json.loads(kept.read_text())["checkpoint"].splitlines()
    forged[2] = "A" * 43 + "="
    outside.write_text("\n".join(forged) + "\n")
    assert (
        not verify(file, trust, checkpoint=outside, now=clock.wall_time()).claim("consistency").ok
    )


@pytest.mark.parametrize(
    "address",
    [
        "ftp://host/file",  # nobody goes there
        "file:relative",  # of which folder?
        "https://",  # to nobody
        "mailto:nobody",  # no address
        "mailto:a@b.example",  # no mail server is set
    ],
)
def test_an_address_that_nobody_can_carry_to_ends_the_start(address: str) -> None:
    loaded = settings.load({}, checkpoint_addresses=(address,))
    with pytest.raises(SettingsError, match="checkpoint_addresses"):
        couriers.check(loaded.checkpoint_addresses, loaded)
