"""The trace filter: a seeded stream of observations, replayed at the end of every month."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bench.rows import Row
from bench.timing import best_of
from evidence.trace import Observation, load_model, replay_at

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 360
PER_PERSON = 20
# An agency of 100,000 open cases with 20 observations each is replayed within five minutes.
OBSERVATIONS_A_SECOND = 2_000_000 / 300
SAID = (
    ("visit.no_answer", "agent"),
    ("visit.met_family", "agent"),
    ("visit.mail_piled", "agent"),
    ("visit.lights_on", "agent"),
    ("call.no_answer", "phone"),
    ("call.number_dead", "phone"),
)


def measure(count: int) -> Sequence[Row]:
    """So many observations, 20 a person at two addresses, replayed at twelve dates."""
    model, stream = load_model(), _stream(count)
    dates = [START + timedelta(days=30 * month) for month in range(1, 13)]
    seconds, standings = best_of(2, lambda: list(replay_at(model.residence, stream, dates)))
    if not standings:
        raise AssertionError("no observation speaks of residence: nothing was measured")
    return [
        Row("observations replayed", count / seconds, "limit", OBSERVATIONS_A_SECOND, "obs/s",
            "more"),
    ]  # fmt: skip


def _stream(count: int) -> list[Observation]:
    source = random.Random(5)
    return [_observation(source, number) for number in range(count)]


def _observation(source: random.Random, number: int) -> Observation:
    kind, source_class = source.choice(SAID)
    person = f"p{number // PER_PERSON}"
    at = START + timedelta(days=source.uniform(0, DAYS))
    return Observation(
        id=f"o{number}",
        person=person,
        kind=kind,
        observed_at=at,
        # One in ten comes late, from a phone that was offline.
        recorded_at=at + timedelta(days=source.choice([0.0] * 9 + [3.0])),
        source_class=source_class,
        source_id=f"{source_class}-{source.randrange(40)}",
        address=f"{person}-{source.choice('ab')}",
    )
