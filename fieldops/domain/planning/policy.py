"""The house's choices about planning, read from data and checked; nothing is taken for granted."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from fieldops.domain.errors import FieldopsError
from fieldops.domain.planning.ageing import Ageing, Stair
from fieldops.domain.planning.chance import DAY_MINUTES, Band, DayKind, Prior, Slot
from fieldops.domain.planning.knowledge import Preferences
from fieldops.domain.rulebook.reading import Reader, clock_minutes, from_toml, refuse

MOST_METRES = 1_000_000
MOST_STAIRS = 50
LEAST_KEPT = 0.5
ROUNDED = 10
"""Metres by which the legs of a detour, each rounded to whole metres, can exceed its length."""


class PolicyInvalid(FieldopsError):
    """A policy file cannot be taken; the message names the file and the field."""

    slug = "planning-policy-invalid"
    title_en = "The planning policy is not valid"
    title_zh = "计划策略文件有误"


@dataclass(frozen=True, slots=True)
class Policy:
    """All choices; the files in config/planning explain each of them."""

    least_step: int
    most_step: int
    ageing: Ageing
    preferences: Preferences
    answer_weight: float
    unfair: int
    share_weeks: int
    approach_seconds: int
    days_between: int
    prior: Prior

    def step(self, metres: float, seconds: float, visit_seconds: int) -> int:
        """What one step of priority is worth, in metres, so that value comes before all else.

        `metres` and `seconds` are the longest way from a start to a stop. A visit costs at most
        that way and back, the same time and its own as unfair work, and the whole of what is
        preferred; and the hour takes at most its weight off its worth.
        """
        liked = self.preferences.knowledge_metres + self.preferences.territory_metres
        dearest = 2 * metres + self.unfair * (2 * seconds + visit_seconds) + liked + ROUNDED
        kept = max(1 - self.answer_weight, LEAST_KEPT)
        return round(min(self.most_step, max(self.least_step, dearest / kept)))


PLAIN = Policy(
    least_step=21_600,
    most_step=200_000,
    ageing=Ageing(),
    preferences=Preferences(),
    answer_weight=0.0,
    unfair=0,
    share_weeks=4,
    approach_seconds=600,
    days_between=0,
    prior=Prior((Band("day", 0, DAY_MINUTES),), 0.5, 4.0, 20.0, 40.0, 4.0),
)
"""Priorities alone: what a plan is made by where nobody has chosen anything."""


def policy_from_toml(policy: str, answers: str) -> Policy:
    """Read the texts of policy.toml and answers.toml; raises PolicyInvalid."""
    prior = read_prior(answers)
    return from_toml(policy, "policy.toml", PolicyInvalid, lambda reader: _choices(reader, prior))


def read_prior(answers: str) -> Prior:
    """Read the text of answers.toml; raises PolicyInvalid."""
    return from_toml(answers, "answers.toml", PolicyInvalid, _prior)


def _choices(reader: Reader, prior: Prior) -> Policy:
    prize, shares = _table(reader, "prize"), _table(reader, "shares")
    likes, attempts = _table(reader, "preferences"), _table(reader, "attempts")
    answers, ageing = _table(reader, "answers"), _table(reader, "ageing")
    least = prize.whole("least_step", 1, MOST_METRES)
    found = Policy(
        least_step=least,
        most_step=prize.whole("most_step", least, MOST_METRES),
        ageing=Ageing(tuple(_stairs(ageing, "waiting")), tuple(_stairs(ageing, "clocks"))),
        preferences=Preferences(
            likes.whole("knowledge_metres", 0, MOST_METRES),
            number(likes, "half_life_days", 1, 3_650),
            likes.whole("territory_metres", 0, MOST_METRES),
        ),
        answer_weight=number(answers, "weight", 0, 1),
        unfair=shares.whole("unfair", 0, 1_000),
        share_weeks=shares.whole("weeks", 1, 52),
        approach_seconds=shares.whole("approach_seconds", 0, 36_000),
        days_between=attempts.whole("days_between", 0, 90),
        prior=prior,
    )
    for table in (prize, shares, likes, attempts, answers, ageing):
        table.done()
    return found


def _table(reader: Reader, key: str) -> Reader:
    table = Reader(reader.need(key), key)
    table.text("source", required=True)
    return table


def _stairs(reader: Reader, key: str) -> Iterator[Stair]:
    last = -1
    for at, child in enumerate(reader.children(key)):
        if at >= MOST_STAIRS:
            refuse(child.path, f"is one of more than {MOST_STAIRS} lines", "leave lines out")
        days = child.whole("days", 0, 3_650)
        if days <= last:
            refuse(child.at("days"), "does not rise from line to line", "put the lines in order")
        yield Stair(days, number(child, "steps", 0, 5))
        child.done()
        last = days


def number(reader: Reader, key: str, low: float, high: float) -> float:
    """A finite number from low to high."""
    value = reader.need(key)
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or not math.isfinite(value) or not low <= value <= high:
        refuse(reader.at(key), "does not fit", f"write a number from {low} to {high}")
    return float(value)


def _prior(reader: Reader) -> Prior:
    table = _table(reader, "prior")
    bands = tuple(_bands(reader))
    found = Prior(
        bands=bands,
        mean=number(table, "mean", 0.01, 0.99),
        weight=number(table, "weight", 0.1, 10_000),
        kind_weight=number(table, "kind_weight", 0.1, 10_000),
        slot_weight=number(table, "slot_weight", 0.1, 10_000),
        address_weight=number(table, "address_weight", 0.1, 10_000),
        odds=dict(_odds(reader, bands)),
    )
    table.done()
    return found


def _bands(reader: Reader) -> Iterator[Band]:
    end = 0
    for child in reader.children("band"):
        name = child.text("name", required=True)
        opens, closes = (
            clock_minutes(child.need(key), child.at(key)) for key in ("opens", "closes")
        )
        if opens != end or closes <= opens:
            refuse(child.path, "does not begin where the last band ends", "leave no gap")
        child.done()
        yield Band(name, opens, closes)
        end = closes
    if end != DAY_MINUTES:
        refuse("band", "does not cover the day", "let the bands run from 00:00 to 24:00")


def _odds(reader: Reader, bands: tuple[Band, ...]) -> Iterator[tuple[str, dict[Slot, float]]]:
    for child in reader.children("rates"):
        child.text("source", required=True)
        kinds = child.texts("kinds")
        rates = {
            Slot(day, band.name): rate
            for day in DayKind
            for band, rate in _rates(Reader(child.need(day.value), child.at(day.value)), bands)
        }
        child.done()
        first = _odds_of(rates[Slot(DayKind.WEEKDAY, bands[0].name)])
        ratios = {slot: _odds_of(rate) / first for slot, rate in rates.items()}
        yield from ((kind, ratios) for kind in kinds)


def _rates(reader: Reader, bands: tuple[Band, ...]) -> list[tuple[Band, float]]:
    found = [(band, number(reader, band.name, 0.1, 99.9)) for band in bands]
    reader.done()
    return found


def _odds_of(percent: float) -> float:
    return percent / (100 - percent)
