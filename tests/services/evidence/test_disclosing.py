"""Packs for somebody: what the profile and the basket say is what the pack holds, provably."""

import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from evidence.custody.disclosure import field_commitment
from evidence.custody.entry import CUT, EXPORTED
from evidence.custody.instants import format_instant
from fieldops import models
from fieldops.domain.disclosure.profiles import WHOLE, Profile
from fieldops.domain.permissions import Actor
from fieldops.jobs import publishing
from fieldops.models import (
    Account,
    BlobFault,
    Case,
    Observation,
    Organisation,
    Pack,
    Party,
    Visit,
)
from fieldops.services import baskets, custody, fixity, pack_gaps, pack_records, packs
from fieldops.wiring import wiring
from tests.builders.cases import NOW
from tests.builders.disclosure import a_basket, a_copy, profile
from tests.builders.evidence import a_photo, a_sound, an_item
from tests.conftest import Person
from tests.services.evidence.test_packs import needs_font


def drawn(session: Session, visit: Visit, actor: Actor, how: Profile = WHOLE) -> Pack:
    pack = packs.request_pack(session, visit.case_id, "诉讼", profile=how, actor=actor, now=NOW)
    session.commit()
    return built(session, pack)


def built(session: Session, pack: Pack) -> Pack:
    publishing.publish(wiring(), inline=True)
    session.refresh(pack)
    assert pack.state == "ready", pack.summary
    assert [one for one in pack.summary["claims"] if not one["ok"]] == []
    return pack


@pytest.fixture
def counsel(organisation: Organisation, signed_in: Callable[..., Person]) -> Actor:
    return signed_in("counsel", organisation).actor


def path(pack: Pack) -> Path:
    return wiring().pack_files.path(pack.id)


def lines(pack: Pack, name: str) -> list[Any]:
    with zipfile.ZipFile(path(pack)) as archive:
        (found,) = [one for one in archive.namelist() if one.endswith(name)]
        return [json.loads(line) for line in archive.read(found).splitlines()]


def names(pack: Pack, folder: str) -> list[str]:
    with zipfile.ZipFile(path(pack)) as archive:
        return [one for one in archive.namelist() if f"/{folder}/" in one]


