"""Quality on the closed cases of a simulated world, where that world is at hand."""

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from evidence.trace import Observation, load_model, replay_at
from evidence.trace.observation import read_observations

WORLD = Path(__file__).parents[4] / "shared" / "data" / "trace" / "train"


@pytest.mark.skipif(not WORLD.is_dir(), reason="the simulated world is not beside the repository")
def test_beliefs_are_sharp_and_calibrated_on_a_simulated_world() -> None:
    truth = json.loads(gzip.decompress((WORLD / "truth.json.gz").read_bytes()))
    start = datetime.fromisoformat(truth["start"]).replace(hour=0)
    weeks = range(4, truth["weeks"], 4)
    states = {person["person"]: person["states"] for person in truth["persons"]}
    read = read_observations(WORLD / "observations.jsonl.gz")
    observations = [o for o in read if isinstance(o, Observation)]
    dates = [start + timedelta(weeks=week) for week in weeks]
    held, true = [], []
    for s in replay_at(load_model().residence, observations, dates):
        held.append(s.p_moved)
        true.append(states[s.person][(s.as_of - start).days // 7 - 1] == "M")
    p, y = np.array(held), np.array(true, float)
    bins = np.clip((p * 10).astype(int), 0, 9)
    gaps = [abs((p - y)[bins == k].sum()) for k in range(10)]
    assert np.mean((p - y) ** 2) <= 0.050
    assert sum(gaps) / len(p) <= 0.02
