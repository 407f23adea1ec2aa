"""The tables as the auditor reads them: plain SQL, his own zones, his own spans of time."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.audit import law

NEVER = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
Row = Mapping[str, Any]
Span = tuple[datetime, datetime]


class Finding(NamedTuple):
    """One breach: what it is, of which row; `hindsight` where the house learned of it later."""

    what: str
    subject: str
    hindsight: bool = False


@dataclass(frozen=True, slots=True)
class Meeting:
    """One contact as it was: a visit with its stay, or a call, message or letter of a moment.

    `known` is when the house first heard of it, and `due` when a visit of the planned length would
    have ended; `named` are the rules that the house itself wrote beside it at the close.
    """

    row: Row
    id: str
    is_visit: bool
    channel: str
    case: str
    party: str
    person: str
    debtor: str
    role: str
    at: datetime
    due: datetime
    left: datetime
    known: datetime
    place: str
    zone: ZoneInfo
    named: frozenset[str]

    @property
    def day(self) -> date:
        """The day on the clock of whoever was reached."""
        return self.at.astimezone(self.zone).date()


class Books:
    """Everything that is read for the judgement, each table once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, query: str) -> Sequence[Row]:
        """The rows of a query."""
        return self._session.execute(text(query)).mappings().all()

    def by_id(self, query: str) -> dict[str, Row]:
        """The rows of a query that names their ids."""
        return {key(row["id"]): row for row in self.rows(query)}

    @cached_property
    def parties(self) -> dict[str, Row]:
        """Parties by id."""
        return self.by_id("SELECT id, case_id, person_id, role, opted_out_at FROM party")

    @cached_property
    def addresses(self) -> dict[str, Row]:
        """Addresses by id."""
        return self.by_id("SELECT id, kind, area_code FROM address")

    @cached_property
    def house_zone(self) -> ZoneInfo:
        """The zone of the house."""
        return ZoneInfo(str(self.rows("SELECT timezone FROM organisation")[0]["timezone"]))

    @cached_property
    def entities(self) -> dict[str, str]:
        """Under which name each person counts who is known by several records."""
        found = self.rows("SELECT person_id, entity_id FROM identity_member")
        return {key(row["person_id"]): key(row["entity_id"]) for row in found}

    def who(self, person: object) -> str:
        """The name under which a person counts."""
        return self.entities.get(key(person), key(person))

    @cached_property
    def visits(self) -> list[Meeting]:
        """Every visit at whose door somebody stood, in the order of their arrival."""
        heard: dict[str, datetime] = {}
        for row in self.rows("SELECT visit_id, received_at FROM arrival"):
            at, visit = moment(row["received_at"]), key(row["visit_id"])
            heard[visit] = min(heard.get(visit, at), at)
        query = (
            "SELECT id, case_id, party_id, debtor_id, address_id, plan_id, arrived_at, left_at, "
            "recorded_at, outcome, remarks, planned_start, planned_finish "
            "FROM visit WHERE arrived_at IS NOT NULL"
        )
        found = [self._visit(row, heard) for row in self.rows(query)]
        return sorted(found, key=lambda one: one.at)

    def _visit(self, row: Row, heard: Mapping[str, datetime]) -> Meeting:
        party, address = self.parties[key(row["party_id"])], self.addresses[key(row["address_id"])]
        at = moment(row["arrived_at"])
        length = moment(row["planned_finish"]) - moment(row["planned_start"])
        at_home = str(address["area_code"] or "")[:2] in law.PROVINCES
        return Meeting(
            row=row, id=key(row["id"]), is_visit=True, channel="visit",
            case=key(row["case_id"]), party=key(row["party_id"]),
            person=self.who(party["person_id"]), debtor=self.who(row["debtor_id"]),
            role=str(party["role"]), at=at, due=at + length,
            left=moment(row["left_at"]) if row["left_at"] else at,
            known=heard.get(key(row["id"]), at), place=str(address["kind"]),
            zone=ZoneInfo(law.ZONE) if at_home else self.house_zone,
            named=frozenset(
                rule
                for remark in plain(row["remarks"]) or ()
                if remark.get("code") == "not-compliant"
                for rule in remark.get("rules", ())
            ),
        )  # fmt: skip

    @cached_property
    def contacts(self) -> list[Meeting]:
        """Every call, message and letter, in order."""
        party_of = {
            (key(row["case_id"]), key(row["person_id"])): row for row in self.parties.values()
        }
        query = "SELECT * FROM contact WHERE channel <> 'visit' AND house_id IS NULL ORDER BY at"
        return [self._contact(row, party_of) for row in self.rows(query)]

    def _contact(self, row: Row, party_of: Mapping[tuple[str, str], Row]) -> Meeting:
        party = party_of[key(row["case_id"]), key(row["person_id"])]
        at = moment(row["at"])
        return Meeting(
            row=row, id=key(row["id"]), is_visit=False, channel=str(row["channel"]),
            case=key(row["case_id"]), party=key(party["id"]), person=self.who(row["person_id"]),
            debtor=self.who(row["debtor_id"]), role=str(party["role"]), at=at, due=at, left=at,
            known=moment(row["recorded_at"]), place="home", zone=self.house_zone,
            named=frozenset(),
        )  # fmt: skip

    @cached_property
    def meetings(self) -> list[Meeting]:
        """All contacts of every channel."""
        return [*self.visits, *self.contacts]

    @cached_property
    def consents(self) -> dict[str, list[Row]]:
        """What each person agreed to, by the very record on which he did."""
        return grouped(self.rows("SELECT * FROM consent"), "person_id")

    @cached_property
    def overrides(self) -> list[Row]:
        """What officers let through."""
        return list(self.rows("SELECT * FROM rule_override"))

    def agreed(self, one: Meeting, *, to_hours: bool = True) -> list[Span]:
        """The times around a contact to which the person who was reached had agreed."""
        spans = []
        for row in self.consents.get(key(self.parties[one.party]["person_id"]), ()):
            window = plain(row["window"])
            if row["channel"] not in ("any", "*", one.channel) or (window and not to_hours):
                continue
            begins = moment(row["granted_at"])
            ends = min(
                (moment(row[name]) for name in ("revoked_at", "expires_at") if row[name]),
                default=NEVER,
            )
            if not window:
                spans.append((begins, ends))
                continue
            for opens, closes in clocks(one.day, [window], one.zone):
                spans.append((max(opens, begins), min(closes, ends)))
        return spans

    def excused(self, one: Meeting, rule: str) -> bool:
        """Whether an office that may do so had let this contact through against the rule."""
        column = "visit_id" if one.is_visit else "contact_id"
        return any(
            row["rule"] == rule
            and row[column] is not None
            and key(row[column]) == one.id
            and row["office"] in law.OFFICES.get(rule, ())
            and (key(row["case_id"]), key(row["party_id"]), row["channel"])
            == (one.case, one.party, one.channel)
            and max(moment(row["starts_at"]), moment(row["placed_at"])) <= one.at
            and one.due <= min(moment(row[name]) for name in ("ends_at", "revoked_at") if row[name])
            for row in self._overrides_of.get(one.id, ())
        )

    @cached_property
    def _overrides_of(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.overrides:
            for name in ("visit_id", "contact_id"):
                if row[name] is not None:
                    found[key(row[name])].append(row)
        return found


def grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    """Rows by the id in one of their columns; those without are left out."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row[column] is not None:
            found[key(row[column])].append(row)
    return found


def key(stored: object) -> str:
    """An id in one form, however this database keeps it."""
    return stored.hex if isinstance(stored, UUID) else str(stored).replace("-", "")


def moment(stored: object) -> datetime:
    """A time that was read, aware."""
    found = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(stored: object) -> date:
    """A date that was read."""
    return stored if isinstance(stored, date) else date.fromisoformat(str(stored))


def plain(stored: object) -> Any:
    """JSON that was read."""
    return json.loads(stored) if isinstance(stored, str | bytes) else stored


def clocks(on: date, windows: Sequence[Any], zone: ZoneInfo) -> list[Span]:
    """Windows of a local day as spans; a time is minutes or "20:30"."""
    return [(_at(on, opens, zone), _at(on, closes, zone)) for opens, closes in windows]


def _at(on: date, clock: object, zone: ZoneInfo) -> datetime:
    if isinstance(clock, int):
        minutes = clock
    else:
        hours, _, rest = str(clock).partition(":")
        minutes = int(hours) * 60 + int(rest)
    return datetime.combine(on, time(), zone) + timedelta(minutes=minutes)


def covered(start: datetime, end: datetime, spans: Iterable[Span]) -> bool:
    """Whether a time lies wholly in these spans together."""
    for opens, closes in sorted(spans):
        if opens > start:
            return False
        if closes >= end and closes > start:
            return True
        start = max(start, closes)
    return False
