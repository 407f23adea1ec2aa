"""What simple counting would have believed, in the same run: the last word, and the last five."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from fieldops.drills.scoring.reading import UNKNOWN, Floats, Person, Seen

VOTES = {
    "visit.met_debtor": 0,
    "visit.new_occupant": 1,
    "visit.vacant": 1,
    "statement.lives_here": 0,
    "statement.moved_away": 1,
    "call.says_lives_here": 0,
    "call.says_moved_away": 1,
    "registry.same_address": 0,
    "registry.other_address": 1,
    "vendor.same_address": 0,
    "vendor.other_address": 1,
    "mail.delivered": 0,
    "mail.returned": 1,
}
"""What each kind says of having gone; kinds that say neither do not vote."""
BASELINES = {"last_observation": 1, "majority_of_last_5": 5}


def counted(
    persons: Sequence[Person], weeks: Sequence[int], seen: Iterable[Seen], last: int
) -> Floats:
    """The share of the last so many votes for having gone, by person and date."""
    votes: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for one in seen:
        if one.kind in VOTES:
            votes[one.person].append((one.at, VOTES[one.kind]))
    found = np.full((len(persons), len(weeks)), UNKNOWN)
    for row, person in enumerate(persons):
        told = sorted(votes[person.name])
        at = np.array([moment for moment, _ in told])
        says = np.array([vote for _, vote in told], float)
        for column, until in enumerate(np.searchsorted(at, weeks, side="right")):
            if until:
                found[row, column] = says[max(0, until - last) : until].mean()
    return found
