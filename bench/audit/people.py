"""Who came, and to whom: crews, training, and those who owe nothing."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bench.audit import law
from bench.audit.records import Books, Finding, Meeting, Row, day, grouped, key, moment


def crews(books: Books) -> Iterator[Finding]:
    """Visits by fewer than two of which nobody was told, and by those who must not go."""
    came: defaultdict[str, set[str]] = defaultdict(set)
    for row in books.rows("SELECT visit_id, agent_id FROM arrival"):
        came[key(row["visit_id"])].add(key(row["agent_id"]))
    agents = books.by_id("SELECT id, trained_until, background_ok FROM agent")
    papers = grouped(books.rows(_PAPERS), "agent_id")
    for one in books.visits:
        those = came[one.id]
        if one.row["outcome"] and len(those) < law.CREW and "CN-CREW-01" not in one.named:
            yield Finding("a visit by one that nobody was told of", one.id)
        on = one.day
        for agent in those:
            yield from _fit(one, agents[agent], papers.get(agent, []), on)


_PAPERS = (
    "SELECT agent_id, kind, passed, begins_on, ends_on, recorded_at, withdrawn_at "
    "FROM team_record ORDER BY recorded_at"
)


def _fit(one: Meeting, agent: Row, papers: list[Row], on: date) -> Iterator[Finding]:
    known = [row for row in papers if _was_known(row, one)]
    trained = _holds(known, law.TRAINING, on)
    if trained is None:
        trained = agent["trained_until"] is not None and day(agent["trained_until"]) >= on
    if not trained:
        yield Finding("a visit by somebody whose training has lapsed", one.id)
    for kind in law.PAPERS:
        held = _holds(known, kind, on)
        if held is False or (held is None and not agent["background_ok"]):
            yield Finding("a visit by somebody with a record", one.id)
            return


def _was_known(row: Row, one: Meeting) -> bool:
    withdrawn = row["withdrawn_at"] is not None and moment(row["withdrawn_at"]) <= one.known
    return moment(row["recorded_at"]) <= one.known and not withdrawn


def _holds(papers: list[Row], kind: str, on: date) -> bool | None:
    """Whether he holds such a paper on that day; None where none was ever kept of him."""
    those = [row for row in papers if row["kind"] == kind]
    if not those:
        return None
    failed = [place for place, row in enumerate(those) if not row["passed"]]
    good = [
        row
        for place, row in enumerate(those)
        if row["passed"]
        and not any(
            place < bad and day(row["begins_on"]) <= day(those[bad]["begins_on"]) for bad in failed
        )
    ]
    return any(
        day(row["begins_on"]) <= on and (row["ends_on"] is None or on <= day(row["ends_on"]))
        for row in good
    )


def third_parties(books: Books) -> Iterator[Finding]:
    """Contacts with people who owe nothing: none to collect, none before days out of reach."""
    for one in books.meetings:
        opted = books.parties[one.party]["opted_out_at"]
        if opted is not None and moment(opted) <= min(one.at, one.known):
            yield Finding("somebody who asked to be left alone", one.id)
        if one.role in law.LIABLE:
            continue
        if one.is_visit:
            yield Finding("a visit to somebody who owes nothing", one.id)
        elif one.row["purpose"] == "collect":
            yield Finding("somebody who owes nothing was told", one.id)
        elif _days_out_of_reach(books, one) < law.DAYS_OUT_OF_REACH:
            yield Finding("a third party before the debtor was out of reach", one.id)


def _days_out_of_reach(books: Books, one: Meeting) -> int:
    """On how many days running up to the last one every call to the debtor failed."""
    failed: dict[date, bool] = {}
    for call in books.contacts:
        if call.at >= one.at:
            break
        if call.channel == "call" and call.person == one.debtor:
            on = call.day
            reached = call.row["result"] not in ("no_answer", "not_connected")
            failed[on] = failed.get(on, True) and not reached
    on = max(failed, default=date.min)
    count = 0
    while failed.get(on):
        count, on = count + 1, on - timedelta(days=1)
    return count


def plans(books: Books) -> Iterator[Finding]:
    """Visits that nobody planned, shifts given twice, and agents who are at two doors at once."""
    query = (
        "SELECT v.id, v.agent_id, v.partner_id, v.state, v.planned_start, v.planned_finish, "
        "p.state AS plan FROM visit v JOIN plan p ON p.id = v.plan_id ORDER BY v.planned_start"
    )
    busy: dict[str, datetime] = {}
    for row in books.rows(query):
        if row["plan"] != "committed":
            yield Finding("a visit of a plan that was never committed", key(row["id"]))
        if row["state"] == "cancelled":
            continue
        for name in ("agent_id", "partner_id"):
            if row[name] is not None:
                agent, start = key(row[name]), moment(row["planned_start"])
                if busy.get(agent, start) > start:
                    yield Finding("an agent at two doors at once", key(row["id"]))
                busy[agent] = moment(row["planned_finish"])
    shifts = (
        "SELECT r.shift_id, count(DISTINCT p.id) AS plans FROM route r "
        "JOIN plan p ON p.id = r.plan_id WHERE p.state = 'committed' GROUP BY r.shift_id"
    )
    for row in books.rows(shifts):
        if row["plans"] > 1:
            yield Finding("a shift of two committed plans", key(row["shift_id"]))


def overrides(books: Books) -> Iterator[Finding]:
    """Overrides that there must not be at all, whether anybody used them or not."""
    used: dict[tuple[str, str], int] = defaultdict(int)
    for one in books.overrides:
        name = key(one["id"])
        if one["office"] not in law.OFFICES.get(str(one["rule"]), ()):
            yield Finding("an override by an office that the rule does not name", name)
        if one["contact_id"] and one["visit_id"]:
            yield Finding("an override used twice", name)
        if one["visit_id"]:
            used[key(one["visit_id"]), str(one["rule"])] += 1
    for (visit, _), count in used.items():
        if count > 1:
            yield Finding("a visit with two overrides of one rule", visit)
