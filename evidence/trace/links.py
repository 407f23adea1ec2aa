"""Hints at links: to whom an asset really went, and whether a new firm is the old one again.

提示，非结论: a hint concludes nothing. What weighs enough is handed to the flags as observations
that rest on those which were made.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from evidence.trace.assets import DAYS_PER_MONTH
from evidence.trace.disposals import act_day
from evidence.trace.hint import Hint, HintLine
from evidence.trace.household import MOST_OF_A_MARK, Known
from evidence.trace.link_model import PHOENIX, RELATIVE, hint_models, nearness
from evidence.trace.marks import Mark, Member, folded, marks_of
from evidence.trace.observation import Observation
from evidence.trace.replay import once
from evidence.trace.vocabulary import TRANSFERS

Signs = Iterator[tuple[str, tuple[Observation, ...]]]
_ENDS = (
    "company.deregistration_notice",
    "company.deregistered",
    "company.licence_revoked",
    "company.dissolved",
)
_SAME = {
    "id_number": "same_number",
    "company_number": "same_number",
    "phone": "same_phone",
    "address": "same_address",
    "lawyer": "same_lawyer",
    "name": "same_name",
    "plate": "same_plate",
    "company": "company_of_household",
}
_SAME_FIRM = {"phone": "same_phone", "address": "same_address", "name": "same_representative"}
_OF_PEOPLE = ("id_number", "name", "phone")


def hints(observations: Iterable[Observation], household: Sequence[Member] = ()) -> list[Hint]:
    """All hints at links of one person, from what is given, the heaviest first.

    `household` is whom the case names: the debtor himself, his kin, his firms. What observations
    say of family and posts is added to it.
    """
    seen = sorted(once(observations), key=lambda o: (o.observed_at, o.id))
    if not any(o.values for o in seen):
        return []
    known = Known(seen, household)
    found = [*relatives(known, RELATIVE), *phoenixes(known, PHOENIX)]
    return sorted(found, key=lambda hint: (-hint.decibans, hint.kind, hint.subject, hint.about.id))


def derived(
    observations: Iterable[Observation], household: Sequence[Member] = ()
) -> list[Observation]:
    """What hints that weigh enough stand for, as observations known when all their grounds were."""
    made = [
        _stands_for(hint, line, kind)
        for hint in hints(observations, household)
        if hint.feeds
        for line in hint.lines
        if (kind := hint.model.weights[line.sign].kind)
    ]
    return list({o.id: o for o in made}.values())


def with_links(observations: Iterable[Observation]) -> list[Observation]:
    """What was observed of many people and, behind it, what hints of each of them stand for."""
    told = list(observations)
    theirs: dict[str, list[Observation]] = {o.person: [] for o in told if o.values}
    for o in told:
        if o.person in theirs:
            theirs[o.person].append(o)
    return [*told, *(one for seen in theirs.values() for one in derived(seen))]


def relatives(known: Known, kind: str) -> Iterator[Hint]:
    """Transfers of which the counterparty is named, where anything ties him to the household."""
    for o in known.seen:
        if o.kind not in TRANSFERS or o.denied or o.asset is None or not o.values:
            continue
        lines = _lines(kind, _signs_of_counterparty(known, o))
        if any(line.decibans > 0 for line in lines):
            yield Hint(kind, o.person, o.asset, o, lines)


def _signs_of_counterparty(known: Known, act: Observation) -> Signs:
    # The address that the sale of a house names may be that of the house.
    is_house = act.data.get("asset_kind") == "real_estate"
    told = {k: v for k, v in act.values.items() if not (is_house and k == "address")}
    own = marks_of(told) - {("plate", folded(str(act.asset)))}
    for mark in sorted(one for one in own if one[0] in _SAME):
        for member in known.members_with(mark):
            sign = _SAME[mark[0]] if member.is_close else "said_independent"
            yield sign, _seen(act, member)
        if mark[0] == "company":
            yield from _through_people(known, act, mark[1])
    for o in known.against(str(act.asset)):
        yield "said_independent", (o,)


def _through_people(known: Known, act: Observation, firm: str) -> Signs:
    """A firm of which the people are of the household."""
    for mark, o in sorted(known.marks_of_firm(firm).items(), key=lambda one: one[0]):
        for member in known.members_with(mark) if mark[0] in _OF_PEOPLE else ():
            if member.is_close:
                yield "company_of_household", (*_seen(act, member), o)


def _seen(act: Observation, member: Member) -> tuple[Observation, ...]:
    return (act,) if member.shown_by is None else (act, member.shown_by)


def phoenixes(known: Known, kind: str) -> Iterator[Hint]:
    """New firms near in time to the end of an old one, where the two have something in common."""
    ended = _ended_firms(known)
    by_mark: defaultdict[Mark, list[str]] = defaultdict(list)
    for name in ended:
        for mark in _marks_of_old(known, name):
            by_mark[mark].append(name)
    for new in known.seen:
        if new.kind != "company.registered" or new.denied or new.asset is None:
            continue
        now = [mark for mark in known.marks_of_firm(folded(new.asset)) if mark[0] in _SAME_FIRM]
        few = [by_mark[mark] for mark in now if 0 < len(by_mark[mark]) <= MOST_OF_A_MARK]
        for name in sorted({name for names in few for name in names} - {folded(new.asset)}):
            if (hint := _phoenix(known, kind, ended[name], new)) is not None:
                yield hint


def _ended_firms(known: Known) -> dict[str, Observation]:
    """What first told of the end of each firm that ended."""
    ends = {
        name: [o for o in told if o.kind in _ENDS and not o.denied]
        for name, told in known.firms.items()
    }
    return {name: min(told, key=act_day) for name, told in sorted(ends.items()) if told}


def _marks_of_old(known: Known, name: str) -> frozenset[Mark]:
    """By what an old firm is known; what the debtor is known by is his firm's as well."""
    own = known.own if known.is_his(name) else frozenset()
    return frozenset(known.marks_of_firm(name)) | own


