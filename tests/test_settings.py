"""Settings: which source wins, what is refused, and that secrets stay secret."""

from pathlib import Path

import pytest

from fieldops.settings import SettingsError, load


def test_the_defaults_serve_one_machine() -> None:
    found = load({})
    assert (found.environment, found.port, found.embeds_queue) == ("embedded", 8620, True)
    assert found.data_dir.is_absolute()


def test_the_environment_wins_over_the_file_and_an_argument_over_both(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('port = 1000\nhost = "::1"\n')
    environ = {"FIELDOPS_SETTINGS": str(file), "FIELDOPS_PORT": "2000"}
    assert (load(environ).port, load(environ).host) == (2000, "::1")
    assert load(environ, port=3000).port == 3000


def test_the_usual_names_of_database_and_queue_are_read() -> None:
    found = load({"DATABASE_URL": "postgresql://db/x", "REDIS_URL": "redis://q"})
    assert (found.database_url, found.redis_url) == ("postgresql://db/x", "redis://q")
    assert not found.embeds_queue


def test_a_secret_is_read_from_a_file_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("very-secret\n")
    found = load({"FIELDOPS_MASTER_KEY_FILE": str(file)})
    assert found.master_key == "very-secret"
    assert "very-secret" not in repr(found)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"FIELDOPS_PORT": "many"}, "port"),
        ({"FIELDOPS_PORT": "0"}, "port"),
        ({"FIELDOPS_ENVIRONMENT": "test"}, "environment"),
        ({"FIELDOPS_LANGUAGE": "fr"}, "language"),
        ({"FIELDOPS_ENVIRONMENT": "production"}, "master_key"),
        (
            {
                "FIELDOPS_ENVIRONMENT": "production",
                "FIELDOPS_MASTER_KEY": "k",
                "FIELDOPS_REHEARSAL_CLOCK": "clock",
            },
            "rehearsal_clock",
        ),
        ({"FIELDOPS_MASTER_KEY_FILE": "/nowhere/key"}, "FIELDOPS_MASTER_KEY_FILE"),
        ({"FIELDOPS_SETTINGS": "/nowhere/s.toml"}, "/nowhere/s.toml"),
        ({"FIELDOPS_TRAVEL_SPEED_KMH": "nan"}, "travel_speed_kmh"),
        ({"FIELDOPS_TRAVEL_DETOUR": "inf"}, "travel_detour"),
        ({"FIELDOPS_TIMEZONE": "Nowhere/Land"}, "timezone"),
        ({"FIELDOPS_BLOBS_PATH_STYLE": "perhaps"}, "blobs_path_style"),
        ({"FIELDOPS_BLOBS_RETENTION": "for ever"}, "blobs_retention"),
        ({"FIELDOPS_BLOBS_RETENTION": "compliance"}, "blobs_retention_days"),
        ({"FIELDOPS_BLOBS_ACCESS_KEY": "half of it"}, "blobs_secret_key"),
        ({"FIELDOPS_BLOBS_TIMEOUT_SECONDS": "0"}, "blobs_timeout_seconds"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_by_name(
    environ: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        load(environ)


@pytest.mark.parametrize("line", ["prot = 1", 'master_key = "x"', "port ="])
def test_a_file_with_an_unknown_key_a_secret_or_no_toml_is_refused(
    tmp_path: Path, line: str
) -> None:
    file = tmp_path / "s.toml"
    file.write_text(line)
    with pytest.raises(SettingsError, match=r"s\.toml"):
        load({"FIELDOPS_SETTINGS": str(file)})
