"""What is held of a debtor's assets as of a date: the score with its lines, and its flags then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from evidence import trace
from fieldops.services.trace_model import MODEL


@dataclass(frozen=True, slots=True)
class AssetStanding:
    """One asset: the lines' decibans add up to the odds of evasion; `flags` are of that date.

    `p_evasive` is None while nothing is known of a disposal. `telling` are the signs not yet known
    that would change it most.
    """

    asset: str
    p_evasive: float | None
    lines: Sequence[Mapping[str, Any]]
    telling: Sequence[Mapping[str, Any]]
    flags: Sequence[Mapping[str, Any]]
    version: str


def assets_at(
    observations: Iterable[trace.Observation],
    beliefs: Iterable[trace.Belief],
    as_of: datetime,
    dates: Mapping[str, date],
) -> list[AssetStanding]:
    """The assets of which something was recorded by a date, worked out again from just that.

    `dates` are the days of legal events, such as `suit_served`, that were recorded by then.
    """
    cases = trace.asset_cases(observations, as_of)
    moved = trace.moved_persons(
        flag for belief in beliefs for flag in trace.relocation_flags(belief, MODEL)
    )
    flags: dict[str, list[Mapping[str, Any]]] = {}
    for flag in trace.case_flags(cases, MODEL.assets, dates, moved):
        flags.setdefault(flag.subject, []).append(flag.as_json())
    return [
        _standing(trace.score(MODEL.assets, case), flags.get(name, []))
        for name, case in cases.items()
    ]


def _standing(found: trace.AssetScore, flags: Sequence[Mapping[str, Any]]) -> AssetStanding:
    disposed = found.case.disposal is not None
    return AssetStanding(
        asset=found.case.asset,
        p_evasive=found.p_evasive if disposed else None,
        lines=_lines(found) if disposed else [],
        telling=[
            {"kind": weight.sign, "decibans": weight.decibans}
            for weight in trace.telling_signs(found, MODEL)
        ],
        flags=flags,
        version=MODEL.version,
    )


def _lines(found: trace.AssetScore) -> list[dict[str, Any]]:
    prior = {"kind": "prior", "decibans": round(found.prior, 3)}
    return [prior] + [
        {
            "kind": sign.sign,
            "decibans": round(sign.decibans, 3),
            "share": round(sign.share, 4),
            "reason": sign.reason,
            "observation_id": sign.observation.made[0],
            "source_class": sign.observation.source_class,
            "observed_at": sign.observation.observed_at.isoformat(),
        }
        for sign in found.signs
    ]
