"""A finished pack is verified again, and its page tells what the verifier says of it now."""

import pytest
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, NotFound
from fieldops.domain.permissions import Actor, Role
from fieldops.jobs import publishing
from fieldops.models import Pack, Visit
from fieldops.services import organisations, pack_checks, packs
from fieldops.wiring import wiring
from tests.builders.cases import NOW
from tests.builders.evidence import an_item
from tests.services.evidence.test_packs import needs_font


@pytest.fixture
def pack(session: Session, visit: Visit, uploader: Actor) -> Pack:
    an_item(session, visit, actor=uploader)
    made = packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)
    session.commit()
    return made


def _checked(session: Session, pack: Pack, actor: Actor) -> Pack:
    pack_checks.ask(session, pack.id, actor=actor, now=NOW)
    session.commit()
    assert pack_checks.is_under_way(pack)
    publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    return pack


@needs_font
def test_an_untouched_pack_holds_and_a_changed_one_fails_in_both_languages(
    session: Session, pack: Pack, uploader: Actor
) -> None:
    publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    entries = pack.summary["entries"]
    held = _checked(session, pack, uploader).summary
    assert (held["ok"], held["entries"], "verified_at" in held) == (True, entries, True)
    assert not pack_checks.is_under_way(pack)
    path = wiring().pack_files.path(pack.id)
    path.write_bytes(path.read_bytes().replace(b"Bagging-Date", b"Bagging-Dat3"))
    failed = _checked(session, pack, uploader).summary
    assert failed["ok"] is False
    broken = [one["claim"] for one in failed["claims"] if not one["ok"]]
    assert broken
    assert broken == [one["claim"] for one in failed["claims_zh"] if not one["ok"]]


def test_a_pack_that_is_not_finished_cannot_be_checked(
    session: Session, pack: Pack, uploader: Actor
) -> None:
    with pytest.raises(Conflict):
        pack_checks.ask(session, pack.id, actor=uploader, now=NOW)


def test_one_check_at_a_time_and_none_of_another_house(
    session: Session, pack: Pack, uploader: Actor
) -> None:
    pack.state = packs.READY
    pack_checks.ask(session, pack.id, actor=uploader, now=NOW)
    with pytest.raises(Conflict):
        pack_checks.ask(session, pack.id, actor=uploader, now=NOW)
    other = organisations.found(session, "Another agency", now=NOW)
    with pytest.raises(NotFound):
        pack_checks.ask(session, pack.id, actor=Actor(other.id, Role.SYSTEM), now=NOW)


def test_a_check_that_cannot_be_done_leaves_what_was_said_before(
    session: Session, pack: Pack, uploader: Actor
) -> None:
    pack.state, pack.summary = packs.READY, {"ok": True, "claims": []}
    pack_checks.ask(session, pack.id, actor=uploader, now=NOW)
    pack_checks.give_up(session, pack.id, actor=uploader)
    assert pack.summary == {"ok": True, "claims": []}
