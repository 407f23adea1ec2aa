"""`fieldops fixity`: what is broken is named, and the exit status says so."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from fieldops import clock, settings
from fieldops.app import create_app
from fieldops.cli.commands import group
from fieldops.cli.schema import migrated
from fieldops.db import db
from fieldops.domain.permissions import Actor, Role, system
from fieldops.models import Item
from fieldops.services import accounts, organisations
from tests.builders.cases import a_case, an_agent
from tests.builders.evidence import an_item
from tests.builders.visits import a_visit


def _house_with_an_item() -> Item:
    loaded = settings.load()
    loaded.data_dir.mkdir(parents=True, exist_ok=True)
    migrated(loaded)
    app = create_app(loaded, with_edges=False)
    with app.app_context():
        session, now = db.session(), clock.wall_time()
        house = organisations.found(session, "Agency", now=now)
        agent = an_agent(session, house)
        visit = a_visit(session, house, case=a_case(session, house), agent=agent)
        account = accounts.create(
            session, username="agent", role="agent", name="A", password="a long enough password",
            actor=system(house.id), now=now, agent_id=agent.id,
        )  # fmt: skip
        actor = Actor(house.id, Role.AGENT, account.id, agent.id, "A")
        item = an_item(session, visit, actor=actor)
        db.session.remove()
        db.engine.dispose()
        return item


def test_a_changed_original_is_named_and_ends_with_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIELDOPS_DATA_DIR", str(tmp_path))
    item = _house_with_an_item()
    whole = CliRunner().invoke(group, ["fixity"])
    assert whole.exit_code == 0
    assert whole.output.endswith(f"1 read, {item.size} bytes, 0 broken\n")
    stored = tmp_path / "blobs" / str(item.organisation_id) / item.sha256[:2] / item.sha256
    stored.chmod(0o600)
    stored.write_bytes(stored.read_bytes()[:-1])
    broken = CliRunner().invoke(group, ["fixity"])
    assert broken.exit_code == 1
    assert f"changed: {item.sha256}" in broken.output
    assert str(item.id) in broken.output
