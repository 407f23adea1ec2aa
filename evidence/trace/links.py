"""Hints at links: to whom an asset really went, and whether a new firm is the old one again.

提示，非结论: a hint concludes nothing. What weighs enough is handed to the flags as observations
that rest on those which were made.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from evidence.trace.assets import DAYS_PER_MONTH
from evidence.trace.disposals import act_day
from evidence.trace.hint import Hint, HintLine
from evidence.trace.household import Known
from evidence.trace.link_model import PHOENIX, RELATIVE, hint_models, nearness
from evidence.trace.marks import Mark, Member, folded, marks_of, shared
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
_SAME = (
    ("same_number", "id_number"),
    ("same_number", "company_number"),
    ("same_phone", "phone"),
    ("same_address", "address"),
    ("same_lawyer", "lawyer"),
    ("same_name", "name"),
    ("same_plate", "plate"),
)
_SAME_FIRM = (
    ("same_phone", "phone"),
    ("same_address", "address"),
    ("same_representative", "name"),
)
_OF_PEOPLE = ("id_number", "name", "phone")
_CLOSE = ("counterparty.is_relative", "counterparty.is_affiliate")


def hints(observations: Iterable[Observation], household: Sequence[Member] = ()) -> list[Hint]:
    """All hints at links of one person, from what is given, the heaviest first.

    `household` is whom the case names: the debtor himself, his kin, his firms. What observations
    say of family and posts is added to it.
    """
    seen = sorted(once(observations), key=lambda o: (o.observed_at, o.id))
    if not any(o.values for o in seen):
        return []
    known = Known(seen, household)
    found = [*_relatives(known), *_phoenixes(known)]
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


def _relatives(known: Known) -> Iterator[Hint]:
    """Transfers of which the counterparty is named, where anything ties him to the household."""
    for o in known.seen:
        if o.kind not in TRANSFERS or o.denied or o.asset is None or not o.values:
            continue
        lines = _lines(RELATIVE, _signs_of_counterparty(known, o))
        if any(line.decibans > 0 for line in lines):
            yield Hint(RELATIVE, o.person, o.asset, o, lines)


def _signs_of_counterparty(known: Known, act: Observation) -> Signs:
    # The address that the sale of a house names may be that of the house.
    is_house = act.data.get("asset_kind") == "real_estate"
    told = {k: v for k, v in act.values.items() if not (is_house and k == "address")}
    own = marks_of(told) - {("plate", folded(str(act.asset)))}
    for member in known.household:
        seen = (act,) if member.shown_by is None else (act, member.shown_by)
        if member.relation != "unrelated":
            for sign, kind in _SAME:
                if shared(own, member.marks, kind):
                    yield sign, seen
            if (people := _through_firms(known, own, member)) is not None:
                yield "company_of_household", (*seen, *people)
        elif own & member.marks:
            yield "said_independent", seen
    for o in known.seen:
        independent = o.kind == "counterparty.is_independent" and not o.denied
        if o.asset == act.asset and (independent or (o.kind in _CLOSE and o.denied)):
            yield "said_independent", (o,)


def _through_firms(
    known: Known, own: frozenset[Mark], member: Member
) -> tuple[Observation, ...] | None:
    """What ties a counterparty that is a firm to a member; None where nothing does."""
    if shared(own, member.marks, "company"):
        return ()
    told: dict[Mark, Observation] = {}
    for kind, name in own:
        if kind == "company":
            told |= known.marks_of_firm(name)
    both = [mark for mark in sorted(set(told) & member.marks) if mark[0] in _OF_PEOPLE]
    return tuple(told[mark] for mark in both) if both else None


def _phoenixes(known: Known) -> Iterator[Hint]:
    """New firms near in time to the end of an old one, where the two have something in common."""
    ended = {
        name: [o for o in told if o.kind in _ENDS and not o.denied]
        for name, told in known.firms.items()
    }
    founded = [o for o in known.seen if o.kind == "company.registered" and not o.denied]
    for (name, ends), new in product(sorted(ended.items()), founded):
        if not ends or new.asset is None or folded(new.asset) == name:
            continue
        end = min(ends, key=act_day)
        months = (act_day(new) - act_day(end)).days / DAYS_PER_MONTH
        if not -nearness().before <= months <= nearness().after:
            continue
        signs = list(_signs_of_firms(known, name, new))
        if signs:
            signs.append(("soon_after" if months <= nearness().soon else "long_after", (end, new)))
            signs += [("said_unconnected", (o,)) for o in _denials(known, name)]
            yield Hint(PHOENIX, new.person, str(end.asset), new, _lines(PHOENIX, signs))


def _signs_of_firms(known: Known, old: str, new: Observation) -> Signs:
    was, now = known.marks_of_firm(old), known.marks_of_firm(folded(str(new.asset)))
    # By what the debtor is known his firm is known as well.
    marks = {*was, *(known.own if known.is_his(old) else ())}
    for sign, kind in _SAME_FIRM:
        both = sorted(one for one in marks & set(now) if one[0] == kind)
        if both:
            seen = [was.get(both[0]), now[both[0]], new]
            yield sign, tuple(o for o in seen if o is not None)


def _denials(known: Known, old: str) -> list[Observation]:
    return [o for o in known.firms[old] if o.kind.startswith("company.successor_") and o.denied]


def _lines(kind: str, signs: Iterable[tuple[str, tuple[Observation, ...]]]) -> tuple[HintLine, ...]:
    """One line a sign, with the grounds of all who show it."""
    grounds: defaultdict[str, list[Observation]] = defaultdict(list)
    for sign, seen in signs:
        grounds[sign] += seen
    weights = hint_models()[kind].weights
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
