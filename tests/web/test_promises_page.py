"""Promises on their page and on the case: offers decided on, sums settled, faults told."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from fieldops.models import Arrangement, Promise
from tests.builders.visits import START
from tests.builders.worlds import World
from tests.web.conftest import Reader

WORDS = {"words": "客户困难属实"}


@pytest.fixture
def offer(session: Session, world: World) -> Arrangement:
    """Fourteen instalments that an agent may not agree to, the first of which is missed."""
    own = {"organisation_id": world.organisation.id, "case_id": world.case.id}
    row = Arrangement(
        **own, amount=Decimal(1400), currency="CNY", count=14, state="offered", made_at=START
    )
    session.add(row)
    session.flush()
    for n in range(14):
        row.promises.append(
            Promise(
                **own, number=n + 1, amount=Decimal(100), currency="CNY", made_at=START,
                due_on=START.date() + timedelta(days=30 * n),
                standing="open" if n else "missed",
            )
        )  # fmt: skip
    session.commit()
    return row


@pytest.mark.parametrize("role", ["dispatcher", "counsel", "auditor"])
def test_an_offer_and_what_was_missed_stand_on_the_page_and_on_the_case(
    reads: Callable[[str], Reader], world: World, offer: Arrangement, role: str
) -> None:
    reader = reads(role)
    for address in ("/promises", f"/cases/{world.case.id}"):
        text = reader.get(address).text
        assert "¥1,400.00 in 14 instalments" in text
        assert "missed" in text
        assert (f"/arrangements/{offer.id}/decide" in text) is (role != "auditor")


@pytest.mark.parametrize(("decision", "state"), [("agree", "agreed"), ("decline", "declined")])
def test_an_offer_is_decided_on_with_a_reason(
    reads: Callable[[str], Reader], session: Session, offer: Arrangement, decision: str, state: str
) -> None:
    office, url = reads("dispatcher"), f"/arrangements/{offer.id}/decide"
    assert office.post(url, decision=decision, words=" ").status_code == 422
    assert office.post(url, decision="perhaps", **WORDS).status_code == 422
    answer = office.post(url, decision=decision, **WORDS)
    assert answer.location.endswith(f"/cases/{offer.case_id}#promises")
    session.refresh(offer)
    assert offer.state == state
    assert office.post(url, decision="end", words="另说").status_code == (
        302 if state == "agreed" else 409
    )


def test_a_sum_that_came_by_another_way_is_settled_once(
    reads: Callable[[str], Reader], session: Session, offer: Arrangement
) -> None:
    office, row = reads("dispatcher"), offer.promises[0]
    url = f"/promises/{row.id}/settle"
    assert office.post(url, word="nothing", **WORDS).status_code == 422
    assert office.post(url, word="paid", **WORDS).status_code == 302
    assert office.post(url, word="released", **WORDS).status_code == 409
    session.refresh(row)
    assert row.standing == "kept"
    assert reads("auditor").post(url, word="paid", **WORDS).status_code == 403
