"""In the office: calls at any hour, holds, complaints, disputes, wishes, consents, overrides."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bench.month.house import House
from fieldops.domain.permissions import Actor, Role
from fieldops.domain.rights.vocabulary import (
    CameBy,
    ComplaintOutcome,
    Complexity,
    DisputeOutcome,
    RequestKind,
)
from fieldops.domain.rulebook.vocabulary import (
    Account,
    Channel,
    HoldKind,
    HoldScope,
    Purpose,
    Result,
)
from fieldops.models import Alarm, Complaint, Consent, ContactRequest, Dispute, Hold
from fieldops.services import alarms, closing, contacts, hold_ending, holds
from fieldops.services.closing import CaseOutcome
from fieldops.services.rights import complaints, consents, disputes, overriding, requests

# One of so many cases a day, and at least once a day, meets each of these.
RATES = {
    "call": 30, "call again": 60, "message": 120, "hold": 500, "complaint": 700, "dispute": 700,
    "request": 400, "consent": 400, "revoke": 900, "override": 300, "lift": 500,
    "withdraw": 1500, "close": 2500, "handle": 300, "resolve": 700,
}  # fmt: skip
_HOLDS = (
    HoldKind.NO_CONTACT_ORDER, HoldKind.VULNERABLE, HoldKind.HARDSHIP, HoldKind.BEREAVEMENT,
    HoldKind.BANKRUPTCY, HoldKind.DECEASED, HoldKind.LEGAL, HoldKind.CEASE,
)  # fmt: skip
_RULES = (
    "CN-TIME-P", "CN-FREQ-03", "GL-VULN-01", "GL-CEASE-01", "GL-WISH-01", "GL-COMP-01",
    "GL-BKR-01", "GL-ATTY-01", "CN-TIME-01", "CN-NCO-01", "CN-CREW-01", "CN-STAFF-01",
)  # fmt: skip
_WINDOWS = ((("09:00", "11:00"),), (("18:00", "20:30"),), (("08:00", "12:00"), ("15:00", "16:00")))
_UNANSWERED = 0.2
_WORDS = "said so on the telephone"


@dataclass(frozen=True, slots=True)
class Known:
    """A party of a case, by ids."""

    party_id: UUID
    case_id: UUID
    role: str


@dataclass
class Office:
    """What the office does on a day; `hot` are the few who are called again and again."""

    house: House
    chance: random.Random
    known: Sequence[Known] = ()
    hot: list[Known] = field(default_factory=list)

    def acts(self, count: int) -> list[tuple[str, Callable[[datetime], Any]]]:
        """The acts of one day in a house with so many cases."""
        found: list[tuple[str, Callable[[datetime], Any]]] = []
        for name, rate in RATES.items():
            times = max(1, round(count / rate * self.chance.uniform(0.6, 1.4)))
            found += [(name, getattr(self, "_" + name.replace(" ", "_")))] * times
        return found

    def begin(self, known: Sequence[Known]) -> None:
        """A new day: whom there is to reach."""
        self.known = known
        self.hot = self.chance.sample(list(known), min(len(known), max(1, len(known) // 300)))

    def _actor(self, role: Role) -> Actor:
        return self.house.office[role]

    def _anybody(self) -> Known:
        return self.chance.choice(self.known)

    def _debtor(self) -> Known:
        for _ in range(20):
            if (found := self._anybody()).role == "debtor":
                return found
        return found

    def _reach(self, whom: Known, channel: Channel, at: datetime, **more: Any) -> Any:
        """Call or write to somebody, and say what came of it."""
        order = contacts.ContactOrder(whom.party_id, channel, **more)
        actor = self._actor(Role.DISPATCHER)
        opened = self.house.try_to(
            channel.value,
            lambda session: contacts.open_contact(
                session, order, book=self.house.parts.rulebook, actor=actor, now=at
            ),
            at, f"party:{whom.party_id}",
        )  # fmt: skip
        # One in thirty is never told of: it counts as if it had been the worst.
        if opened is None or self.chance.random() < 0.03:
            return
        contact_id = opened.id
        results = (Result.DELIVERED, Result.NOT_CONNECTED)
        if channel is Channel.CALL:
            results = (Result.CONNECTED, Result.NO_ANSWER, Result.NOT_CONNECTED)  # type: ignore[assignment]
        result = self.chance.choice(results)
        self.house.try_to(
            "result",
            lambda session: contacts.set_result(session, contact_id, result, actor=actor, now=at),
            at,
        )

    def answer_alarms(self, at: datetime) -> None:
        """Take every call for help and every overdue crew in hand, but for one in five."""
        query = select(Alarm.id).where(Alarm.acknowledged_at.is_(None), Alarm.ended_at.is_(None))
        actor = self._actor(Role.DISPATCHER)
        for (alarm_id,) in self.house.look(query.order_by(Alarm.id)):
            if self.chance.random() < _UNANSWERED:
                continue
            self.house.try_to(
                "alarm answered",
                lambda session, one=alarm_id: alarms.acknowledge(session, one, actor=actor, now=at),
                at,
            )

    def _call(self, at: datetime) -> None:
        whom = self._anybody()
        thirds = whom.role not in ("debtor", "guarantor")
        purpose = Purpose.LOCATE if thirds and self.chance.random() < 0.7 else Purpose.COLLECT
        account = Account.PRIVATE if self.chance.random() < 0.03 else Account.WORK
        self._reach(
            whom,
            Channel.CALL,
            at,
            purpose=purpose,
            account=account,
            number="13800138000"[:10] + str(self.chance.randint(0, 9)),
        )

    def _call_again(self, at: datetime) -> None:
        whom = self.chance.choice(self.hot)
        for minute in range(self.chance.randint(2, 9)):
            self._reach(whom, Channel.CALL, at + timedelta(minutes=minute))

    def _message(self, at: datetime) -> None:
        channel = self.chance.choice((Channel.SMS, Channel.EMAIL, Channel.LETTER))
        self._reach(self._anybody(), channel, at)

    def _hold(self, at: datetime) -> None:
        whom, kind = self._anybody(), self.chance.choice(_HOLDS)
        ends = at + timedelta(days=self.chance.randint(1, 12))
        order = holds.HoldOrder(
            kind,
            None,
            whom.case_id,
            "asked for",
            ends_at=ends if self.chance.random() < 0.7 else None,
        )
        self._place(order, Role.COMPLIANCE, at)

    def tap(self, case_id: UUID, actor: Actor, at: datetime) -> None:
        """Somebody at the door seems ill, old or in need: the agent stops it all by one tap."""
        kind = self.chance.choice((HoldKind.VULNERABLE, HoldKind.HARDSHIP, HoldKind.BEREAVEMENT))
        order = holds.HoldOrder(kind, None, case_id, "seen at the door, in hospital")
        self.house.try_to(
            "hold at the door",
            lambda session: holds.place(
                session, order, rights=self.house.parts.rights, actor=actor, now=at
            ),
            at,
        )

    def _place(self, order: holds.HoldOrder, role: Role, at: datetime) -> None:
        self.house.try_to(
            f"hold {order.kind.value}",
            lambda session: holds.place(
                session, order, rights=self.house.parts.rights, actor=self._actor(role), now=at
            ),
            at,
        )

    def stop(self, case_id: UUID, at: datetime) -> None:
        """Somebody stops contact about this case between a plan and its commit."""
        order = holds.HoldOrder(
            self.chance.choice(_HOLDS), None, case_id, "between plan and commit",
            ends_at=at + timedelta(days=3),
        )  # fmt: skip
        self._place(order, Role.COMPLIANCE, at)

    def _complaint(self, at: datetime) -> None:
        order = complaints.ComplaintOrder(
            self._anybody().case_id, "was rude to me", self.chance.choice(list(CameBy)),
            complexity=self.chance.choice(list(Complexity)),
            received_at=at - timedelta(days=self.chance.choice((0, 0, 1, 14))),
            scope=self.chance.choice((None, HoldScope.PERSON)),
        )  # fmt: skip
        self.house.try_to(
            "complaint",
            lambda session: complaints.open_complaint(
                session, order, rights=self.house.parts.rights,
                actor=self._actor(Role.COMPLIANCE), now=at,
            ),
            at,
        )  # fmt: skip

    def _dispute(self, at: datetime) -> None:
        order = disputes.DisputeOrder(self._anybody().case_id, "paid long ago", CameBy.LETTER)
        self.house.try_to(
            "dispute",
            lambda session: disputes.open_dispute(
                session, order, rights=self.house.parts.rights,
                actor=self._actor(Role.COMPLIANCE), now=at,
            ),
            at,
        )  # fmt: skip

    def _request(self, at: datetime) -> None:
        whom, kind = self._anybody(), self.chance.choice(list(RequestKind))
        more: dict[str, Any] = {}
        if kind is RequestKind.HOURS:
            more = {"windows": self.chance.choice(_WINDOWS)}
        if kind is RequestKind.CHANNEL:
            more = {"channel": self.chance.choice(list(Channel))}
        if kind is RequestKind.ATTORNEY:
            more = {"attorney": "a lawyer, by the case's letters"}
        order = requests.RequestOrder(whom.party_id, kind, _WORDS, CameBy.CALL, **more)
        self.house.try_to(
            f"request {kind.value}",
            lambda session: requests.record(
                session, order, book=self.house.parts.rulebook, rights=self.house.parts.rights,
                actor=self._actor(Role.COMPLIANCE), now=at,
            ),
            at,
        )  # fmt: skip

    def _consent(self, at: datetime) -> None:
        order = consents.ConsentOrder(
            self._anybody().party_id, self.chance.choice((Channel.VISIT, Channel.CALL)),
            "a recorded call", self.chance.choice(((), ("20:00", "22:30"), ("07:00", "09:00"))),
            at + timedelta(days=self.chance.randint(1, 20)),
        )  # fmt: skip
        actor = self._actor(Role.COMPLIANCE)
        self.house.try_to(
            "consent", lambda session: consents.record(session, order, actor=actor, now=at), at
        )

    def _revoke(self, at: datetime) -> None:
        query = select(Consent.id).where(Consent.revoked_at.is_(None))
        if found := self.house.look(query.limit(50)):
            (consent_id,), actor = self.chance.choice(found), self._actor(Role.COMPLIANCE)
            self.house.try_to(
                "consent revoked",
                lambda session: consents.revoke(session, consent_id, actor=actor, now=at), at,
            )  # fmt: skip

    def _override(self, at: datetime) -> None:
        held = self.house.look(select(Hold.case_id).where(Hold.case_id.is_not(None)).limit(200))
        cases = {case_id for (case_id,) in held}
        stopped = [one for one in self.known if one.case_id in cases]
        whom = self.chance.choice(stopped or self.known)
        order = overriding.OverrideOrder(
            whom.party_id, self.chance.choice(_RULES),
            Channel.VISIT if self.chance.random() < 0.8 else Channel.CALL,
            at, at + timedelta(days=self.chance.randint(1, 6)),
            "the debtor himself asked for it", "his letter",
        )  # fmt: skip
        actor = self._actor(self.chance.choice((Role.COMPLIANCE, Role.COMPLIANCE, Role.COUNSEL)))
        book = self.house.parts.rulebook
        row = self.house.try_to(
            "override",
            lambda session: overriding.place(session, order, book=book, actor=actor, now=at), at,
        )  # fmt: skip
        if row is not None and self.chance.random() < 0.2:
            override_id = row.id
            self.house.try_to(
                "override revoked",
                lambda session: overriding.revoke(
                    session, override_id, "it was a mistake", book=book, actor=actor,
                    now=at + timedelta(minutes=5),
                ),
                at,
            )  # fmt: skip

    def _lift(self, at: datetime) -> None:
        query = select(Hold.id).where(Hold.lifted_at.is_(None)).order_by(Hold.id.desc())
        if found := self.house.look(query.limit(60)):
            (hold_id,) = self.chance.choice(found)
            actor = self._actor(self.chance.choice((Role.COMPLIANCE, Role.COUNSEL)))
            self.house.try_to(
                "hold lifted",
                lambda session: hold_ending.lift(
                    session, hold_id, "looked into, and over by now",
                    rights=self.house.parts.rights, actor=actor, now=at,
                ),
                at,
            )  # fmt: skip

    def _withdraw(self, at: datetime) -> None:
        query = select(ContactRequest.id).where(ContactRequest.withdrawn_at.is_(None))
        if found := self.house.look(query.limit(50)):
            (request_id,), actor = self.chance.choice(found), self._actor(Role.COMPLIANCE)
            self.house.try_to(
                "request withdrawn",
                lambda session: requests.withdraw(
                    session, request_id, "call me again", actor=actor, now=at
                ),
                at,
            )

    def _close(self, at: datetime) -> None:
        whom, actor = self._anybody(), self._actor(Role.COUNSEL)
        self.house.try_to(
            "case closed",
            lambda session: closing.close(
                session, whom.case_id, CaseOutcome.SETTLED, "paid", actor=actor, now=at
            ),
            at,
        )

    def _handle(self, at: datetime) -> None:
        """Move a complaint one step on; some are left until their time is over."""
        query = select(Complaint.id, Complaint.state).where(Complaint.state != "closed")
        open_ones = [row for row in self.house.look(query) if row.id.int % 4]
        if not open_ones:
            return
        row, actor = self.chance.choice(open_ones), self._actor(Role.COMPLIANCE)
        steps: dict[str, Callable[[Any], Any]] = {
            "opened": lambda session: complaints.assign(
                session,
                row.id,
                actor.account_id,
                actor=actor,
                now=at,  # type: ignore[arg-type]
            ),
            "assigned": lambda session: complaints.answer(
                session, row.id, "we have looked into it", actor=actor, now=at
            ),
            "answered": lambda session: complaints.close(
                session, row.id, self.chance.choice(list(ComplaintOutcome)), actor=actor, now=at
            ),
        }
        self.house.try_to(f"complaint from {row.state}", steps[row.state], at)

    def _resolve(self, at: datetime) -> None:
        query = select(Dispute.id).where(Dispute.resolved_at.is_(None))
        if found := self.house.look(query.limit(50)):
            (dispute_id,), actor = self.chance.choice(found), self._actor(Role.COMPLIANCE)
            what = disputes.Resolution(
                self.chance.choice(list(DisputeOutcome)), "the lender's books", "looked at both"
            )
            self.house.try_to(
                "dispute resolved",
                lambda session: disputes.resolve(session, dispute_id, what, actor=actor, now=at),
                at,
            )
