"""However many ask at once, an override lets one contact through, and none once it is revoked."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rulebook.vocabulary import Channel, HoldKind
from fieldops.models import Contact, RuleOverride
from fieldops.services import contacts, holds
from fieldops.services.rights import overriding
from tests.builders.cases import NOW, a_case
from tests.builders.overriding import OFFICER, an_order
from tests.builders.planning import BOOK
from tests.builders.rights import RIGHTS
from tests.services.test_caps_side_by_side import all_at_once, founded

CALLERS = 5


def _call(party_id: UUID, actor: Actor) -> Callable[[Session], object]:
    order = contacts.ContactOrder(party_id=party_id, channel=Channel.CALL)
    return lambda session: contacts.open_contact(session, order, book=BOOK, actor=actor, now=NOW)


def _prepared(engine: Engine) -> tuple[Actor, UUID, UUID]:
    """Somebody who asked to be left alone, and an override for one call to him."""
    with Session(engine, expire_on_commit=False) as session:
        organisation, actor = founded(session)
        case = a_case(session, organisation, phone="13800138000")
        holds.place(
            session, holds.HoldOrder(HoldKind.CEASE, None, case.id, "leave me alone"),
            rights=RIGHTS, actor=actor, now=NOW - timedelta(hours=1),
        )  # fmt: skip
        officer = Actor(organisation.id, Role.COMPLIANCE, account_id=OFFICER)
        order = an_order(case, "GL-CEASE-01", channel=Channel.CALL)
        row = overriding.place(session, order, book=BOOK, actor=officer, now=NOW)
        found = officer, case.parties[0].id, row.id
        session.commit()
    return found


@pytest.mark.parametrize("is_revoked", [False, True])
def test_one_call_at_most_goes_out_under_it(engine: Engine, is_revoked: bool) -> None:
    officer, party, override = _prepared(engine)
    system = Actor(officer.organisation_id, Role.SYSTEM)
    acts: list[Callable[[Session], object]] = [_call(party, system) for _ in range(CALLERS)]
    if is_revoked:
        acts.append(
            lambda session: overriding.revoke(
                session, override, "it was a mistake", book=BOOK, actor=officer, now=NOW
            )
        )
    all_at_once(engine, acts)
    with Session(engine) as session:
        made = session.scalars(select(Contact.id)).all()
        row = session.get_one(RuleOverride, override)
        # Whoever was first, the books agree: at most one contact, and it is the one that is named.
        assert list(made) == ([row.contact_id] if row.contact_id else [])
        assert len(made) == 1 or row.revoked_at is not None
