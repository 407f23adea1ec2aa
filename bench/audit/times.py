"""Hours and caps: when somebody was reached, and how often."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bench.audit import law
from bench.audit.records import Books, Finding, Meeting, Span, clocks, covered


def hours(books: Books) -> Iterator[Finding]:
    """What lies outside the lawful hours, or at a home was begun outside those of the house."""
    for one in books.meetings:
        if not _lawful(one, books.agreed(one)):
            yield Finding(
                "a visit at night" if one.is_visit else "a call or message at night", one.id
            )
        if one.is_visit and one.place == "home":
            yield from _of_house(books, one)


def _lawful(one: Meeting, agreed: list[Span]) -> bool:
    """Whether it was begun so that it could end in time, and either did so or was named for it."""
    spans = [*clocks(one.day, law.DAY, one.zone), *agreed]
    stayed = covered(one.at, one.left, spans) or "CN-TIME-01" in one.named
    return stayed and covered(one.at, one.due, spans)


def _of_house(books: Books, one: Meeting) -> Iterator[Finding]:
    """The policy of the house binds until the crew is let in, for the length that was planned."""
    off = one.day in law.HOLIDAYS
    spans = [] if off else clocks(one.day, law.HOME, one.zone)
    if covered(one.at, one.due, [*spans, *books.agreed(one)]) or books.excused(one, "CN-TIME-P"):
        return
    (noon,) = clocks(one.day, [law.NOON], one.zone)
    if off:
        yield Finding("a visit on a day off", one.id)
    elif one.at < noon[1] and noon[0] < one.due:
        yield Finding("a visit at noon", one.id)
    else:
        yield Finding("a visit outside the house's hours", one.id)


def visits_too_often(books: Books) -> Iterator[Finding]:
    """Visits to one person, over all debts and all records that are of him."""
    of_person: defaultdict[str, list[Meeting]] = defaultdict(list)
    for one in books.visits:
        of_person[one.person].append(one)
    for those in of_person.values():
        for number, one in enumerate(those):
            if not books.excused(one, "CN-FREQ-03"):
                yield from _too_often(one, those[:number])


def _too_often(one: Meeting, before: Sequence[Meeting]) -> Iterator[Finding]:
    on = one.day
    same = [early for early in before if early.day == on]
    if len(same) >= law.VISITS_A_DAY:
        yield Finding("two visits in a day", one.id)
    # From when the house heard that somebody stood at the door on he may have been met.
    met = [
        early.known
        for early in before
        if early.row["outcome"] in law.MET
        and early.role in law.LIABLE
        and one.at - early.at < law.REST_AFTER_MEETING
    ]
    if met:
        what = "a visit within seven days after the debtor was met"
        yield Finding(what, one.id, hindsight=min(met) > one.known)
    recent = sum(one.at - early.at < law.PERIOD for early in before)
    if recent >= law.VISITS_IN_PERIOD:
        yield Finding("a fourth visit in thirty days", one.id)


def calls_too_often(books: Books) -> Iterator[Finding]:
    """Connected calls to one person, and unanswered ones to one number, on one day."""
    connected: Counter[object] = Counter()
    dialled: Counter[object] = Counter()
    for one in _calls(books.contacts):
        on = one.day
        if one.row["result"] == "connected":
            connected[one.person, on] += 1
            if connected[one.person, on] == law.CONNECTED_A_DAY + 1:
                yield Finding("a fourth connected call", one.id)
        else:
            dialled[one.row["number_index"], on] += 1
            if dialled[one.row["number_index"], on] == law.UNANSWERED_A_DAY + 1:
                yield Finding("a seventh unanswered call", one.id)


def _calls(contacts: Iterable[Meeting]) -> Iterator[Meeting]:
    return (one for one in contacts if one.channel == "call")
