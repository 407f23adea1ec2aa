"""Erasing leaves nothing readable of a person, and everything that proves what happened."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from evidence.custody.entry import DESTROYED, chain_faults
from evidence.custody.verify.judge import verify
from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import (
    Case,
    Hold,
    Item,
    LegalEvent,
    Observation,
    ObservationKey,
    Organisation,
    Pack,
    Upload,
    Visit,
)
from fieldops.services import custody, evidence, packs
from fieldops.services.protection import erasing, scope
from fieldops.wiring import wiring
from tests.builders.cases import NOW, a_case, an_agent
from tests.builders.evidence import an_item
from tests.builders.journals import a_conflict, a_device
from tests.builders.visits import START, a_visit
from tests.conftest import Person as SignedIn
from tests.services.evidence.test_packs import needs_font
from tests.services.protection.reading import everything_readable

SECRETS = ("王小五", "510104199003074774", "13812345678", "红星路303号", "川A12345", "欠款人的秘密")


@pytest.fixture
def erased_case(
    session: Session, organisation: Organisation, signed_in: Callable[..., SignedIn]
) -> Case:
    """A case with something personal in every table that can hold it."""
    case = a_case(
        session, organisation, name="王小五", id_number="510104199003074774",
        phone="+8613812345678", text="四川省成都市红星路303号", note="欠款人的秘密",
        state="closed",
    )  # fmt: skip
    agent = an_agent(session, organisation)
    visit = a_visit(session, organisation, case=case, agent=agent)
    visit.answers = json.dumps({"note": "欠款人的秘密"}, ensure_ascii=False)
    who = signed_in("agent", organisation, agent_id=agent.id)
    an_item(session, visit, actor=who.actor)
    own = {"organisation_id": organisation.id, "case_id": case.id}
    session.add(
        Hold(**own, kind="dispute", scope="debt", starts_at=START, reason="欠款人的秘密",
             placed_at=START)
    )  # fmt: skip
    session.add(
        LegalEvent(**own, kind="filed", subject="川A12345", at=START, note="欠款人的秘密",
                   recorded_at=START)
    )  # fmt: skip
    seen = Observation(
        **own, person_id=case.parties[0].person_id, address_id=case.addresses[0].id,
        asset="川A12345", kind="vehicle.seen", observed_at=START, recorded_at=START,
        source_class="agent", source_id="王小五", basis="observed", grade={},
        data={"said": "欠款人的秘密"}, values={"phone": "13812345678"}, evidence=[],
        origin=f"visit:{visit.id}",
    )  # fmt: skip
    session.add(seen)
    session.flush()
    session.add(
        ObservationKey(
            key=b"k" * 16, observation_id=seen.id, organisation_id=organisation.id,
            person_id=seen.person_id, kind="phone",
        )
    )  # fmt: skip
    device = a_device(session, who.actor)
    for number, told in enumerate(({"visit_id": visit.id}, {"body": {"case_id": str(case.id)}})):
        entry = a_conflict(device, number + 1, **told)
        entry.body = {**(entry.body or {}), "note": "欠款人的秘密"}
        entry.settled_words = "欠款人的秘密"
        session.add(entry)
    session.commit()
    return case


def _erase(session: Session, case: Case, actor: Actor) -> erasing.Erased:
    custody.ensure_log(session, case.organisation_id, at=NOW)
    found = erasing.erase(
        session, scope.of_case(session, case.id), organisation_id=case.organisation_id,
        cause="test", by=actor.label, at=NOW + timedelta(hours=1),
        discard=wiring().pack_files.discard,
    )  # fmt: skip
    session.commit()
    return found


def test_nothing_readable_is_left(
    app: Flask, session: Session, erased_case: Case, admin: Actor
) -> None:
    before = everything_readable(session)
    assert [one for one in SECRETS if one not in before] == []
    done = _erase(session, erased_case, admin)
    after = everything_readable(session)
    assert [one for one in SECRETS if one in after] == []
    assert set(done.keys) == {erased_case.id, *scope.of_case(session, erased_case.id).people}


def test_the_custody_log_still_follows_and_the_hash_stays(
    session: Session, erased_case: Case, admin: Actor
) -> None:
    item = session.query(Item).one()
    before = evidence.commitment(item.record)
    done = _erase(session, erased_case, admin)
    entries = [custody.entry_of(one) for one in custody.entries_of(session, erased_case.id)]
    assert list(chain_faults(entries)) == []
    assert entries[-1].action == DESTROYED
    assert done.hashes == {str(item.id): item.sha256}
    assert evidence.commitment(item.record) == before
    assert session.query(Upload).one().wrapped_key == b""
    with pytest.raises(evidence.ContentGone):
        evidence.key_of(session, item)


@needs_font
def test_a_pack_that_was_handed_out_still_verifies_and_ours_is_gone(
    session: Session,
    erased_case: Case,
    admin: Actor,
    signed_in: Callable[..., SignedIn],
    tmp_path: Path,
) -> None:
    house = session.get_one(Organisation, erased_case.organisation_id)
    counsel = signed_in("counsel", house).actor
    pack = packs.request_pack(session, erased_case.id, "court", actor=counsel, now=NOW)
    session.commit()
    publishing.publish(wiring(), inline=True)
    own, trust = wiring().pack_files.path(pack.id), tmp_path / "trust.pem"
    handed_out = tmp_path / "pack.zip"
    handed_out.write_bytes(own.read_bytes())
    trust.write_bytes(wiring().trust(session, house.id) or b"")
    _erase(session, erased_case, admin)
    assert not own.exists()
    assert session.get_one(Pack, pack.id).state == "erased"
    assert verify(handed_out, trust, now=NOW).ok
    with pytest.raises(packs.PackImpossible):
        packs.request_pack(session, erased_case.id, "court", actor=counsel, now=NOW)


def test_erasing_again_does_nothing(session: Session, erased_case: Case, admin: Actor) -> None:
    _erase(session, erased_case, admin)
    again = _erase(session, erased_case, admin)
    assert (list(again.keys), again.hashes) == ([], {})


def test_who_is_in_another_case_stays(
    session: Session, organisation: Organisation, erased_case: Case, admin: Actor
) -> None:
    person = erased_case.parties[0].person
    other = a_case(session, organisation, person=person)
    done = _erase(session, erased_case, admin)
    assert list(done.keys) == [erased_case.id]
    assert session.get_one(Case, other.id).parties[0].person.name == "王小五"


def test_the_database_still_refuses_to_change_what_is_not_erased(
    session: Session, erased_case: Case
) -> None:
    for statement in (
        "UPDATE observation SET asset = NULL",
        "UPDATE observation SET data = '{}'",
        "DELETE FROM observation_key",
        "DELETE FROM observation",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))


def test_a_visit_keeps_that_it_was(session: Session, erased_case: Case, admin: Actor) -> None:
    _erase(session, erased_case, admin)
    visit = session.query(Visit).one()
    assert (visit.answers, visit.case_id) == (None, erased_case.id)
