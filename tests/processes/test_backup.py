"""A backup brings everything back, and one that was changed is refused by name."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from fieldops.db import prepare
from fieldops.domain.permissions import system
from fieldops.gateways import backups, schema, serving_lock
from fieldops.gateways.backups import BackupBroken, BackupRefused
from fieldops.gateways.blobs import DiskBlobs
from fieldops.models import Account, Organisation, Person, sealing
from fieldops.models.sealing import Keyring
from fieldops.services import accounts, organisations
from fieldops.settings import SettingsError
from tests import databases
from tests.builders.cases import a_person
from tests.conftest import NOW, PASSWORD
from tests.processes import service

KEY = bytes(range(32))
EVIDENCE = b"what the door looked like " * 1000


@pytest.fixture(scope="module", autouse=True)
def own_keyring() -> Iterator[None]:
    """A keyring of these tests alone."""
    before = sealing._current
    sealing.use(Keyring(KEY))
    yield
    sealing._current = before


@dataclass
class Place:
    """A data directory with its database."""

    directory: Path
    url: str

    def migrate(self) -> None:
        engine = prepare(create_engine(self.url))
        schema.upgrade(engine)
        engine.dispose()

    def save(self, target: Path) -> None:
        backups.save(self.directory, self.url, target, made_at=NOW)

    def restore(self, source: Path) -> None:
        backups.restore(source, self.directory, self.url, self.migrate)

    def blob(self, organisation_id: UUID) -> bytes:
        store = DiskBlobs(self.directory)
        return b"".join(store.open_chunks(organisation_id, sha256(EVIDENCE).hexdigest(), KEY))


def _place(directory: Path) -> Place:
    return Place(directory, f"sqlite:///{directory / 'fieldops.sqlite3'}")


def _keep_evidence(directory: Path, organisation_id: UUID) -> None:
    store, upload = DiskBlobs(directory), uuid4()
    store.begin(upload)
    store.append(upload, 0, EVIDENCE, KEY)
    store.keep(upload, organisation_id, sha256(EVIDENCE).hexdigest())


def _fill(place: Place) -> UUID:
    place.directory.mkdir(parents=True, exist_ok=True)
    (place.directory / "keys").mkdir()
    (place.directory / "keys" / "master.key").write_text("the key\n")
    place.migrate()
    engine = prepare(create_engine(place.url))
    with Session(engine) as session:
        found = organisations.found(session, "Agency", now=NOW)
        accounts.create(
            session,
            username="li.one",
            role="dispatcher",
            name="李四",
            password=PASSWORD,
            actor=system(found.id),
            now=NOW,
        )
        a_person(session, found, name="王小明")
        session.commit()
        organisation_id = found.id
    engine.dispose()
    _keep_evidence(place.directory, organisation_id)
    return organisation_id


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with an organisation, an account, sealed data and evidence."""
    directory = tmp_path_factory.mktemp("filled") / "data"
    _fill(_place(directory))
    return directory


@pytest.fixture
def place(filled: Path, tmp_path: Path) -> Place:
    """A directory of this test alone, filled."""
    shutil.copytree(filled, tmp_path / "data")
    return _place(tmp_path / "data")


def _names(place: Place) -> tuple[str, str]:
    engine = prepare(create_engine(place.url))
    with Session(engine) as session:
        found = (
            session.scalars(select(Account.name)).one(),
            session.scalars(select(Person.name)).one(),
        )
    engine.dispose()
    return found


def _organisation(place: Place) -> UUID:
    engine = prepare(create_engine(place.url))
    with Session(engine) as session:
        found = session.scalars(select(Organisation.id)).one()
    engine.dispose()
    return found


def _blob_file(directory: Path) -> Path:
    return next(p for p in (directory / "blobs").rglob("*") if p.is_file())


