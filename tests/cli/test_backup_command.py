"""`fieldops backup`: it says what it holds, and what it does not hold."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fieldops import settings
from fieldops.cli.commands import group
from fieldops.cli.schema import migrated

BUCKET = "evidence-of-the-house"


def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **more: str) -> Result:
    """What `fieldops backup` answers for a new service with these settings."""
    told = {"FIELDOPS_DATA_DIR": str(tmp_path / "data"), "FIELDOPS_LANGUAGE": "en", **more}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "data").mkdir()
    migrated(settings.load())
    return CliRunner().invoke(group, ["backup", str(tmp_path / "safe")])


def test_a_bucket_is_left_where_it_is_and_the_backup_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = saved(tmp_path, monkeypatch, FIELDOPS_BLOBS_BUCKET=BUCKET)
    assert result.exit_code == 0, result.output
    assert f"lie in the bucket {BUCKET} and are not in this backup" in result.stderr
    assert not (tmp_path / "safe" / "blobs").exists()


def test_without_a_bucket_none_is_spoken_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = saved(tmp_path, monkeypatch)
    assert result.exit_code == 0, result.output
    assert "lie in the bucket" not in result.output
