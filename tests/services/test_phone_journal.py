"""Whatever the network does to batches, each entry is applied once, in its order, and none lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from fieldops.domain.errors import Conflict, FieldopsError, NotFound
from fieldops.domain.permissions import Actor
from fieldops.domain.phones import EntryKind
from fieldops.models import Device, DeviceEntry, Organisation
from fieldops.services.phones import journal
from fieldops.services.phones.acts import Act, Means
from fieldops.services.phones.journal import Written
from tests.builders.cases import an_agent
from tests.builders.journals import a_device
from tests.conftest import NOW, Person

MOST = 6
MEANS: Any = object()  # What acts stand in for needs nothing of the house.
REFUSALS: dict[str, FieldopsError] = {"refused": NotFound("No"), "conflict": Conflict("No")}


@dataclass
class Doing:
    """Acts that note what they did, and are refused or broken where their entry says so."""

    done: list[int] = field(default_factory=list)
    broken: dict[int, int] = field(default_factory=dict)

    def perform(self, session: Session, kind: EntryKind, act: Act, means: Means) -> None:
        """Do what the entry says."""
        number, fate = act.body["number"], act.body["fate"]
        if fate == "broken" and self.broken.setdefault(number, 0) < act.body["times"]:
            self.broken[number] += 1
            raise RuntimeError
        if fate in REFUSALS:
            raise REFUSALS[fate]
        self.done.append(number)


@dataclass
class Line:
    """A phone and the journal, with a network between them that does what it likes."""

    session: Session
    device: Device
    actor: Actor
    doing: Doing

    def hand_in(self, entries: list[Written], cut: int) -> None:
        """One batch as the endpoint takes it; the line breaks after so many steps."""
        for written in entries[:cut]:
            journal.take(self.session, self.device.id, written, actor=self.actor, now=NOW)
            self.session.commit()
        if cut >= len(entries):
            self._apply()

    def _apply(self) -> None:
        while True:
            try:
                row = journal.apply_next(
                    self.session, self.device.id, MEANS, actor=self.actor, now=NOW
                )
                self.session.commit()
            except RuntimeError:
                self.session.rollback()
                gone = journal.note_failure(self.session, self.device.id, actor=self.actor, now=NOW)
                self.session.commit()
                if not gone:
                    return
                continue
            if row is None:
                return


@pytest.fixture
def line(
    session: Session, organisation: Organisation, signed_in: Callable[..., Person],
    monkeypatch: pytest.MonkeyPatch,
) -> Line:  # fmt: skip
    doing = Doing()
    monkeypatch.setattr(journal, "perform", doing.perform)
    agent = an_agent(session, organisation)
    actor = signed_in("agent", organisation, agent_id=agent.id).actor
    device = a_device(session, actor)
    session.commit()
    return Line(session, device, actor, doing)


def _written(number: int, fate: str, times: int) -> Written:
    return Written(
        sequence=number, key=f"k{number}", kind="safe-word", visit_id=None, based_on=None,
        device_at=NOW, happened=NOW, body={"number": number, "fate": fate, "times": times},
    )  # fmt: skip


FATES = st.tuples(
    st.sampled_from(["applied", "applied", "refused", "conflict", "broken"]), st.integers(1, 4)
)
# A batch is any numbers in any order, some of them twice, and where the line breaks.
BATCHES = st.lists(
    st.tuples(st.lists(st.integers(1, MOST), max_size=8), st.integers(0, 9)), max_size=8
)


@given(fates=st.lists(FATES, min_size=1, max_size=MOST), batches=BATCHES)
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_each_entry_is_applied_once_in_order_and_none_is_lost(
    line: Line, fates: list[tuple[str, int]], batches: list[tuple[list[int], int]]
) -> None:
    _begin_anew(line)
    written = [_written(n, *fate) for n, fate in enumerate(fates, start=1)]
    for numbers, cut in batches:
        line.hand_in([written[n - 1] for n in numbers if n <= len(written)], cut)
    # The phone keeps what was not answered for good, and hands it in until it is.
    for _ in range(journal.phones.MOST_TRIES * len(written) + 1):
        line.hand_in(written, len(written))
    assert line.doing.done == [n for n, fate in enumerate(fates, 1) if _ends(*fate) == "applied"]
    rows = line.session.scalars(
        select(DeviceEntry)
        .where(DeviceEntry.device_id == line.device.id)
        .order_by(DeviceEntry.sequence)
    ).all()
    assert [(row.sequence, row.state) for row in rows] == [
        (n, _ends(*fate)) for n, fate in enumerate(fates, 1)
    ]
    assert line.device.decided_through == len(written)


def _ends(fate: str, times: int) -> str:
    if fate == "broken":
        return "refused" if times >= journal.phones.MOST_TRIES else "applied"
    return fate


def _begin_anew(line: Line) -> None:
    line.session.execute(delete(DeviceEntry).where(DeviceEntry.device_id == line.device.id))
    fresh = update(Device).where(Device.id == line.device.id).values(decided_through=0)
    line.session.execute(fresh)
    line.session.commit()
    line.session.expire_all()
    line.doing.done.clear()
    line.doing.broken.clear()


@pytest.mark.parametrize("oldest", [3, 4, 9])
def test_what_is_given_up_lets_the_others_go_on_and_comes_late_to_a_person(
    line: Line, oldest: int
) -> None:
    first, *others = (_written(n, "applied", 1) for n in (1, 2, 3))
    line.hand_in(others, 2)
    assert line.doing.done == []
    journal.give_up_before(line.session, line.device.id, oldest, actor=line.actor, now=NOW)
    line.hand_in([], 0)
    assert line.doing.done == [2, 3]
    taken = journal.take(line.session, line.device.id, first, actor=line.actor, now=NOW)
    assert taken.row is not None
    assert (taken.row.state, taken.row.question) == ("conflict", "conflict")
    line.hand_in([], 0)
    assert line.doing.done == [2, 3]
