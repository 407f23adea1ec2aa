"""Cases, persons, addresses, agents and shifts that tests stand on."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from fieldops.models import Address, Agent, Case, Organisation, Party, Person, Shift, sealing

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
_numbers = count(1)


def _index(kind: str, organisation: Organisation, text: str) -> str:
    return sealing.current().blind_index(kind, str(organisation.id), text)


def a_person(
    session: Session,
    organisation: Organisation,
    *,
    name: str = "张三",
    id_number: str | None = None,
    phone: str | None = None,
    **more: Any,
) -> Person:
    """Somebody; without an ID number he is never the same as another."""
    person = Person(
        organisation_id=organisation.id,
        name=name,
        id_number=id_number,
        id_number_index=_index("id-number", organisation, id_number) if id_number else None,
        phone=phone,
        phone_index=_index("phone", organisation, phone) if phone else None,
        **{"wishes": {}, "created_at": NOW, **more},
    )
    session.add(person)
    session.flush()
    return person


def a_party(session: Session, case: Case, person: Person, role: str = "debtor") -> Party:
    """A person's part in a case."""
    party = Party(
        organisation_id=case.organisation_id,
        case_id=case.id,
        person_id=person.id,
        role=role,
        created_at=NOW,
    )
    party.case, party.person = case, person
    session.add(party)
    session.flush()
    return party


def an_address(
    session: Session,
    party: Party,
    *,
    text: str = "四川省成都市锦江区红星路303号",
    lat: float | None = 30.66,
    lon: float | None = 104.06,
    **more: Any,
) -> Address:
    """Where a party is said to live: located to the door, or pending without a position."""
    placed = lat is not None
    values: dict[str, Any] = {
        "kind": "home",
        "given_position": {"lat": lat, "lon": lon, "datum": "WGS84"} if placed else None,
        "state": "located" if placed else "pending",
        "grade": "door" if placed else "none",
        "provider": "given" if placed else "",
        "candidates": [],
        "created_at": NOW,
        "located_at": NOW if placed else None,
    }
    address = Address(
        organisation_id=party.organisation_id,
        text=text,
        text_index=sealing.current().blind_index("address", str(party.organisation_id), text),
        lat=lat,
        lon=lon,
        **{**values, **more},
    )
    address.case, address.party = party.case, party
    session.add(address)
    session.flush()
    return address


def a_case(
    session: Session,
    organisation: Organisation,
    *,
    number: str | None = None,
    priority: int = 3,
    lat: float | None = 30.66,
    lon: float | None = 104.06,
    name: str = "张三",
    role: str = "debtor",
    id_number: str | None = None,
    phone: str | None = None,
    text: str = "四川省成都市锦江区红星路303号",
    person: Person | None = None,
    address: dict[str, Any] | None = None,
    **more: Any,
) -> Case:
    """A case with one party at one address; `case.parties[0]`, `case.addresses[0]`."""
    number = number or f"CASE-{next(_numbers):05d}"
    values: dict[str, Any] = {
        "creditor": "甲银行",
        "product": "信用卡",
        "amount": Decimal("12000.00"),
        "currency": "CNY",
        "overdue_days": 120,
        "state": "open",
        "content_key": f"test:{number}",
        "created_at": NOW,
        "updated_at": NOW,
    }
    case = Case(
        organisation_id=organisation.id, number=number, priority=priority, **{**values, **more}
    )
    session.add(case)
    session.flush()
    person = person or a_person(session, organisation, name=name, id_number=id_number, phone=phone)
    party = a_party(session, case, person, role)
    an_address(session, party, text=text, lat=lat, lon=lon, **(address or {}))
    return case


def an_agent(
    session: Session,
    organisation: Organisation,
    *,
    code: str = "A1",
    name: str = "李四",
    partner_code: str | None = None,
    trained_until: date | None = date(2027, 1, 1),
    lat: float = 30.67,
    lon: float = 104.07,
    day_start: str = "09:00",
    day_end: str = "18:00",
    break_start: str | None = "12:00",
    break_minutes: int = 45,
    skills: tuple[str, ...] = (),
    **more: Any,
) -> Agent:
    """A field agent with a usual working day."""
    agent = Agent(
        organisation_id=organisation.id,
        code=code,
        name=name,
        lat=lat,
        lon=lon,
        given_position={"lat": lat, "lon": lon, "datum": "WGS84"},
        day_start=day_start,
        day_end=day_end,
        break_start=break_start,
        break_minutes=break_minutes,
        skills=list(skills),
        partner_code=partner_code,
        trained_until=trained_until,
        **{"content_key": f"test:{code}", "created_at": NOW, **more},
    )
    session.add(agent)
    session.flush()
    return agent


def a_shift(
    session: Session, agent: Agent, day: date, *, zone: str = "Asia/Shanghai", **more: Any
) -> Shift:
    """The agent's usual working day on this date, with a window for his break."""

    def at(clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))

    breaks = []
    if agent.break_start and agent.break_minutes:
        hour, minute = map(int, agent.break_start.split(":"))
        begin, until = hour * 60 + minute - 30, hour * 60 + minute + 60
        breaks.append(
            {
                "from": at(f"{begin // 60:02d}:{begin % 60:02d}").isoformat(),
                "until": at(f"{until // 60:02d}:{until % 60:02d}").isoformat(),
                "minutes": agent.break_minutes,
            }
        )
    values: dict[str, Any] = {
        "starts_at": at(agent.day_start),
        "ends_at": at(agent.day_end),
        "breaks": breaks,
    }
    shift = Shift(
        organisation_id=agent.organisation_id, agent_id=agent.id, day=day, **{**values, **more}
    )
    shift.agent = agent
    session.add(shift)
    session.flush()
    return shift
