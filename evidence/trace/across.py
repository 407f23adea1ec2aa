"""Hints at links that only the records of other people of the house show: pointers, never counted.

Nobody is taken into a household by likeness: somebody elsewhere is near the debtor where the two
share a telephone, a door or a number, or where his record names the debtor among his family.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from evidence.trace.hint import Hint, HintLine
from evidence.trace.household import Known
from evidence.trace.link_model import PHOENIX_ACROSS, RELATIVE_ACROSS, hint_models
from evidence.trace.links import phoenixes, relatives
from evidence.trace.marks import Mark, Member, marks_of
from evidence.trace.observation import Observation
from evidence.trace.replay import once
from evidence.trace.vocabulary import OF_PEOPLE, TRANSFERS

# By what somebody is near: names are shared by too many.
NEAR = ("phone", "address", "id_number")
_TAKER = ("phone", "id_number", "company_number", "account")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Somebody else's record: by what his file knows him since when, and what was seen of him."""

    person: str
    marks: frozenset[Mark]
    since: datetime
    seen: Sequence[Observation]

    @property
    def file(self) -> Observation:
        """What his file says of him, as a ground like others; its id names the record."""
        return Observation(
            id=f"record:{self.person}", person=self.person, kind="record.of_person",
            observed_at=self.since, recorded_at=self.since, source_class="creditor",
            source_id=self.person,
        )  # fmt: skip


def hints_across(
    own: Iterable[Observation], household: Sequence[Member], others: Sequence[Elsewhere]
) -> list[Hint]:
    """Hints at links of one person for which the records of others are needed, the heaviest first.

    Each has a ground in his own record and one in another's.
    """
    mine = list(once(own))
    if not mine:
        return []
    person = mine[0].person
    theirs = [o for one in others for o in one.seen if _is_of_a_firm(o)]
    near = [one for one in others if _is_near(one, household)]
    told = [*household, *(member for one in near for member in _members(one))]
    known = Known(sorted([*mine, *theirs], key=lambda o: (o.observed_at, o.id)), told)
    found = [
        *_with_takers(relatives(known, RELATIVE_ACROSS), mine, others),
        *phoenixes(known, PHOENIX_ACROSS),
    ]
    kept = [hint for hint in found if _crosses(hint, person)]
    return sorted(kept, key=lambda hint: (-hint.decibans, hint.kind, hint.subject, hint.about.id))


def _is_of_a_firm(o: Observation) -> bool:
    return o.kind.startswith("company.") and o.kind != "company.post_held" and bool(o.asset)


def _is_near(one: Elsewhere, household: Sequence[Member]) -> bool:
    own = {mark for member in household if member.is_close for mark in member.marks}
    named = {mark for o in _family(one) for mark in marks_of(o.values)}
    return any(mark in own for mark in {*one.marks, *named} if mark[0] in NEAR)


def _family(one: Elsewhere) -> list[Observation]:
    return [o for o in one.seen if o.kind in OF_PEOPLE and not o.denied]


def _members(one: Elsewhere) -> Iterator[Member]:
    """Whom a near record brings: himself, his family and his firms, by what is theirs alone."""
    yield Member("elsewhere", _of(one.marks), one.file)
    for o in _family(one):
        yield Member("elsewhere", _of(marks_of(o.values)), o)
    yield from Known(sorted(one.seen, key=lambda o: (o.observed_at, o.id)), ()).own_firms()


def _of(marks: frozenset[Mark]) -> frozenset[Mark]:
    return frozenset(mark for mark in marks if mark[0] in NEAR)


def _with_takers(
    found: Iterable[Hint], mine: Sequence[Observation], others: Sequence[Elsewhere]
) -> Iterator[Hint]:
    """These hints, and each transfer whose taker took of other debtors too, with that as a sign."""
    hints = {hint.about.id: hint for hint in found}
    weight = hint_models()[RELATIVE_ACROSS].weights["same_taker"].decibans
    for act in mine:
        if act.kind in TRANSFERS and act.asset is not None and not act.denied:
            taken = [o for one in others for o in one.seen if _is_of_taker(o, act)]
            if taken:
                line = HintLine("same_taker", weight, (act, *taken))
                hint = hints.get(act.id) or Hint(RELATIVE_ACROSS, act.person, act.asset, act, ())
                hints[act.id] = replace(hint, lines=(*hint.lines, line))
    yield from hints.values()


def _is_of_taker(o: Observation, act: Observation) -> bool:
    own = {mark for mark in marks_of(act.values) if mark[0] in _TAKER}
    return o.kind in TRANSFERS and not o.denied and bool(own & marks_of(o.values))


def _crosses(hint: Hint, person: str) -> bool:
    """Whether what speaks for it lies in the person's own record and in another's."""
    grounds = [o.person for line in hint.lines if line.decibans > 0 for o in line.grounds]
    return person in grounds and any(one != person for one in grounds)
