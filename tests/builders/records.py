"""A house whose trace record has a visit, an item of evidence, a flag and its review."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from fieldops.domain.permissions import system
from fieldops.models import (
    Account,
    Arrival,
    Blob,
    Case,
    Contact,
    CustodyEntry,
    CustodyLog,
    Flag,
    FlagReview,
    Item,
    Organisation,
    StatedFlag,
    StatedItem,
    StatedReview,
    StatedVisit,
    Visit,
)
from fieldops.models.types import new_id
from fieldops.services import exchange
from tests.builders.cases import a_case, an_agent
from tests.builders.visits import START, a_past_visit

LATER = START + timedelta(days=1)


def a_record(
    session: Session,
    house: Organisation,
    *,
    outcome: str = "no_answer",
    has_item: bool = True,
) -> Case:
    """A case with one visit of each kind of thing that a house states."""
    case = a_case(session, house)
    counsel = Account(
        organisation_id=house.id, username=f"counsel-{case.id}", role="counsel", name="王律师",
        password_hash="", language="zh-CN", created_at=START,
    )  # fmt: skip
    session.add(counsel)
    session.flush()
    visit = a_past_visit(session, case, an_agent(session, house), at=START, outcome=outcome)
    visit.remarks = [{"code": "far-from-address", "metres": 420, "at": START.isoformat()}]
    session.add(
        Arrival(
            organisation_id=house.id, visit_id=visit.id, agent_id=visit.agent_id,
            device_at=START, received_at=START, lat=30.66, lon=104.06,
            given_position={"lat": 30.66, "lon": 104.06, "datum": "WGS84"},
            accuracy_metres=12.0, fix_age_seconds=1.0, distance_metres=420.0,
        )
    )  # fmt: skip
    session.add(_contact(case, visit))
    if has_item:
        _item(session, house, visit, counsel)
    flag = _flag(case)
    session.add(flag)
    session.flush()
    session.add(
        FlagReview(
            organisation_id=house.id, flag_id=flag.id, verdict="confirmed", reason="王律师已核对",
            account_id=counsel.id, at=START,
        )
    )  # fmt: skip
    session.flush()
    return case


def _contact(case: Case, visit: Visit) -> Contact:
    person = case.parties[0].person_id
    return Contact(
        organisation_id=case.organisation_id, case_id=case.id, person_id=person, debtor_id=person,
        channel="visit", purpose="collect", at=START, result="no_answer", visit_id=visit.id,
        recorded_at=START,
    )  # fmt: skip


def _item(session: Session, house: Organisation, visit: Visit, account: Account) -> None:
    blob = Blob(
        organisation_id=house.id, sha256="ab" * 32, size=7, wrapped_key=b"k", stored_at=START
    )
    session.add(blob)
    session.flush()
    item = Item(
        organisation_id=house.id, case_id=visit.case_id, visit_id=visit.id, blob_id=blob.id,
        account_id=account.id, sha256=blob.sha256, size=7, kind="photo", media_type="image/jpeg",
        filename="张三家门口.jpg", capture="camera", received_at=START, properties={}, findings=[],
        record={}, receipt="",
    )  # fmt: skip
    session.add(item)
    session.add(
        CustodyLog(
            organisation_id=house.id, origin="log.example", size=1, frontier={}, certificates={},
            wrapped_keys=b"",
        )
    )  # fmt: skip
    session.flush()
    session.add(
        CustodyEntry(
            organisation_id=house.id, position=0, case_id=visit.case_id, case_sequence=1,
            item_id=item.id, action="received", at=START, body=b"{}", leaf_hash="cd" * 32,
        )
    )  # fmt: skip
    session.flush()


def _flag(case: Case) -> Flag:
    return Flag(
        organisation_id=case.organisation_id, case_id=case.id,
        person_id=case.parties[0].person_id, code="AT-GIFT", subject="川A12345", severity="high",
        state="confirmed", shown=["disposal"], missing=["effect_on_claim"], contradicted=[],
        basis="民法典 538; 541", grounds=[], clocks=[], probability=0.7, model_version="t1",
        known_at=START, earliest_deadline=START + timedelta(days=365), raised_at=START,
        updated_at=START,
    )  # fmt: skip


def stated_by_another(session: Session, visit: Visit) -> None:
    """What another house states of the case, the party and the door of this visit of ours."""
    own: dict[str, Any] = {
        "organisation_id": visit.organisation_id, "case_id": visit.case_id, "house_id": new_id(),
        "house_name": "乙机构", "taken_at": LATER,
    }  # fmt: skip
    theirs = StatedVisit(
        **own, party_id=visit.party_id, address_id=visit.address_id, arrived_at=START,
        outcome="no_answer", observer_role="agent", observer=str(new_id()), accuracy_metres=12.0,
        distance_metres=420.0, doubts=["far-from-address"],
    )  # fmt: skip
    shown = {"shown": ["disposal"], "missing": ["effect_on_claim"], "contradicted": []}
    flag = StatedFlag(
        **own, **shown, person_id=visit.debtor_id, code="AT-GIFT", subject="川A12345",
        severity="high", state="confirmed", basis="民法典 538; 541", grounds=[], clocks=[],
        probability=0.7, model_version="t1", known_at=START, earliest_deadline=LATER,
        raised_at=START, updated_at=START,
    )  # fmt: skip
    session.add_all([theirs, flag])
    session.flush()
    session.add_all(
        [
            StatedItem(
                **own, visit_id=theirs.id, kind="photo", media_type="image/jpeg", size=7,
                content_hash="ab" * 32, received_at=START, custody_log="log.example",
                custody_position=0, custody_leaf="cd" * 32,
            ),
            StatedReview(
                **own, flag_id=flag.id, person_id=visit.debtor_id, verdict="confirmed",
                reason="已核对", reviewer_role="counsel", at=START,
            ),
        ]
    )  # fmt: skip
    session.flush()


def lines_of_record(session: Session, house: Organisation) -> list[str]:
    """What the house exports."""
    return list(exchange.export_record(session, actor=system(house.id), now=LATER))


def take_in(
    session: Session, house: Organisation, lines: Sequence[str], *, ours: bool = False
) -> exchange.Taken:
    """Take these lines into a house."""
    told = [line.encode() for line in lines]
    return exchange.import_record(session, told, ours=ours, actor=system(house.id), now=LATER)


def changed(line: str, **properties: str) -> str:
    """The line with some properties said otherwise."""
    entity = json.loads(line)
    entity["properties"] |= {name: [value] for name, value in properties.items()}
    return json.dumps(entity, ensure_ascii=False) + "\n"
