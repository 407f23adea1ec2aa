"""Sending a world's observations, week by week as they became known, batch by batch."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from fieldops.cli.drilling.casting import Ids
from fieldops.cli.drilling.ledger import Ledger
from fieldops.cli.rehearsal import office
from fieldops.cli.rehearsal.client import Client
from fieldops.domain.lawfulness import THIRD_PARTIES, Basis, SourceClass

WEEK = timedelta(weeks=1)
MOST = 1_500
_BASES = {
    SourceClass.AGENT: Basis.OBSERVED_FROM_PUBLIC_PLACE,
    SourceClass.FAMILY: Basis.THIRD_PARTY_VOLUNTARY,
    SourceClass.NEIGHBOUR: Basis.THIRD_PARTY_VOLUNTARY,
    SourceClass.PROPERTY_MANAGER: Basis.THIRD_PARTY_VOLUNTARY,
    SourceClass.PHONE: Basis.CARRIER_RESULT_OF_OWN_CALL,
    SourceClass.MAIL: Basis.RETURNED_MAIL,
    SourceClass.REGISTRY: Basis.PUBLIC_REGISTER,
    SourceClass.PUBLIC_NOTICE: Basis.PUBLIC_REGISTER,
    SourceClass.VENDOR: Basis.LICENSED_BUREAU,
    SourceClass.CREDITOR: Basis.CREDITOR_FILE,
    SourceClass.DEBTOR: Basis.DEBTOR_STATEMENT,
    SourceClass.OTHER: Basis.OBSERVED_FROM_PUBLIC_PLACE,
}
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became known in one week, or a part of it; all of it is recorded at its end."""

    number: int
    recorded_at: datetime
    lines: list[Line]


def batches(lines: Iterable[Line], start: datetime) -> Iterator[Batch]:
    """The stream, which is in order of record, cut into batches; the same stream cuts alike."""
    number = 0
    for week, told in groupby(lines, key=lambda line: _week(line, start)):
        known = list(told)
        at = start + (week + 1) * WEEK - timedelta(seconds=1)
        for first in range(0, len(known), MOST):
            yield Batch(number, at, known[first : first + MOST])
            number += 1


def is_third_party(line: Line) -> bool:
    """Whether somebody said it who has no part in the debt."""
    return SourceClass(line["source"]["class"]) in THIRD_PARTIES


class Player:
    """Plays one world into one organisation."""

    def __init__(
        self, counsel: Client, people: Mapping[str, Ids], ledger: Ledger, directory: Path
    ) -> None:
        self._counsel, self._people = counsel, people
        self._ledger, self._directory = ledger, directory

    def play(self, found: Iterable[Batch], told: office.Told) -> None:
        """Send what has not been sent; a week begins when the one before has been believed."""
        sent = 0
        for _, week in groupby(found, key=lambda batch: batch.recorded_at):
            began = time.monotonic()
            waiting = []
            for batch in week:
                sent += len(batch.lines)
                if batch.number >= self._ledger.batches:
                    waiting.append((batch, self._send(batch)))
            for batch, answer in waiting:
                office.await_jobs(self._counsel, f"batch/{answer['id']}", every=0.05)
                self._ledger.batches = batch.number + 1
            if waiting:
                self._ledger.seconds += time.monotonic() - began
                self._ledger.write(self._directory)
            told(sent, self._ledger.observations)

    def _send(self, batch: Batch) -> Any:
        body = {
            "recorded_at": batch.recorded_at.isoformat(),
            "items": [self._item(line) for line in batch.lines],
        }
        key = f"{self._ledger.name}-{batch.number}"
        answer = self._counsel.post("/api/v1/observations/batch", body, key=key)
        if answer["refused"]:
            first = next(one for one in answer["items"] if one["errors"])
            told = "; ".join(f"{e['field']} {e['message']}" for e in first["errors"])
            line = batch.lines[first["index"]]["id"]
            raise click.ClickException(
                f"{answer['refused']} observations were refused, the first, {line}: {told}"
            )
        return answer

    def _item(self, line: Line) -> dict[str, Any]:
        person, source = self._people[line["person"]], SourceClass(line["source"]["class"])
        item = {
            "case_id": person.case,
            "kind": line["kind"],
            "observed_at": line["observed_at"],
            "source_class": source.value,
            "source_id": line["source"]["id"],
            "basis": _BASES[source].value,
            "data": line.get("data", {}),
        }
        if line.get("grade"):
            item["grade"] = line["grade"]
        if source in THIRD_PARTIES:
            item["contact_id"] = self._ledger.contacts[line["person"]]
        subject = {"asset": line["asset"]} if "asset" in line else {"address_id": person.address}
        return item | subject


def _week(line: Line, start: datetime) -> int:
    return (datetime.fromisoformat(line["recorded_at"]) - start) // WEEK
