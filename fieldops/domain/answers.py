"""What an agent answers at the door, read strictly: every fault names its field and its cure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from fieldops.domain.bilingual import Bilingual
from fieldops.domain.instalments import MOST_LINES as MOST_INSTALMENTS
from fieldops.domain.instalments import Instalment
from fieldops.domain.rulebook.proposal import DoorFacts
from fieldops.domain.rulebook.reading import Reader, day, refuse
from fieldops.domain.visiting import MET, Ability, Outcome, Sighting, Statement, Willingness

MOST_LINES = 50
LONGEST_PROMISE = timedelta(days=366)
_LARGEST = Decimal("9999999999999999.99")
_CENT = Decimal("0.01")


class Witness(StrEnum):
    """Who at the door said something: the class of the source, never a name."""

    DEBTOR = "debtor"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    PROPERTY_MANAGER = "property_manager"
    OTHER = "other"


class PaymentMethod(StrEnum):
    """How money was received."""

    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Said:
    """One statement, and the class of who made it."""

    who: Witness
    says: Statement


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting, with the asset's name (such as a plate) where it has one."""

    sighting: Sighting
    asset: str | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """So much by a day; with instalments, the whole and the day of the first of them."""

    amount: Decimal
    due_on: date
    instalments: tuple[Instalment, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON; what was promised at once has no list."""
        told: dict[str, Any] = {"amount": str(self.amount), "due_on": self.due_on.isoformat()}
        if self.instalments:
            told["instalments"] = [
                {"amount": str(one.amount), "due_on": one.due_on.isoformat()}
                for one in self.instalments
            ]
        return told


@dataclass(frozen=True, slots=True)
class Paid:
    """So much, received so."""

    amount: Decimal
    method: PaymentMethod


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything behind an outcome; what was left out is not stated."""

    statements: tuple[Said, ...] = ()
    sightings: tuple[Seen, ...] = ()
    ability: Ability | None = None
    willingness: Willingness | None = None
    promise: Promised | None = None
    payment: Paid | None = None
    facts: DoorFacts = field(default_factory=DoorFacts)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The answers as JSON, in one fixed form, so that equal answers are equal texts."""
        return {
            "statements": [{"who": s.who.value, "says": s.says.value} for s in self.statements],
            "sightings": [{"sighting": s.sighting.value, "asset": s.asset} for s in self.sightings],
            "ability": self.ability.value if self.ability else None,
            "willingness": self.willingness.value if self.willingness else None,
            "promise": self.promise and self.promise.to_json(),
            "payment": self.payment
            and {"amount": str(self.payment.amount), "method": self.payment.method.value},
            "facts": facts_json(self.facts),
            "note": self.note,
        }


def facts_json(facts: DoorFacts) -> dict[str, bool]:
    """The facts that were stated."""
    stated = {one.name: facts.stated(one.name) for one in fields(DoorFacts)}
    return {name: value for name, value in stated.items() if value is not None}


def read_facts(raw: Mapping[str, Any] | None, path: str = "facts") -> DoorFacts:
    """Read stated facts; raises InvalidInput for unknown ones and for other than true or false."""
    reader = Reader({} if raw is None else raw, path)
    found = {one.name: reader.fact(one.name) for one in fields(DoorFacts)}
    reader.done()
    return DoorFacts(**found)


def read_outcome(value: object) -> Outcome:
    """Read the outcome's word; raises InvalidInput naming the words there are."""
    return Reader({"outcome": value}).word("outcome", Outcome)


def read_answers(raw: Mapping[str, Any], outcome: Outcome, on: date) -> Answers:
    """Read what was answered on that day; raises InvalidInput with field and cure.

    The answers must fit the outcome: a promise or payment needs its figures and the debtor met,
    and word that he moved away needs somebody who said so.
    """
    reader = Reader(raw)
    answers = Answers(
        statements=tuple(_said(child) for child in reader.children("statements")),
        sightings=tuple(_seen(child) for child in reader.children("sightings")),
        ability=reader.maybe_word("ability", Ability),
        willingness=reader.maybe_word("willingness", Willingness),
        promise=_promise(reader.take("promise"), on),
        payment=_payment(reader.take("payment")),
        facts=read_facts(reader.take("facts")),
        note=reader.text("note"),
    )
    reader.done()
    _check_fit(answers, outcome)
    return answers


def answers_of(raw: Mapping[str, Any]) -> Answers:
    """Answers again from the form in which they were kept, which was checked when it was made."""
    promise, payment = raw["promise"], raw["payment"]
    return Answers(
        statements=tuple(_said(Reader(one)) for one in raw["statements"]),
        sightings=tuple(_seen(Reader(one)) for one in raw["sightings"]),
        ability=Ability(raw["ability"]) if raw["ability"] else None,
        willingness=Willingness(raw["willingness"]) if raw["willingness"] else None,
        promise=promise and _kept_promise(promise),
        payment=payment and Paid(Decimal(payment["amount"]), PaymentMethod(payment["method"])),
        facts=read_facts(raw["facts"]),
        note=raw["note"],
    )


def _kept_promise(raw: Mapping[str, Any]) -> Promised:
    parts = tuple(
        Instalment(Decimal(one["amount"]), date.fromisoformat(one["due_on"]))
        for one in raw.get("instalments", ())
    )
    return Promised(Decimal(raw["amount"]), date.fromisoformat(raw["due_on"]), parts)


def money(value: object, path: str) -> Decimal:
    """Read an amount above nought with at most two decimals, written as a text or whole number."""
    cure = 'write it as "1200.00"'
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        refuse(path, "is not an amount", cure)
    try:
        amount = Decimal(value if not isinstance(value, str) else value.strip()[:40])
    except InvalidOperation:
        refuse(path, "is not an amount", cure)
    if not amount.is_finite() or not 0 < amount <= _LARGEST:
        refuse(path, "is not above nought, or is too large", cure)
    if amount != amount.quantize(_CENT):
        refuse(path, "has more than two decimals", cure)
    return amount.quantize(_CENT)


def _said(reader: Reader) -> Said:
    found = Said(reader.word("who", Witness), reader.word("says", Statement))
    reader.done()
    return found


def _seen(reader: Reader) -> Seen:
    sighting = reader.word("sighting", Sighting)
    asset = reader.text("asset").strip()
    if len(asset) > 100 or not asset.isprintable():
        refuse(reader.at("asset"), "is no name of an asset", "at most 100 printable signs")
    if not asset and sighting in (Sighting.VEHICLE_PRESENT, Sighting.VEHICLE_ABSENT):
        refuse(reader.at("asset"), "is missing", "state the plate of the vehicle")
    reader.done()
    return Seen(sighting, asset or None)


def _promise(value: object, on: date) -> Promised | None:
    if value is None:
        return None
    reader = Reader(value, "promise")
    amount = money(reader.need("amount"), "promise.amount")
    due = day(reader.need("due_on"), "promise.due_on")
    parts = tuple(_instalment(child) for child in reader.children("instalments"))
    reader.done()
    if not on <= due <= on + LONGEST_PROMISE:
        refuse("promise.due_on", "lies before the visit or over a year on", "mend the date")
    found = Promised(amount, due, parts)
    if parts:
        _check_instalments(found)
    return found


def _instalment(reader: Reader) -> Instalment:
    amount = money(reader.need("amount"), reader.at("amount"))
    due = day(reader.need("due_on"), reader.at("due_on"))
    reader.done()
    return Instalment(amount, due)


def _check_instalments(promised: Promised) -> None:
    """They begin on the promised day, follow one another, and come to the promised sum."""
    field, parts = "promise.instalments", promised.instalments
    if not 2 <= len(parts) <= MOST_INSTALMENTS:
        what = Bilingual("are fewer than two, or too many", "少于两期或期数过多")
        cure = Bilingual("leave the list out for a single sum", "一次付清时请勿填写分期")
        refuse(field, what, cure)
    days = [one.due_on for one in parts]
    if days != sorted(set(days)):
        what = Bilingual("do not follow one another in time", "日期未按先后排列")
        refuse(field, what, Bilingual("give each a later day", "请使每期日期晚于前一期"))
    if days[0] != promised.due_on:
        what = Bilingual("is not the day of the first instalment", "与首期日期不一致")
        refuse("promise.due_on", what, Bilingual(f"write {days[0]}", f"请填写 {days[0]}"))
    whole = sum(one.amount for one in parts)
    if whole != promised.amount:
        what = Bilingual(f"is not the sum of the instalments, {whole}", f"与各期合计 {whole} 不符")
        refuse("promise.amount", what, Bilingual(f"write {whole}", f"请填写 {whole}"))


def _payment(value: object) -> Paid | None:
    if value is None:
        return None
    reader = Reader(value, "payment")
    amount = money(reader.need("amount"), "payment.amount")
    method = reader.word("method", PaymentMethod)
    reader.done()
    return Paid(amount, method)


def _check_fit(answers: Answers, outcome: Outcome) -> None:
    if len(answers.statements) > MOST_LINES or len(answers.sightings) > MOST_LINES:
        refuse("statements", f"has more than {MOST_LINES} lines", "leave out what says the same")
    for name, given, needed in (
        ("promise", answers.promise, outcome is Outcome.PROMISE),
        ("payment", answers.payment, outcome is Outcome.PAYMENT),
    ):
        if needed and given is None:
            refuse(name, f"is missing while the outcome is {outcome.value}", f"state the {name}")
        if given is not None and outcome not in MET:
            cure = f"choose an outcome at which the debtor was met, or leave out the {name}"
            refuse(name, f"does not fit the outcome {outcome.value}", cure)
    said = {one.says for one in answers.statements}
    if outcome is Outcome.MOVED_AWAY and Statement.MOVED_AWAY not in said:
        refuse("statements", "nobody is named who said so", 'add {"who": …, "says": "moved_away"}')
