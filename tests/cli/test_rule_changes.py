"""`fieldops rules diff` and `replay`."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.orm import Session

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.cli.commands import group
from fieldops.cli.schema import migrated
from fieldops.db import db
from fieldops.domain.permissions import system
from fieldops.domain.rulebook.parsing import parse_proposal
from fieldops.models import RulePackVersion, RulingRecord
from fieldops.services import organisations, rulings
from tests.builders.cases import a_case, an_agent
from tests.builders.visits import a_visit
from tests.domain.rulebook.builders import BOOK, SHIPPED, raw_proposal

HOURS = '["08:00", "22:00"]'


def run(*args: str) -> Result:
    """One call of `fieldops rules`."""
    return CliRunner().invoke(group, ["rules", *args])


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """The shipped rules, but China's day ends at nine in the morning, and Ireland has none."""
    made = tmp_path / "stricter"
    shutil.copytree(SHIPPED, made)
    pack = made / "cn.toml"
    pack.write_text(pack.read_text().replace(HOURS, '["08:00", "09:00"]'))
    (made / "ie.toml").unlink()
    return made


@contextmanager
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """A service of its own in this directory."""
    monkeypatch.setenv("FIELDOPS_DATA_DIR", str(tmp_path / "data"))
    loaded = settings.load()
    loaded.data_dir.mkdir(parents=True, exist_ok=True)
    migrated(loaded)
    app = create_app(loaded, with_edges=False)
    with app.app_context():
        yield db.session()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_the_same_rules_differ_in_nothing() -> None:
    found = run("diff", str(SHIPPED), str(SHIPPED))
    assert (found.exit_code, found.output) == (0, "nothing changes\n")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("CN-TIME-01 [changed]", "Asks", "IE-VISIT-01 [removed]")),
        ("zh", ("CN-TIME-01 [修改]", "要求", "IE-VISIT-01 [删除]")),
    ],
)
def test_what_changes_is_told_in_both_languages(
    stricter: Path, language: str, words: tuple[str, ...]
) -> None:
    found = run("diff", str(SHIPPED), str(stricter), "--lang", language)
    assert found.exit_code == 1
    assert all(word in found.output for word in words)
    assert "08:00–22:00" in found.output


def test_the_planned_visits_that_it_would_stop_are_named(
    stricter: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(tmp_path, monkeypatch) as session:
        row, now = organisations.found(session, "Agency", now=clock.wall_time()), clock.wall_time()
        agents = [an_agent(session, row, code=f"A{number}") for number in (1, 2)]
        case = a_case(session, row)
        soon = a_visit(session, row, case=case, agent=agents[0], partner=agents[1])
        soon.planned_start = now + timedelta(days=1)
        soon.planned_finish = soon.planned_start + timedelta(minutes=15)
        number = case.number
    found = run("diff", str(SHIPPED), str(stricter), "--visits")
    assert "visits of the coming week affected: 1" in found.output
    assert f"{number}  lawful -> CN-TIME-01" in found.output
    assert "affected: 0" in run("diff", str(SHIPPED), str(SHIPPED), "--visits").output


def test_kept_rulings_are_replayed_and_a_changed_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house(tmp_path, monkeypatch) as session:
        row, now = organisations.found(session, "Agency", now=clock.wall_time()), clock.wall_time()
        proposal = parse_proposal(raw_proposal())
        for _ in range(2):
            rulings.judge_and_keep(
                session, "asked", "x", proposal, BOOK, case_id=None, actor=system(row.id), now=now
            )
    assert run("replay").output == "2 the same, 0 differ, 0 cannot be replayed\n"
    with house(tmp_path, monkeypatch) as session:
        changed = session.scalars(select(RulingRecord)).first()
        assert changed is not None
        changed.allowed = False
        changed_id = changed.id
        kept = ",".join(session.scalars(select(RulePackVersion.sha256)))
    found = run("replay")
    assert found.exit_code == 1
    assert f"{changed_id}: allowed\n1 the same, 1 differ" in found.output
    # What is kept stands for a directory that is gone: only China and the policies judged anything.
    removed = run("diff", str(SHIPPED), kept)
    assert "US-TIME-01 [removed]" in removed.output
    assert "CN-TIME-01" not in removed.output
