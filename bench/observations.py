"""The store of observations on PostgreSQL: a person's record, who shares a value, the feed."""

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg
from psycopg import Connection
from sqlalchemy import create_engine

from bench.postgres import postgres
from bench.rows import Row
from fieldops.db import prepare
from fieldops.gateways import schema

ORGANISATION = UUID(int=1)
CASES = 1_000
PER_PERSON = 20
PER_KEY = 8
# A page of a record is opened while somebody waits: ten milliseconds are not noticed.
LIMIT_MS = 10.0
QUESTIONS = 400
_COLUMNS = (
    "id, organisation_id, case_id, person_id, asset, kind, polarity, observed_at, recorded_at, "
    "source_class, source_id, basis, grade, data, evidence, origin"
)
_RECORD = "SELECT * FROM observation WHERE person_id = %s ORDER BY id"
_SHARING = (
    "SELECT o.* FROM observation_key k JOIN observation o ON o.id = k.observation_id "
    "AND o.person_id = k.person_id WHERE k.key = %s AND o.organisation_id = %s "
    "AND o.withdrawn_at IS NULL ORDER BY k.observation_id LIMIT 51"
)
_FEED = (
    "SELECT c.seq, c.what, o.* FROM (SELECT * FROM observation_change WHERE organisation_id = %s "
    "AND seq > %s ORDER BY seq LIMIT 101) c JOIN observation o "
    "ON o.id = c.observation_id AND o.person_id = c.person_id ORDER BY c.seq"
)


def measure(count: int) -> Sequence[Row]:
    """So many observations written by COPY, then each question asked of random subjects."""
    source = random.Random(11)
    with _database() as connection:
        begun = time.perf_counter()
        _fill(connection, count)
        written = count / (time.perf_counter() - begun)
        persons = max(1, count // PER_PERSON)
        keys = max(1, count // PER_KEY)
        asked = {
            "a person's record": lambda: (_RECORD, [_person(source.randrange(persons))]),
            "who else has this phone": lambda: (
                _SHARING,
                [_key(source.randrange(keys)), ORGANISATION],
            ),
            "a page of the feed": lambda: (_FEED, [ORGANISATION, source.randrange(count)]),
        }
        rows = [
            Row(f"{what}, 95th percentile", _slow(connection, ask), "limit", LIMIT_MS, "ms", "less")
            for what, ask in asked.items()
        ]
    # Ten million, the size of a large agency, are loaded within an hour.
    return [*rows, Row("observations loaded", written, "limit", 10_000_000 / 3600, "obs/s", "more")]


def _slow(connection: Connection, ask: Callable[[], tuple[str, list[object]]]) -> float:
    """Milliseconds within which 95 of 100 answers come."""
    times = []
    for _ in range(QUESTIONS):
        query, given = ask()
        begun = time.perf_counter()
        found = connection.execute(query.encode(), given).fetchall()
        times.append(1000 * (time.perf_counter() - begun))
        if not found:
            raise AssertionError("a question found nothing: nothing was measured")
    return sorted(times)[int(0.95 * len(times))]


@contextmanager
def _database() -> Iterator[Connection]:
    """A server of our own with the whole schema, gone afterwards."""
    with postgres() as address:
        engine = prepare(create_engine(address.replace("postgresql://", "postgresql+psycopg://")))
        schema.upgrade(engine)
        engine.dispose()
        with psycopg.connect(address, autocommit=True) as connection:
            yield connection


def _fill(connection: Connection, count: int) -> None:
    # As a load from a backup: the rows come numbered, and references were checked where they came
    # from. The triggers and references of the schema would otherwise be measured instead.
    connection.execute("SET session_replication_role = replica")
    connection.execute("SET synchronous_commit = off")
    source = random.Random(7)
    # Rows of one person lie scattered over the table, as they come over years.
    order = [source.randrange(max(1, count // PER_PERSON)) for _ in range(count)]
    with connection.cursor().copy(f"COPY observation ({_COLUMNS}) FROM STDIN".encode()) as copy:
        for number, person in enumerate(order):
            copy.write_row(_observation(number, person))
    with connection.cursor().copy(b"COPY observation_key FROM STDIN (FORMAT TEXT)") as copy:
        for number, person in enumerate(order):
            if number % 2 == 0:
                copy.write_row(_keyed(number, person, max(1, count // PER_KEY)))
    with connection.cursor().copy(b"COPY observation_change FROM STDIN") as copy:
        for number, person in enumerate(order):
            copy.write_row((ORGANISATION, number + 1, _id(number), _person(person), "recorded"))
    connection.execute("SET session_replication_role = origin")
    connection.execute("ANALYZE")


def _observation(number: int, person: int) -> tuple[object, ...]:
    day = f"2025-{1 + number % 12:02}-{1 + number % 28:02} 08:00+08"
    grade = '{"reliability": "B", "credibility": 2}'
    return (
        _id(number), ORGANISATION, UUID(int=person % CASES), _person(person), f"plate {person}",
        "vehicle.seen", "affirmed", day, day, "agent", f"agent-{number % 40}",
        "OBSERVED_FROM_PUBLIC_PLACE", grade, "{}", "[]", f"visit:{_id(number)}",
    )  # fmt: skip


def _keyed(number: int, person: int, keys: int) -> tuple[object, ...]:
    return (_key(number // 2 % keys), _id(number), ORGANISATION, _person(person), "phone")


def _id(number: int) -> UUID:
    # The high bits grow with time, as those of the ids that the service gives.
    return UUID(int=(0x0197_0000_0000 + number) << 80 | number)


def _person(number: int) -> UUID:
    return UUID(bytes=hashlib.blake2b(b"person%d" % number, digest_size=16).digest())


def _key(number: int) -> bytes:
    return hashlib.blake2b(b"key%d" % number, digest_size=16).digest()
