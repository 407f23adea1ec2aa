"""What to mend first: the kinds of debtor and of source that cost most, with cases to open.

Cost is squared error summed over persons and dates, so that the parts can be compared and the
whole is the Brier score. A source costs what beliefs lose in the eight weeks after it said what
was false, beyond what they lose on average.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from fieldops.drills.scoring.agents import Agent
from fieldops.drills.scoring.baselines import VOTES
from fieldops.drills.scoring.noticing import Noticed
from fieldops.drills.scoring.reading import Booleans, Floats, Played

SHOWN = 12
EXAMPLES = 5
AFTER_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to mend: `share` of the whole cost, and persons in whom it shows most."""

    what: str
    name: str
    share: float
    detail: Mapping[str, float | int | None]
    examples: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the report."""
        return asdict(self)


def reasons(played: Played, noticed: Noticed | None, found: Sequence[Agent]) -> list[Reason]:
    """The costliest first; agents who stand out come last, as they cost trust before accuracy."""
    loss = (played.believed - played.moved) ** 2
    total = float(loss.sum()) or 1.0
    ranked = [*_kinds(played, noticed, loss, total), *_sources(played, loss, total)]
    ranked = [one for one in ranked if one.share > 0]
    ranked.sort(key=lambda one: (-one.share, one.what, one.name))
    return ranked[:SHOWN] + [
        Reason("agent", one.agent, 0.0, {"visits": one.visits, "nobody": one.nobody,
               "expected": one.expected, "surplus": one.surplus}, ())
        for one in found
        if one.stands_out
    ]  # fmt: skip


def _kinds(played: Played, noticed: Noticed | None, loss: Floats, total: float) -> list[Reason]:
    ranked = []
    for kind in played.kinds:
        rows = [i for i, person in enumerate(played.persons) if person.kind == kind]
        chosen = set(rows)
        moves = [one for one in noticed.moves if one.person in chosen] if noticed else []
        missed = sum(one.delay is None for one in moves)
        detail = {
            "persons": len(rows),
            "brier": float(loss[rows].mean()),
            "moves": len(moves),
            "missed": missed,
        }
        share = float(loss[rows].sum()) / total
        ranked.append(Reason("kind", kind, share, detail, _worst(played, loss, rows)))
    return ranked


def _sources(played: Played, loss: Floats, total: float) -> list[Reason]:
    average = float(loss.mean())
    told, after = _false_words(played)
    ranked = []
    for source, touched in after.items():
        rows = np.flatnonzero(touched.any(axis=1))
        extra = float((loss - average)[touched].sum())
        words, false = told[source]
        detail = {
            "words": words,
            "false": false / words,
            "brier_after": float(loss[touched].mean()) if touched.any() else None,
        }
        example = _worst(played, np.where(touched, loss, 0.0), rows.tolist())
        ranked.append(Reason("source", source, extra / total, detail, example))
    return ranked


def _false_words(played: Played) -> tuple[dict[str, tuple[int, int]], dict[str, Booleans]]:
    """By class of source: how many words, how many false, and which beliefs came soon after."""
    row = {person.name: index for index, person in enumerate(played.persons)}
    weeks = np.array(played.weeks)
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    after: dict[str, Booleans] = {}
    for one in played.observations:
        if one.kind not in VOTES:
            continue
        states = played.persons[row[one.person]].states
        gone = states[min(max(int(one.seen), 0), len(states) - 1)] == "M"
        counts[one.source_class][0] += 1
        touched = after.setdefault(one.source_class, np.zeros(played.moved.shape, bool))
        if bool(VOTES[one.kind]) is not gone:
            counts[one.source_class][1] += 1
            touched[row[one.person]] |= (weeks >= one.at) & (weeks < one.at + AFTER_WEEKS)
    return {source: (words, false) for source, (words, false) in counts.items()}, after


def _worst(played: Played, loss: Floats, rows: Sequence[int]) -> tuple[str, ...]:
    ordered = sorted(rows, key=lambda index: (-float(loss[index].sum()), index))
    return tuple(played.persons[index].name for index in ordered[:EXAMPLES])
