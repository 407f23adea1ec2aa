"""The report of a drill: every figure with its interval, by kind of debtor, beside baselines."""

from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fieldops.drills.scoring import bootstrap
from fieldops.drills.scoring.agents import agents, found_out
from fieldops.drills.scoring.baselines import BASELINES, counted
from fieldops.drills.scoring.bootstrap import Interval
from fieldops.drills.scoring.disposals import assets
from fieldops.drills.scoring.mending import reasons
from fieldops.drills.scoring.noticing import BUDGET, WITHIN, Noticed, Watch
from fieldops.drills.scoring.probabilities import quality
from fieldops.drills.scoring.reading import Floats, Played

FORM = "fieldops-drill-report-1"
DELAY_STEPS = (4, 8, 12, 16, 20, 26)


def report(played: Played) -> dict[str, Any]:
    """Everything that is said of a drill; plain JSON values, numbers as they are, not rounded."""
    drawn = bootstrap.weights(len(played.persons))
    watch = Watch(played.persons, played.weeks, played.length, played.moved)
    noticed = watch.within_budget(played.believed)
    found = agents(played)
    return {
        "form": FORM,
        "world": {
            "seed": played.seed,
            "start": played.start.isoformat(),
            "weeks": played.length,
            "persons": len(played.persons),
            "observations": len(played.observations),
            "dates": len(played.weeks),
            "moves": sum(1 for person in played.persons for move in person.moves if move >= 0),
            "kinds": dict(sorted(Counter(person.kind for person in played.persons).items())),
            "habits": played.habits,
        },
        "models": list(played.versions),
        "missing_beliefs": played.missing,
        "residence": _residence(played, drawn, played.believed, noticed),
        "baselines": {
            name: _baseline(played, watch, drawn, last) for name, last in BASELINES.items()
        },
        "kinds": [_kind(played, watch, noticed, kind) for kind in played.kinds],
        "flags": _flags(played),
        "assets": assets(played),
        "agents": {**found_out(found), "shown": [asdict(one) for one in found[:20]]},
        "mend": [one.to_json() for one in reasons(played, noticed, found)],
    }  # fmt: skip


def _baseline(played: Played, watch: Watch, drawn: NDArray[np.int64], last: int) -> dict[str, Any]:
    believed = counted(played.persons, played.weeks, played.observations, last)
    return _residence(played, drawn, believed, watch.within_budget(believed))


def _residence(
    played: Played, drawn: NDArray[np.int64], believed: Floats, noticed: Noticed | None
) -> dict[str, Any]:
    scored = quality(played.moved, believed).to_json()
    scored["brier_interval"] = asdict(bootstrap.brier(drawn, played.moved, believed))
    scored["ece_interval"] = asdict(bootstrap.ece(drawn, played.moved, believed))
    return scored | {"noticed": _noticed(noticed, drawn)}


def _noticed(found: Noticed | None, drawn: NDArray[np.int64]) -> dict[str, Any] | None:
    """None where no threshold keeps false alarms within the budget."""
    if found is None:
        return None
    return {
        "within_weeks": WITHIN,
        "budget": BUDGET,
        "threshold": found.threshold,
        "moves": len(found.moves),
        "share": found.share,
        "share_interval": _written(bootstrap.share(drawn, found)),
        "false_per_year": found.false_per_year,
        "false_interval": _written(bootstrap.false_alarms(drawn, found)),
        "median_delay": float(np.median(found.delays)) if found.delays else None,
        "median_delay_interval": _written(bootstrap.median_delay(drawn, found)),
        "delays": _delays(found),
    }


def _written(found: Interval | None) -> dict[str, Any] | None:
    return None if found is None else asdict(found)


def _delays(found: Noticed) -> list[dict[str, Any]]:
    """How many moves were noticed within so many weeks; the rest were not noticed in time."""
    return [
        {"weeks": step, "moves": sum(delay <= step for delay in found.delays)}
        for step in DELAY_STEPS
    ]


def _kind(played: Played, watch: Watch, noticed: Noticed | None, kind: str) -> dict[str, Any]:
    rows = [index for index, person in enumerate(played.persons) if person.kind == kind]
    chosen = set(rows)
    scored = quality(played.moved[rows], played.believed[rows])
    found: dict[str, Any] = {
        "kind": kind,
        "persons": len(rows),
        "brier": scored.brier,
        "ece": scored.ece,
        "auc": scored.auc,
    }
    moves = [one for one in noticed.moves if one.person in chosen] if noticed else []
    delays = [one.delay for one in moves if one.delay is not None]
    years = float(watch.calm_years[rows].sum())
    false = float(noticed.false[rows].sum()) if noticed else 0.0
    return found | {
        "moves": len(moves),
        "share": len(delays) / len(moves) if moves else None,
        "median_delay": float(np.median(delays)) if delays else None,
        "false_per_year": false / years if years else None,
    }


def _flags(played: Played) -> list[dict[str, Any]]:
    """By code: how many flags, and how many persons were gone when theirs was raised."""
    states = {person.name: person.states for person in played.persons}
    counts: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for person, code, at in played.flags:
        counts[code] += 1
        week = min(max(int(at), 0), played.length - 1)
        gone[code] += states[person][week] == "M"
    return [
        {"code": code, "flags": counts[code], "gone": gone[code] if _of_residence(code) else None}
        for code in sorted(counts)
    ]


def _of_residence(code: str) -> bool:
    return code.startswith("RL-")