def _phoenix(known: Known, kind: str, end: Observation, new: Observation) -> Hint | None:
    name = folded(str(end.asset))
    months = (act_day(new) - act_day(end)).days / DAYS_PER_MONTH
    if not -nearness().before <= months <= nearness().after:
        return None
    was, now = known.marks_of_firm(name), known.marks_of_firm(folded(str(new.asset)))
    both = sorted(mark for mark in _marks_of_old(known, name) & set(now) if mark[0] in _SAME_FIRM)
    signs: list[tuple[str, tuple[Observation, ...]]] = [
        (_SAME_FIRM[mark[0]], tuple(o for o in (was.get(mark), now[mark], new) if o is not None))
        for mark in both
    ]
    signs.append(("soon_after" if months <= nearness().soon else "long_after", (end, new)))
    signs += [("said_unconnected", (o,)) for o in _denials(known, name)]
    return Hint(kind, new.person, str(end.asset), new, _lines(kind, signs))


def _denials(known: Known, old: str) -> list[Observation]:
    return [o for o in known.firms[old] if o.kind.startswith("company.successor_") and o.denied]


def _lines(kind: str, signs: Iterable[tuple[str, tuple[Observation, ...]]]) -> tuple[HintLine, ...]:
    """One line a sign, with the grounds of all who show it."""
    grounds: defaultdict[str, list[Observation]] = defaultdict(list)
    weights = hint_models()[kind].weights
    for sign, seen in signs:
        grounds[sign] += seen
    return tuple(
        HintLine(sign, weights[sign].decibans, tuple({o.id: o for o in grounds[sign]}.values()))
        for sign in weights
        if sign in grounds
    )


def _stands_for(hint: Hint, line: HintLine, kind: str) -> Observation:
    about = hint.about
    grounds = {o.id: o for o in (about, *line.grounds)}.values()
    return Observation(
        id=f"{about.id}:{hint.subject}:{line.sign}",
        person=hint.person,
        kind=kind,
        observed_at=max(o.observed_at for o in grounds),
        recorded_at=max(o.recorded_at for o in grounds),
        source_class=about.source_class,
        source_id=about.source_id,
        asset=hint.subject,
        data={"independence_group": about.group},
        rests_on=tuple(o.id for o in grounds),
    )
