"""What was promised to people: complaints in their time, alerts that arrive, work that is done."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from bench.audit import law
from bench.audit.records import NEVER, Books, Finding, clocks, grouped, key, moment

# An alert that is due is on its way within the hour.
ON_ITS_WAY = timedelta(hours=1)


def complaints(books: Books, as_of: datetime) -> Iterator[Finding]:
    """Complaints with a wrong end of their time, or that ran out without anybody being told."""
    notices = grouped(books.rows(_OF_COMPLAINTS), "case_id")
    for row in books.rows(_COMPLAINTS):
        name, due = key(row["id"]), moment(row["due_at"])
        on = moment(row["received_at"]).astimezone(books.house_zone).date()
        days = law.ANSWERED_WITHIN[str(row["complexity"])] + 1
        wanted, _ = clocks(on + timedelta(days=days), [(0, 0)], books.house_zone)[0]
        if due != wanted:
            yield Finding("a complaint whose time ends at another hour", name)
        answered = moment(row["answered_at"]) if row["answered_at"] else NEVER
        if answered <= due or due + ON_ITS_WAY > as_of:
            continue
        told = [one for one in notices.get(key(row["case_id"]), ()) if _ends(one, due)]
        if not told:
            yield Finding("a complaint that ran out and nobody was told", name)


_COMPLAINTS = "SELECT id, case_id, complexity, received_at, due_at, answered_at FROM complaint"
_OF_COMPLAINTS = "SELECT case_id, step, deadline_at FROM notice WHERE code = 'complaint'"


def _ends(notice: object, due: datetime) -> bool:
    row: dict[str, object] = dict(notice)  # type: ignore[call-overload]
    return row["step"] == "0d" and moment(row["deadline_at"]) == due


def alerts(books: Books, as_of: datetime) -> Iterator[Finding]:
    """Words that went to no channel of their role, or that are due and were never sent."""
    sendings = grouped(
        books.rows("SELECT notice_id, channel_id, state, due_at FROM notice_sending"), "notice_id"
    )
    channels = books.rows("SELECT id, role, created_at, disabled_at FROM alert_channel")
    for row in books.rows("SELECT id, role, made_at FROM notice"):
        name, made = key(row["id"]), moment(row["made_at"])
        gone = {key(one["channel_id"]) for one in sendings.get(name, ())}
        for channel in channels:
            closed = channel["disabled_at"] is not None and moment(channel["disabled_at"]) <= made
            if channel["role"] != row["role"] or closed or moment(channel["created_at"]) > made:
                continue
            if key(channel["id"]) not in gone:
                yield Finding("an alert that went to no channel of its role", name)
        for one in sendings.get(name, ()):
            late = moment(one["due_at"]) + ON_ITS_WAY < as_of
            if one["state"] not in ("sent", "dropped") and late:
                yield Finding("an alert that is due and was not sent", name)
    flagged = {key(r["flag_id"]) for r in books.rows(_OF_FLAGS)}
    for row in books.rows("SELECT id FROM flag"):
        if key(row["id"]) not in flagged:
            yield Finding("a flag of which nobody was told", key(row["id"]))


_OF_FLAGS = "SELECT flag_id FROM notice WHERE flag_id IS NOT NULL"


def work(books: Books) -> Iterator[Finding]:
    """Facts that were not published, and what follows from them and was not done."""
    for row in books.rows("SELECT id FROM outbox_fact WHERE published_at IS NULL"):
        yield Finding("a fact that nobody took up", key(row["id"]))
    for row in books.rows("SELECT id, name, state FROM job_run WHERE state <> 'done'"):
        yield Finding(f"work that was not done ({row['name']})", str(row["id"]))
    taken: defaultdict[str, int] = defaultdict(int)
    for row in books.rows("SELECT device_id, sequence, state FROM device_entry"):
        if row["state"] in ("held", "missing"):
            yield Finding("an entry of a phone that was never decided", key(row["device_id"]))
        taken[key(row["device_id"])] = max(taken[key(row["device_id"])], row["sequence"])
    for row in books.rows("SELECT id, decided_through FROM device"):
        if row["decided_through"] < taken[key(row["id"])]:
            yield Finding("a phone whose entries wait", key(row["id"]))
