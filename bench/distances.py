"""Distances: the solver's vectorised chord arithmetic against geopy's geodesic, pair by pair."""

import random
from collections.abc import Sequence

from geopy.distance import geodesic  # type: ignore[import-untyped]  # It ships no types.

from bench.rows import Row
from bench.timing import best_of, timed
from routing.geodesic import travel_matrix

# The error that plans allow themselves inside a city region; see `routing/geodesic.py`.
ALLOWED_PERCENT = 0.1
SAMPLE = 1_000


def measure(places: int) -> Sequence[Row]:
    """All pairs of so many places within about 60 km, and a sample of them with geopy."""
    source = random.Random(1)
    lats = [source.uniform(30.9, 31.5) for _ in range(places)]
    lons = [source.uniform(121.1, 121.8) for _ in range(places)]
    pairs = [
        (source.randrange(places), source.randrange(places))
        for _ in range(min(SAMPLE, places * places))
    ]
    seconds, matrix = best_of(3, lambda: travel_matrix(lats, lons))
    peer_seconds, peer = timed(
        lambda: [geodesic((lats[i], lons[i]), (lats[j], lons[j])).meters for i, j in pairs]
    )
    errors = [
        abs(matrix[i, j] - metres) / metres * 100
        for (i, j), metres in zip(pairs, peer, strict=True)
        if metres
    ]
    ours, theirs = places * places / seconds, len(pairs) / peer_seconds
    return [
        Row("distances", ours, "geopy geodesic", theirs, "pairs/s", "more"),
        Row(
            "largest difference from geopy",
            max(errors, default=0.0),
            "limit",
            ALLOWED_PERCENT,
            "%",
            "less",
        ),
    ]