def test_what_was_saved_comes_back_after_everything_is_lost(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    shutil.rmtree(place.directory)
    place.restore(tmp_path / "safe")
    assert _names(place) == ("李四", "王小明")
    assert place.blob(_organisation(place)) == EVIDENCE
    assert (place.directory / "keys" / "master.key").read_text() == "the key\n"


def test_a_postgresql_database_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = databases.fresh("postgresql", tmp_path)
    import pgserver  # There, because the line above did not skip.

    programs = Path(pgserver.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    second = databases.fresh("postgresql", tmp_path)
    try:
        saved = Place(tmp_path / "data", url.replace("postgresql:", "postgresql+psycopg:"))
        _fill(saved)
        saved.save(tmp_path / "safe")
        other = Place(tmp_path / "other", second.replace("postgresql:", "postgresql+psycopg:"))
        other.restore(tmp_path / "safe")
        assert _names(other) == ("李四", "王小明")
        with pytest.raises(BackupRefused, match="not empty"):
            Place(tmp_path / "third", other.url).restore(tmp_path / "safe")
    finally:
        databases.drop(url)
        databases.drop(second)


def test_without_its_programs_a_postgresql_database_is_refused_with_the_cure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    place = Place(tmp_path / "data", "postgresql+psycopg://nobody@localhost:1/none")
    with pytest.raises(BackupRefused, match="install PostgreSQL"):
        place.save(tmp_path / "safe")
    assert not (tmp_path / "safe").exists()


def test_a_flipped_byte_is_refused_by_name(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    file = _blob_file(tmp_path / "safe")
    changed = bytearray(file.read_bytes())
    changed[100] ^= 1
    file.chmod(0o600)
    file.write_bytes(changed)
    shutil.rmtree(place.directory)
    with pytest.raises(BackupBroken, match=f"{file.name} was changed"):
        place.restore(tmp_path / "safe")
    assert not place.directory.exists()


@pytest.mark.parametrize("name", ["database.sqlite3", "keys/master.key"])
def test_a_missing_file_is_refused_by_name(place: Place, tmp_path: Path, name: str) -> None:
    place.save(tmp_path / "safe")
    (tmp_path / "safe" / name).unlink()
    shutil.rmtree(place.directory)
    with pytest.raises(BackupBroken, match=name):
        place.restore(tmp_path / "safe")
    assert [p.name for p in tmp_path.iterdir()] == ["safe"]


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "blobs/../../x", "other/file"])
def test_a_manifest_that_points_elsewhere_is_refused(
    place: Place, tmp_path: Path, path: str
) -> None:
    place.save(tmp_path / "safe")
    file = tmp_path / "safe" / "manifest.json"
    changed = json.loads(file.read_text())
    changed["files"].append({"path": path, "size": 0, "sha256": "0" * 64})
    file.write_text(json.dumps(changed))
    shutil.rmtree(place.directory)
    with pytest.raises(BackupBroken, match=r"manifest\.json"):
        place.restore(tmp_path / "safe")


def test_a_link_in_a_backup_is_refused(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    key = tmp_path / "safe" / "keys" / "master.key"
    key.rename(tmp_path / "elsewhere")
    key.symlink_to(tmp_path / "elsewhere")
    shutil.rmtree(place.directory)
    with pytest.raises(BackupBroken, match=r"master\.key"):
        place.restore(tmp_path / "safe")


def test_a_directory_with_anything_in_it_is_not_restored_into(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    with pytest.raises(BackupRefused, match="not empty"):
        place.restore(tmp_path / "safe")


def test_a_served_directory_is_not_restored_into(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    with (
        serving_lock.held(place.directory),
        pytest.raises(SettingsError, match="being served"),
    ):
        place.restore(tmp_path / "safe")


def test_a_backup_of_another_kind_of_database_is_refused(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    other = Place(tmp_path / "other", "postgresql+psycopg://nobody@localhost:1/none")
    with pytest.raises(BackupRefused, match="sqlite"):
        other.restore(tmp_path / "safe")


def test_a_backup_never_overwrites(place: Place, tmp_path: Path) -> None:
    place.save(tmp_path / "safe")
    with pytest.raises(BackupRefused, match="not empty"):
        place.save(tmp_path / "safe")
    with pytest.raises(BackupRefused, match="outside"):
        place.save(place.directory / "blobs" / "safe")


def test_a_backup_that_fails_leaves_nothing_behind(place: Place, tmp_path: Path) -> None:
    (place.directory / "fieldops.sqlite3").write_bytes(b"no database at all" * 1000)
    with pytest.raises(BackupRefused, match="cannot be copied"):
        place.save(tmp_path / "safe")
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


def test_a_backup_is_whole_while_another_writes(place: Place, tmp_path: Path) -> None:
    with sqlite3.connect(place.directory / "fieldops.sqlite3") as writer:
        writer.execute("UPDATE person SET created_at = created_at")
        place.save(tmp_path / "safe")
        writer.rollback()
    writer.close()
    shutil.rmtree(place.directory)
    place.restore(tmp_path / "safe")
    assert _names(place) == ("李四", "王小明")


def test_the_commands_say_what_they_did_and_warn_of_the_key(place: Place, tmp_path: Path) -> None:
    safe = tmp_path / "safe"
    made = service.run(place.directory, "backup", str(safe), FIELDOPS_MASTER_KEY="A" * 43 + "=")
    assert made.returncode == 0, made.stderr
    assert "holds the key" in made.stderr
    back = service.run(tmp_path / "new", "restore", str(safe))
    assert back.returncode == 0, back.stderr
    assert _names(_place(tmp_path / "new")) == ("李四", "王小明")
    refused = service.run(tmp_path / "new", "restore", str(safe))
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    (safe / "keys" / "master.key").unlink()
    broken = service.run(tmp_path / "newer", "restore", str(safe))
    assert broken.returncode == 1
    assert "keys/master.key" in broken.stderr
