"""The report of a drill: from files alone, in its form, and honest about what it found."""

import gzip
import json
from pathlib import Path

import pytest

from evidence.trace.command import main as trace
from fieldops.api.drill_schemas import ReportSchema
from fieldops.drills.scoring import report as scoring
from fieldops.drills.scoring.reading import ScoreError, read
from tests.builders.drills import a_made_up_world, a_report, answered, rather_good

TRAIN = Path(__file__).parents[3] / "shared" / "data" / "trace" / "train"


def test_a_report_has_its_documented_form() -> None:
    assert ReportSchema().validate(json.loads(json.dumps(a_report()))) == {}


def test_a_report_is_the_same_however_often_it_is_made(tmp_path: Path) -> None:
    answered(a_made_up_world(), tmp_path, rather_good)
    assert scoring.report(read(tmp_path, tmp_path)) == a_report()


def test_whoever_knows_the_truth_scores_perfectly(tmp_path: Path) -> None:
    answered(a_made_up_world(), tmp_path, lambda person, state, week: float(state == "M"))
    found = scoring.report(read(tmp_path, tmp_path))
    assert found["residence"]["brier"] == 0
    assert found["residence"]["noticed"]["share"] == 1
    assert found["residence"]["noticed"]["false_per_year"] == 0
    assert [why for why in found["mend"] if why["what"] != "agent"] == []


def test_the_kind_that_is_believed_wrongly_is_to_be_mended_first(tmp_path: Path) -> None:
    world = a_made_up_world()
    kinds = {one.life.person: one.life.kind.value for one in world.debtors}

    def believe(person: str, state: str, week: int) -> float:
        wrong = kinds[person] == "seasonal"
        return float((state == "M") is not wrong)

    answered(world, tmp_path, believe)
    first = scoring.report(read(tmp_path, tmp_path))["mend"][0]
    assert (first["what"], first["name"], first["share"]) == ("kind", "seasonal", 1.0)
    assert all(kinds[person] == "seasonal" for person in first["examples"])


def test_the_inventing_agent_stands_out(tmp_path: Path) -> None:
    world = a_made_up_world(**{"world.persons": 300, "agents.invents": 1})
    answered(world, tmp_path, rather_good)
    agents = scoring.report(read(tmp_path, tmp_path))["agents"]
    assert (agents["inventing"], agents["rightly"], agents["auc"]) == (1, 1, 1.0)
    assert agents["shown"][0]["kind"] == "inventing"


def test_a_belief_that_is_missing_is_counted(tmp_path: Path) -> None:
    answered(a_made_up_world(), tmp_path, rather_good)
    lines = (tmp_path / "beliefs.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "beliefs.jsonl").write_text("".join(lines[1:]))
    assert scoring.report(read(tmp_path, tmp_path))["missing_beliefs"] == 1


@pytest.mark.parametrize("name", ["beliefs.jsonl", "truth.json.gz", "observations.jsonl.gz"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    answered(a_made_up_world(), tmp_path, rather_good)
    (tmp_path / name).unlink()
    with pytest.raises(ScoreError, match=name):
        read(tmp_path, tmp_path)


def test_answers_about_another_world_are_refused(tmp_path: Path) -> None:
    answered(a_made_up_world(), tmp_path, rather_good)
    (tmp_path / "beliefs.jsonl").write_text(
        '{"person": "somebody", "as_of": "2024-01-29", "p_moved": 0.5}\n'
    )
    with pytest.raises(ScoreError, match="belong together"):
        read(tmp_path, tmp_path)


@pytest.mark.skipif(not TRAIN.is_dir(), reason="the simulated world is not beside the repository")
def test_an_outside_world_is_scored_as_well(tmp_path: Path) -> None:
    truth = json.loads(gzip.decompress((TRAIN / "truth.json.gz").read_bytes()))
    assert truth["weeks"] == 104
    (tmp_path / "dates").write_text("2024-01-29\n2024-06-17\n2025-06-02\n")
    command = [str(TRAIN / "observations.jsonl.gz"), "--dates", str(tmp_path / "dates")]
    command += ["--beliefs", str(tmp_path / "beliefs.jsonl")]
    assert trace([*command, "--assets", str(tmp_path / "assets.jsonl")]) == 0
    found = scoring.report(read(TRAIN, tmp_path))
    assert found["residence"]["brier"] < 0.06
    assert found["baselines"]["majority_of_last_5"]["brier"] > found["residence"]["brier"] + 0.03
    assert found["assets"]["recall_at_precision"] >= 0.85
    assert found["agents"]["rightly"] == found["agents"]["inventing"] == len(truth["fabricators"])
