"""From the JSON of a proposed contact to a Proposal; anything unknown or doubtful is refused."""

import re
from datetime import timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.rulebook.proposal import (
    FACT_NAMES,
    LONGEST_CONTACT,
    Agent,
    Consent,
    Contact,
    Credential,
    Creditor,
    Debt,
    Debtor,
    DoorFacts,
    Hold,
    Override,
    Party,
    PastContact,
    Place,
    Proposal,
    Wish,
)
from fieldops.domain.rulebook.reading import Reader, as_utc, day, instant, moment, refuse
from fieldops.domain.rulebook.vocabulary import (
    MESSAGES,
    Account,
    Channel,
    CreditorKind,
    Gate,
    HoldKind,
    HoldScope,
    Lift,
    PlaceKind,
    Purpose,
    Result,
    Role,
)

_TOO_LONG = Bilingual("must follow start by at most 24 hours", "须晚于开始,且不超过 24 小时")
_MEND_TIMES = Bilingual("mend start or end", "请改正开始或结束时间")
MOST_AGENTS = 20
MOST_ZONES = 10
_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,5})?", re.ASCII)
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}", re.ASCII)


def parse_proposal(raw: object) -> Proposal:
    """Read the JSON object of a proposed contact; raises InvalidInput naming the field.

    Keys: contact (required), creditor, debt, debtor, history, holds, consents, overrides, and
    beyond the plan `gate` and `facts`. What is left out is harmless, except the agents of a visit.
    """
    reader = Reader(raw)
    proposal = take_proposal(reader)
    reader.done()
    return proposal


def take_proposal(reader: Reader) -> Proposal:
    """The same from a reader whose further keys belong to the caller."""
    contact = Reader(reader.need("contact"), reader.at("contact"))
    debtor_id, debtor = _debtor(reader.child("debtor"))
    read = _contact(contact, debtor_id)
    if not debtor_id and read.party.role is Role.DEBTOR:
        debtor["id"] = read.party.id
    return Proposal(
        contact=read,
        creditor=_creditor(reader.child("creditor")),
        debt=_debt(reader.child("debt")),
        debtor=Debtor(**debtor),
        history=tuple(_past(r) for r in reader.children("history")),
        holds=tuple(_hold(r) for r in reader.children("holds")),
        consents=tuple(_consent(r) for r in reader.children("consents")),
        overrides=tuple(_override(r) for r in reader.children("overrides")),
        facts=_facts(reader.child("facts")),
        gate=reader.word("gate", Gate, Gate.PLAN),
    )


def _contact(reader: Reader, debtor_id: str) -> Contact:
    start = instant(reader.need("start"), reader.at("start"))
    end = reader.maybe("end", instant)
    channel = reader.word("channel", Channel)
    if end is not None and channel in MESSAGES and as_utc(end) == as_utc(start):
        # A message is sent in an instant, however its sender writes that down.
        end = None
    if end is not None and not timedelta(0) < as_utc(end) - as_utc(start) <= LONGEST_CONTACT:
        refuse(reader.at("end"), _TOO_LONG, _MEND_TIMES)
    agents = tuple(_agent(r) for r in reader.children("agents"))
    if len(agents) > MOST_AGENTS:
        wrong = Bilingual(f"{len(agents)} agents", f"{len(agents)} 名外访员")
        cure = Bilingual(f"at most {MOST_AGENTS} go together", f"同行至多 {MOST_AGENTS} 人")
        refuse(reader.at("agents"), wrong, cure)
    contact = Contact(
        channel=channel,
        purpose=reader.word("purpose", Purpose, Purpose.COLLECT),
        party=_party(reader.child("party"), debtor_id),
        place=_place(reader.child("place")),
        start=start,
        end=end,
        agents=agents,
        account=reader.word("account", Account, Account.WORK),
        number=reader.text("number") or None,
    )
    reader.done()
    return contact


def _party(reader: Reader, debtor_id: str) -> Party:
    role = reader.word("role", Role, Role.DEBTOR)
    fallback = debtor_id or "debtor" if role is Role.DEBTOR else role.value
    party = Party(
        id=reader.text("id") or fallback,
        role=role,
        opted_out=reader.flag("opted_out"),
        represented=reader.flag("represented"),
        refused_workplace=reader.flag("refused_workplace"),
        wishes=tuple(_wish(r) for r in reader.children("wishes")),
    )
    reader.done()
    return party


def _place(reader: Reader) -> Place:
    place = Place(
        kind=reader.word("kind", PlaceKind, PlaceKind.OTHER),
        zones=_zones(reader),
        jurisdictions=_jurisdictions(reader),
    )
    reader.done()
    return place


def _zones(reader: Reader) -> tuple[tzinfo, ...]:
    raw, field = reader.take("timezone"), reader.at("timezone")
    names = [] if raw is None else raw if isinstance(raw, list) else [raw]
    if len(names) > MOST_ZONES:
        wrong = Bilingual(f"{len(names)} zones", f"{len(names)} 个时区")
        refuse(field, wrong, Bilingual(f"at most {MOST_ZONES}", f"至多 {MOST_ZONES} 个"))
    return tuple(zone(name, field) for name in names)


