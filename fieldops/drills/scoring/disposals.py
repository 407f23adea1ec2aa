"""How well evasive disposals of assets were told from honest ones."""

from typing import Any

import numpy as np

from fieldops.drills.scoring.probabilities import quality
from fieldops.drills.scoring.reading import Booleans, Floats, Played

PRECISION = 0.8
UNSCORED = 0.25
"""What is taken for a disposal of which the system said nothing."""


def assets(played: Played) -> dict[str, Any] | None:
    """Brier score, calibration, and recall at a precision of 0.8; None without a disposal."""
    if not played.assets:
        return None
    true = np.array(list(played.assets.values()), bool)
    said = np.array([played.p_evasive.get(name, UNSCORED) for name in played.assets])
    scored = quality(true, said).to_json()
    return scored | {
        "count": len(true),
        "evasive": int(true.sum()),
        "recall_at_precision": recall_at(true, said, PRECISION),
        "precision": PRECISION,
        "missing": sum(name not in played.p_evasive for name in played.assets),
    }


def recall_at(true: Booleans, said: Floats, precision: float) -> float:
    """The largest recall of any cut at which so large a share of what is above it is true."""
    if not true.any():
        return 0.0
    order = np.argsort(-said, kind="stable")
    hits = np.cumsum(true[order])
    fits = np.flatnonzero(hits / np.arange(1, len(order) + 1) >= precision)
    return float(hits[fits[-1]] / true.sum()) if len(fits) else 0.0
