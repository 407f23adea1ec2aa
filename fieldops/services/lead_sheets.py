"""The draft of a property lead (财产线索) for the court: what the law asks for, from the record.

The fields are those of an application under 财产保全规定 art. 1 and 10; counsel checks and signs.
What only counsel can say is left as a line to fill in. Nothing of it is ever shown to the debtor.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from evidence.trace import citing
from evidence.trace.clock_rules import BOOK
from evidence.trace.flags import WORDING, title
from evidence.trace.pricing import price_ratio
from fieldops.domain.errors import Forbidden
from fieldops.domain.lead_sheet import Ground, Line, Sheet
from fieldops.domain.permissions import Actor, Permission
from fieldops.domain.vocabulary import Pair, in_both, once
from fieldops.models import Address, Case, Flag, Observation, Organisation, Party
from fieldops.services import scoped
from fieldops.services.organisations import zone_of

TO_FILL = "________________"


def of_flag(session: Session, flag_id: UUID, *, actor: Actor, now: datetime) -> Sheet:
    """The sheet of a flag; raises Forbidden, NotFound."""
    if not actor.may(Permission.DRAW_LEAD_SHEETS):
        raise Forbidden(Permission.DRAW_LEAD_SHEETS.value)
    flag = scoped.get(session, Flag, flag_id, actor)
    case = session.get_one(Case, flag.case_id)
    zone = zone_of(session, case.organisation_id)
    rows = _grounds(session, flag)
    name = title(flag.code)
    return Sheet(
        reference=f"L-{flag.id.hex[-10:].upper()}",
        title=("被保全财产线索（草稿）", "Lead on property to be preserved (draft)"),
        made_at=f"{now.astimezone(zone):%Y-%m-%d %H:%M}",
        parts=(
            (("一、申请人与被申请人", "1. Applicant and respondent"), _people(session, case, flag)),
            (("二、债权", "2. The claim"), _claim(case)),
            (("三、财产线索", "3. The property"), _property(session, flag, rows, name)),
            (("四、要件", "4. Elements"), _elements(flag)),
            (("五、请求与担保（由律师填写）", "5. Measure and security (counsel)"), _asked()),
        ),
        grounds=[_ground(row, zone) for row in rows],
        clocks=_deadlines(flag),
    )


def _deadlines(flag: Flag) -> list[tuple[Pair, str, Pair]]:
    running = [one for one in flag.clocks if one["name"] in BOOK.rules and one["ends"]]
    rules = [(BOOK.rules[one["name"]], one) for one in running if one.get("state") != "ended"]
    return [
        ((rule.zh, rule.en), one["ends"][:16].replace("T", " "), citing.in_both(one["basis"]))
        for rule, one in rules
    ]


def _people(session: Session, case: Case, flag: Flag) -> list[Line]:
    query = select(Party).where(Party.case_id == case.id).options(joinedload(Party.person))
    party = session.scalars(
        query.where(Party.person_id == flag.person_id).order_by(Party.id).limit(1)
    ).one_or_none()
    house = session.get_one(Organisation, case.organisation_id).name
    return [
        Line(("申请人（债权人）", "Applicant (creditor)"), case.creditor),
        Line(("经办机构", "Acting house"), house),
        Line(("被申请人", "Respondent"), party.person.name if party else TO_FILL),
        Line(("证件号码", "ID number"), (party and party.person.id_number) or TO_FILL),
        Line(("送达地址与联系方式", "Address for service"), TO_FILL),
    ]


def _claim(case: Case) -> list[Line]:
    return [
        Line(("案号（内部）", "Case (of the house)"), case.number),
        Line(("法院案号", "Court file"), TO_FILL),
        Line(("债权金额", "Amount of the claim"), f"{Decimal(case.amount):,.2f} {case.currency}"),
        Line(("请求保全数额", "Amount to be preserved"), TO_FILL),
    ]


def _property(session: Session, flag: Flag, rows: Sequence[Observation], name: Pair) -> list[Line]:
    place = next((row.address_id for row in rows if row.address_id), None)
    address = session.get(Address, place) if place else None
    is_place = address is not None and flag.subject == str(address.id)
    disposal = next((row for row in reversed(rows) if row.kind == "asset.disposed"), None)
    data = disposal.data if disposal else {}
    price = _ratio(price_ratio(data)) if disposal else TO_FILL
    return [
        Line(("线索类型", "Kind of lead"), f"{flag.code} {name[0]} / {name[1]}"),
        Line(("财产名称、标识", "Name or mark"), TO_FILL if is_place else flag.subject),
        Line(("种类", "Kind"), _said("asset_kind", data.get("asset_kind", "")) or TO_FILL),
        Line(("所在地", "Where it is"), address.text if address else TO_FILL),
        Line(("登记机关、权属登记", "Register and title"), TO_FILL),
        Line(("处分日期", "Day of the disposal"), str(data.get("disposed_on", "")) or TO_FILL),
        Line(("价格与当地价之比", "Price against local value"), price),
        Line(("依据", "Law"), "\n".join(once(citing.in_both(flag.basis)))),
    ]


def _ratio(ratio: float | None) -> str:
    if ratio is None:
        return "价格未评估 / not valued"
    return f"{round(ratio * 100)} %"


def _elements(flag: Flag) -> list[Line]:
    return [
        _listed(("已具备", "Shown"), flag.shown),
        _listed(("尚缺", "Missing"), flag.missing),
        _listed(("相反事实", "Contradicted"), flag.contradicted),
        Line(("说明", "Note"), WORDING),
    ]


def _listed(label: Pair, elements: Sequence[str]) -> Line:
    return Line(label, "\n".join(_said("element", one) for one in elements) or "–")


def _said(table: str, value: str) -> str:
    """What a code is called, in both languages on one line."""
    return " / ".join(once(in_both(table, value)))


def _asked() -> list[Line]:
    return [
        Line(("请求采取的措施", "Measure asked for"), TO_FILL),
        Line(("事实与理由", "Facts and reasons"), TO_FILL),
        Line(("担保或免担保理由", "Security, or why none"), TO_FILL),
        Line(("律师签名、日期", "Counsel, date"), TO_FILL),
    ]


def _grounds(session: Session, flag: Flag) -> list[Observation]:
    ids = [UUID(one) for one in flag.grounds]
    query = select(Observation).where(Observation.id.in_(ids), Observation.withdrawn_at.is_(None))
    return list(session.scalars(query.order_by(Observation.observed_at, Observation.id)))


def _ground(row: Observation, zone: ZoneInfo) -> Ground:
    at = f"{row.observed_at.astimezone(zone):%Y-%m-%d %H:%M}"
    grade = row.grade or {}
    told = f"{grade.get('reliability', '')}{grade.get('credibility', '')}"
    kind, source = in_both("observation", row.kind), in_both("source", row.source_class)
    basis = in_both("basis", row.basis)
    return Ground(at, kind, source, told or "–", basis, tuple(row.evidence))