def zone(name: object, field: str) -> ZoneInfo:
    """The IANA zone of that name; raises InvalidInput when there is none."""
    cure = Bilingual(
        "write an IANA name such as Asia/Shanghai", "请填写 IANA 时区名,如 Asia/Shanghai"
    )
    if not isinstance(name, str) or not _ZONE.fullmatch(name):
        refuse(field, Bilingual("is not the name of a time zone", "不是时区名"), cure)
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        wrong = Bilingual(f"no time zone is called {name!r}", f"没有名为 {name!r} 的时区")
        refuse(field, wrong, cure)


def _jurisdictions(reader: Reader) -> tuple[str, ...]:
    found = reader.texts("jurisdictions")
    for code in found:
        if not _JURISDICTION.fullmatch(code):
            wrong = Bilingual(f"{code[:40]!r} is not a code", f"{code[:40]!r} 不是法域代码")
            cure = Bilingual("as in CN or CN-SC", "如 CN 或 CN-SC")
            refuse(reader.at("jurisdictions"), wrong, cure)
    return found


def _agent(reader: Reader) -> Agent:
    agent = Agent(
        id=reader.text("id", required=True),
        trained_until=reader.maybe("trained_until", day),
        background_ok=reader.flag("background_ok", default=True),
        certified=reader.flag("certified", default=True),
        records=_records(reader, "records"),
        agency=_records(reader, "agency"),
        cleared=reader.flag("cleared", default=True),
    )
    reader.done()
    return agent


def _records(reader: Reader, name: str) -> tuple[Credential, ...] | None:
    if not reader.has(name):
        return None
    return tuple(_credential(one) for one in reader.children(name))


def _credential(reader: Reader) -> Credential:
    found = Credential(
        kind=reader.text("kind", required=True),
        start=reader.maybe("from", day),
        until=reader.maybe("until", day),
    )
    reader.done()
    return found


def _creditor(reader: Reader) -> Creditor:
    creditor = Creditor(_jurisdictions(reader), reader.maybe_word("kind", CreditorKind))
    reader.done()
    return creditor


def _debt(reader: Reader) -> Debt:
    debt = Debt(reader.text("id") or "debt", reader.flag("disputed"), reader.flag("bankruptcy"))
    reader.done()
    return debt


def _debtor(reader: Reader) -> tuple[str, dict[str, Any]]:
    name = reader.text("id")
    values = {
        "id": name or "debtor",
        "missing": reader.flag("missing"),
        "failed_dial_days": reader.whole("failed_dial_days", 0, 100_000, 0),
        "represented": reader.flag("represented"),
        "refused_workplace": reader.flag("refused_workplace"),
        "wishes": tuple(_wish(r) for r in reader.children("wishes")),
    }
    reader.done()
    return name, values


def _wish(reader: Reader) -> Wish:
    wish = Wish(reader.maybe_word("channel", Channel), reader.window("forbid"))
    reader.done()
    return wish


def _past(reader: Reader) -> PastContact:
    past = PastContact(
        channel=reader.word("channel", Channel),
        at=instant(reader.need("at"), reader.at("at")),
        result=reader.maybe_word("result", Result),
        party=reader.text("party") or None,
        debt=reader.text("debt") or None,
        number=reader.text("number") or None,
        pending=reader.flag("pending"),
    )
    reader.done()
    return past


def _hold(reader: Reader) -> Hold:
    hold = Hold(
        kind=reader.word("kind", HoldKind),
        scope=reader.word("scope", HoldScope, HoldScope.PERSON),
        start=reader.maybe("from", moment),
        until=reader.maybe("until", moment),
    )
    reader.done()
    return hold


def _consent(reader: Reader) -> Consent:
    consent = Consent(
        who=reader.text("who", required=True),
        channel=reader.maybe_word("channel", Channel),
        window=reader.window("window"),
        granted=reader.maybe("granted", moment),
        revoked=reader.maybe("revoked", moment),
        expires=reader.maybe("expires", moment),
    )
    reader.done()
    return consent


def _override(reader: Reader) -> Override:
    override = Override(
        id=reader.text("id", required=True),
        rule=reader.text("rule", required=True),
        office=reader.word("office", Lift),
        debtor=reader.text("debtor", required=True),
        party=reader.text("party", required=True),
        debt=reader.text("debt", required=True),
        channel=reader.word("channel", Channel),
        start=instant(reader.need("from"), reader.at("from")),
        until=instant(reader.need("until"), reader.at("until")),
    )
    reader.done()
    return override


def _facts(reader: Reader) -> DoorFacts:
    facts = DoorFacts(**{name: reader.fact(name) for name in sorted(FACT_NAMES)})
    reader.done()
    return facts
