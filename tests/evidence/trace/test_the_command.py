"""The command: files in, beliefs and flags out, one clear line and status 2 for what is wrong."""

import json
import shutil
from pathlib import Path

import pytest

from evidence.trace.command import main
from evidence.trace.model import BUILT_IN, load_model
from tests.evidence.trace.building import MODEL

LINES = [
    {"id": "1", "person": "p1", "address": "home", "kind": "visit.vacant"},
    {"id": "2", "person": "p1", "address": "home", "kind": "statement.moved_away"},
    {"id": "3", "person": "p1", "asset": "car", "kind": "asset.disposed"},
    {"id": "4", "person": "p1", "address": "home", "kind": "visit.saw_a_dragon"},
]


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A folder with four observations, one of an unknown kind, and two dates."""
    common = {"observed_at": "2024-01-02T10:00+08:00", "recorded_at": "2024-01-02T11:00+08:00"}
    sold = {"data": {"disposed_on": "2024-01-01", "price_ratio": 0.4}}
    rows = []
    for number, raw in enumerate(LINES):
        source = {
            "source": {"class": ("agent", "neighbour", "registry", "agent")[number], "id": "s"}
        }
        rows.append(json.dumps(raw | common | source | (sold if "asset" in raw else {})))
    (tmp_path / "o.jsonl").write_text("\n".join([*rows, "{broken"]), "utf-8")
    (tmp_path / "dates").write_text("2024-01-01\n\n2024-01-03\n", "utf-8")
    return tmp_path


def run(world: Path, *options: str) -> int:
    """Run on the world's observations; names in options that begin with @ are files in it."""
    return main(
        [str(world / "o.jsonl"), *(str(world / o[1:]) if o[0] == "@" else o for o in options)]
    )


def test_beliefs_are_written_for_every_date_with_the_version(world: Path) -> None:
    assert run(world, "--dates", "@dates", "--beliefs", "@b") == 0
    rows = [json.loads(line) for line in (world / "b").read_text("utf-8").splitlines()]
    assert [row["as_of"] for row in rows] == ["2024-01-01", "2024-01-03"]
    assert rows[0]["p_moved"] == pytest.approx(0.15)
    assert rows[1]["p_moved"] > 0.5
    assert set(rows[0]) == {
        "person", "address", "as_of", "p_home", "p_away", "p_moved", "version",
    }  # fmt: skip


def test_assets_are_written_with_their_flags(world: Path) -> None:
    assert run(world, "--assets", "@a") == 0
    row = json.loads((world / "a").read_text("utf-8"))
    assert (row["asset"], row["person"]) == ("car", "p1")
    assert row["flags"][0]["code"] == "AT-UNDERVALUE"
    assert {"severity", "shown", "missing", "basis", "clocks"} <= set(row["flags"][0])


def test_what_is_left_out_is_told_on_standard_error(
    world: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, "--assets", "@a")
    told = capsys.readouterr().err
    assert "unknown kind visit.saw_a_dragon: 1 left out" in told
    assert "line 5: left out: not JSON" in told


@pytest.mark.parametrize("subject", ["p1", "car"])
def test_the_printed_lines_add_up_to_the_printed_sum(
    world: Path, subject: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "--explain", subject) == 0
    column = [
        line.split(" dB  ") for line in capsys.readouterr().out.splitlines() if " dB  " in line
    ]
    hundredths = [round(float(number) * 100) for number, _ in column]
    assert column[-1][1].startswith("sum")
    assert sum(hundredths[:-1]) == hundredths[-1]


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "example:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ((), "nothing to do"),
        (("--beliefs", "@b"), "--dates"),
        (("--beliefs", "@b", "--dates", "@missing"), "cannot be read"),
        (("--beliefs", "@b", "--dates", "@bad-dates"), "line 1"),
        (("--beliefs", "@b", "--dates", "@empty"), "no date"),
        (("--assets", "@o.jsonl"), "same file"),
        (("--assets", "@no/such/folder/a"), "cannot be written"),
        (("--assets", "@a", "--model", "@dates"), "not TOML"),
        (("--explain", "nobody"), "no such person or asset"),
        (("--wrong",), "--help"),
    ],
)
def test_a_wrong_option_or_file_is_one_line_and_status_2(
    world: Path, options: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (world / "bad-dates").write_text("20th of May", "utf-8")
    (world / "empty").write_text("\n", "utf-8")
    assert run(world, *options) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("trace: ")
    assert told in last


def test_a_file_without_any_observation_is_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "o.jsonl").write_text("hello\n", "utf-8")
    assert run(tmp_path, "--assets", "@a") == 2
    assert "no observation" in capsys.readouterr().err


def test_a_failed_write_leaves_the_old_result(world: Path) -> None:
    (world / "b").write_text("old", "utf-8")
    assert run(world, "--beliefs", "@b", "--dates", "@dates", "--explain", "nobody") == 2
    assert (world / "b").read_text("utf-8") == "old"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("move = 0.22", "move = nan", "move"),
        ("moved = 0.15 ", "moved = 0.95 ", "sink"),
        # A claim of having moved that fits being away better breaks the law of monotony.
        ("away = 0.035\nmoved = 0.17", "away = 0.05\nmoved = 0.17", "home = away < moved"),
        ('claim = "none"', 'claim = "maybe"', "claim"),
        ("ratio = 0.35", "ratio = 0.9", "ratio"),
        ('offset = "+08:00"', 'offset = "here"', "offset"),
    ],
)
def test_a_model_that_breaks_form_or_law_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    text = (BUILT_IN / "residence.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "m.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError, match=told):
        load_model(path)


@pytest.mark.parametrize("name", ["flags", "elements", "links"])
def test_what_decides_on_flags_is_part_of_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    copied = shutil.copytree(BUILT_IN, tmp_path / "model")
    monkeypatch.setattr("evidence.trace.model.BUILT_IN", copied)
    assert load_model().version == MODEL.version
    with (copied / f"{name}.toml").open("a", encoding="utf-8") as file:
        file.write("\n[another]\nelements = []\n")
    assert load_model().version != MODEL.version


def test_another_number_is_another_version_and_another_comment_is_not(tmp_path: Path) -> None:
    text = (BUILT_IN / "residence.toml").read_text("utf-8")
    path = tmp_path / "m.toml"
    path.write_text("# mine\n" + text, "utf-8")
    assert load_model(path).version == load_model().version
    path.write_text(text.replace("move = 0.22", "move = 0.23"), "utf-8")
    assert load_model(path).version != load_model().version