@needs_font
def test_the_basket_gives_order_exhibits_and_objects_of_proof(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    items = [an_item(session, visit, actor=uploader, data=a_photo(colour=(90 * n, 0, 0)))
             for n in range(3)]  # fmt: skip
    told = (
        {"exhibit": "证据甲", "proves": "大门紧闭"},
        {},
        {"reason": "third-person", "note": "邻居"},
    )
    a_basket(session, *told, items=[items[1], items[0], items[2]], actor=uploader)
    pack = drawn(session, visit, uploader, profile("court"))
    first, second, stub = lines(pack, "meta/items.jsonl")
    assert (first["item"], first["exhibit"]) == (str(items[1].id), "证据甲")
    assert first["catalogue"]["proves"] == "大门紧闭"
    assert (second["item"], second["exhibit"], second["number"]) == (
        str(items[0].id),
        "Exhibit 1",
        2,
    )
    assert (stub["status"], stub["withheld"]["reason"]) == ("withheld", "third-person")
    assert stub["withheld"]["note"] == "邻居"
    assert all("value" not in field for field in stub["as_received"].values())
    assert "door.jpg" not in json.dumps(stub)
    assert len(names(pack, "data")) == 2
    assert (pack.summary["withheld"], pack.profile) == (1, "court")


@needs_font
def test_an_item_left_out_of_one_pack_stands_in_the_next(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    items = [an_item(session, visit, actor=uploader, data=a_photo(colour=(90 * n, 0, 0)))
             for n in range(2)]  # fmt: skip
    a_basket(session, {}, {"reason": "not-submitted"}, items=items, actor=uploader)
    first = drawn(session, visit, uploader)
    a_basket(session, {}, {}, items=items, actor=uploader)
    second = drawn(session, visit, uploader)
    assert (len(names(first, "data")), len(names(second, "data"))) == (1, 2)
    # The first is built again from its row alone, whatever came later.
    before = path(first).read_bytes()
    path(first).unlink()
    packs.request_again(session, first.id, actor=uploader, now=NOW)
    session.commit()
    built(session, first)
    assert path(first).read_bytes() == before


@needs_font
def test_a_reviewed_copy_stands_in_for_its_original_before_a_court(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    other = an_item(session, visit, actor=uploader, data=a_photo(colour=(1, 1, 1)))
    copy = a_copy(session, item, actor=uploader)
    a_copy(session, other, actor=uploader, reviewed=False)
    pack = drawn(session, visit, uploader, profile("court"))
    record, plain = lines(pack, "meta/items.jsonl")
    assert (record["status"], record["withheld"]["reason"]) == ("withheld", "copy-instead")
    (made,) = record["derived"]
    assert (made["sha256"], made["reason"]) == (copy.sha256, "PIPL art. 6")
    assert made["masks"] == ["face 6,4,33,25 third person"]
    assert (plain["status"], plain["derived"]) == ("included", [])
    assert len(names(pack, "derived")) == 1
    assert pack.summary["copies"] == 1
    told = [json.loads(one.body) for one in custody.entries_of(session, visit.case_id)]
    left = [(one["item"], one["detail"].get("what")) for one in told if one["action"] == EXPORTED]
    assert left == [(str(item.id), "copy"), (str(other.id), None)]


@needs_font
def test_a_debtor_gets_copies_alone_and_neither_agent_nor_recordings(
    session: Session, visit: Visit, uploader: Actor, counsel: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    an_item(session, visit, actor=uploader, data=a_photo(colour=(1, 1, 1)))
    an_item(session, visit, actor=uploader, data=a_sound(1))
    a_copy(session, item, actor=counsel)
    pack = drawn(session, visit, counsel, profile("debtor-access-request"))
    first, no_copy, sound = lines(pack, "meta/items.jsonl")
    assert [one["withheld"]["reason"] for one in (first, no_copy, sound)] == [
        "copy-instead", "no-copy", "profile",
    ]  # fmt: skip
    assert names(pack, "data") == []
    assert "value" not in first["as_received"]["account"]
    assert first["as_received"]["received_at"]["value"]
    assert lines(pack, "meta/findings.jsonl") == []
    with zipfile.ZipFile(path(pack)) as archive:
        records = b"".join(archive.read(n) for n in archive.namelist() if "/meta/" in n)
    assert str(item.account_id).encode() not in records


def observed(session: Session, visit: Visit, person: models.Person, **more: Any) -> Observation:
    row = Observation(
        organisation_id=visit.organisation_id, case_id=visit.case_id, person_id=person.id,
        kind="visit.moved_away", observed_at=NOW, recorded_at=NOW, source_class="neighbour",
        source_id="李某", basis="OBSERVED", grade={}, data={}, evidence=[], **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


@needs_font
def test_a_debtor_reads_his_own_trace_without_who_told_it(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    a_copy(session, item, actor=uploader)
    case = session.get_one(Case, visit.case_id)
    debtor = next(one.person for one in case.parties if one.role == "debtor")
    other = models.Person(
        organisation_id=visit.organisation_id, name="王某", wishes={}, created_at=NOW
    )
    session.add(other)
    session.flush()
    session.add(Party(organisation_id=visit.organisation_id, case_id=case.id, person_id=other.id,
                      role="contact", created_at=NOW))  # fmt: skip
    own = observed(session, visit, debtor, origin="visit:1")
    observed(session, visit, other, origin="visit:2")
    session.commit()
    pack = drawn(session, visit, uploader, profile("debtor-access-request"))
    (record,) = lines(pack, "meta/trace.jsonl")
    assert record["id"] == str(own.id)
    assert "source_id" not in record
    # The house keeps what opens the commitment, and can show it later.
    opened = next(
        one
        for one in pack.seals["frozen"]["opened"]
        if one["name"] == "source_id"  # type: ignore[index]  # It was cut.
    )
    field = {"salt": opened["salt"], "value": "李某"}
    assert record["withheld"]["source_id"] == {"sha256": field_commitment("source_id", field)}


@needs_font
def test_what_comes_in_between_asking_and_cutting_is_a_stub(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    pack = packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)
    session.commit()
    late = an_item(session, visit, actor=uploader, data=a_photo(colour=(4, 4, 4)))
    record = lines(built(session, pack), "meta/items.jsonl")[1]
    assert (record["item"], record["withheld"]["reason"]) == (str(late.id), "not-submitted")


@needs_font
def test_a_pack_that_was_cut_before_there_were_profiles_is_built_as_it_was(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    item = an_item(session, visit, actor=uploader)
    gone = an_item(session, visit, actor=uploader, data=a_photo(colour=(2, 2, 2)))
    told: dict[str, Any] = {"organisation_id": visit.organisation_id, "by": "counsel:1", "at": NOW}
    custody.append(session, visit.case_id, "withheld", gone, detail={"reason": "a home"}, **told)
    account = session.scalars(select(Account)).first()
    assert account is not None
    pack = Pack(
        organisation_id=visit.organisation_id, case_id=visit.case_id, account_id=account.id,
        state="queued", purpose="old", summary={}, created_at=NOW,
    )  # fmt: skip
    session.add(pack)
    session.flush()
    last = custody.append(session, visit.case_id, CUT, detail={"pack": str(pack.id)}, **told)
    head = custody.signed_checkpoint(session, visit.organisation_id, at=NOW)
    zone = wiring().settings.zone
    pack.seals = {"sealed": None, "frozen": {
        "made_at": format_instant(NOW), "entries": last.entry.case_seq, "size": head.size,
        "older": [], "language": "zh", "findings": [], "trace": [], "system": [],
        "case": {"case": str(visit.case_id), "folder": "old", "title": "old", "submitter": "old",
                 "parties": []},
        "catalogue": {str(one.id): pack_records.catalogue(one, zone) for one in (item, gone)},
    }}  # fmt: skip
    session.flush()
    packs._publish(session, pack, NOW)
    session.commit()
    shown, stub = lines(built(session, pack), "meta/items.jsonl")
    assert "exhibit" not in shown
    at = format_instant(NOW)
    assert stub["withheld"] == {"reason": "a home", "actor": "counsel:1", "at": at}
    assert "disclosure" not in [one["claim"] for one in pack.summary["claims"]]


def test_a_broken_original_makes_the_pack_impossible_until_it_is_left_out(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    items = [an_item(session, visit, actor=uploader, data=a_photo(colour=(90 * n, 0, 0)))
             for n in range(2)]  # fmt: skip
    scan = fixity.begin(session, visit.organisation_id, at=NOW)
    session.add(BlobFault(organisation_id=visit.organisation_id, blob_id=items[0].blob_id,
                          scan_id=scan.id, kind="missing", reason="", found_at=NOW))  # fmt: skip
    session.commit()
    with pytest.raises(packs.PackImpossible) as refused:
        packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW)
    (fault,) = refused.value.faults
    assert fault.field == "basket"
    assert str(items[0].id) in fault.message
    assert "restore" in fault.cure
    a_basket(session, {"reason": "duplicate"}, {}, items=items, actor=uploader)
    assert packs.request_pack(session, visit.case_id, "诉讼", actor=uploader, now=NOW).id


def test_a_pack_that_would_show_nothing_is_refused(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    with pytest.raises(packs.PackImpossible) as refused:
        packs.request_pack(
            session, visit.case_id, "查阅", profile=profile("debtor-access-request"),
            actor=uploader, now=NOW,
        )  # fmt: skip
    assert [fault.field for fault in refused.value.faults] == ["profile"]


def test_a_receipt_stamped_too_late_for_the_profile_is_told(
    session: Session, visit: Visit, uploader: Actor
) -> None:
    an_item(session, visit, actor=uploader)
    found = baskets.prepared(session, visit.case_id, actor=uploader)
    told = pack_gaps.gaps(session, found, WHOLE, now=NOW)
    assert "unstamped" in [gap.code for gap in told]
    later = pack_gaps.gaps(session, found, WHOLE, now=NOW + timedelta(hours=25))
    assert "stamp-late" in [gap.code for gap in later]
