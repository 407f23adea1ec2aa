"""Settings: defaults from `config/settings.toml`, overridden by a file and by the environment.

The order is: the shipped defaults, the TOML file named in `FIELDOPS_SETTINGS`, then one
environment variable a key (`FIELDOPS_PORT`). Secrets are read from the environment, or from a
file named by the same variable with `_FILE` behind it, and are never written anywhere else.
"""

import math
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fieldops.domain.costs import Rates, rate

SECRETS = (
    "master_key",
    "amap_key",
    "amap_secret",
    "baidu_key",
    "baidu_secret",
    "smtp_password",
    "map_key",
    "blobs_access_key",
    "blobs_secret_key",
)


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings; `config/settings.toml` explains each of them."""

    environment: str
    data_dir: Path
    database_url: str
    redis_url: str
    host: str
    port: int
    web_processes: int
    web_threads: int
    embedded_workers: int
    public_url: str
    tls: str
    tls_names: tuple[str, ...]
    trust_port: int
    language: str
    timezone: str
    access_minutes: int
    refresh_days: int
    session_hours: int
    sign_in_attempts: int
    sign_in_rest_minutes: int
    max_request_bytes: int
    max_upload_bytes: int
    upload_quota_bytes: int
    upload_hours: int
    upload_idle_seconds: float
    blobs_bucket: str
    blobs_endpoint: str
    blobs_region: str
    blobs_prefix: str
    blobs_path_style: str
    blobs_retention: str
    blobs_retention_days: int
    blobs_timeout_seconds: float
    blobs_attempts: int
    geocoders: tuple[str, ...]
    nominatim_url: str
    photon_url: str
    pelias_url: str
    geocoder_timeout_seconds: float
    geocoder_requests_per_second: float
    travel_speed_kmh: float
    travel_detour: float
    roads_engine: str
    roads_url: str
    roads_profile: str
    roads_graph: str
    roads_pairs: int
    roads_side_by_side: int
    roads_timeout_seconds: float
    roads_table_seconds: float
    roads_farthest_metres: float
    roads_most_places: int
    roads_keep_days: int
    plan_budget_seconds: float
    plan_workers: str
    visit_minutes: int
    arrival_radius_metres: float
    cost_per_hour: str
    cost_per_kilometre: str
    cost_currency: str
    crew_apart_metres: float
    crew_apart_minutes: int
    clamav_socket: str
    timestamp_authorities: tuple[str, ...]
    timestamp_timeout_seconds: float
    timestamp_renew_days: int
    fixity_days: int
    fixity_megabytes_per_second: float
    belief_days: int
    belief_hour: int
    checkpoint_addresses: tuple[str, ...]
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_sender: str
    smtp_user: str
    alert_hosts: tuple[str, ...]
    map_provider: str
    map_pmtiles: str
    rehearsal_clock: str
    log_format: str
    log_level: str
    master_key: str = ""
    amap_key: str = ""
    amap_secret: str = ""
    baidu_key: str = ""
    baidu_secret: str = ""
    smtp_password: str = ""
    map_key: str = ""
    blobs_access_key: str = ""
    blobs_secret_key: str = ""

    @property
    def is_production(self) -> bool:
        """Whether made-up keys and rehearsals are refused."""
        return self.environment == "production"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which a day begins where nothing else says so."""
        return ZoneInfo(self.timezone)

    @property
    def rates(self) -> Rates:
        """What an hour and a kilometre cost in this house, for reports."""
        return Rates(
            per_hour=rate(self.cost_per_hour),
            per_kilometre=rate(self.cost_per_kilometre),
            currency=self.cost_currency,
        )

    @property
    def plain_port(self) -> int:
        """The port of plain HTTP beside HTTPS."""
        return self.trust_port or self.port + 1

    @property
    def trust_url(self) -> str:
        """Where a phone begins that does not trust this machine yet; empty where `tls` is off."""
        if self.tls != "local" or not self.tls_names:
            return ""
        name = self.tls_names[0]
        return f"http://{f'[{name}]' if ':' in name else name}:{self.plain_port}/trust"

    @property
    def embeds_queue(self) -> bool:
        """Whether the queue is the private Valkey of this data directory."""
        return not self.redis_url

    def absolute(self, path: str, *, host_url: str) -> str:
        """An address as the world sees it; `host_url` is where this request came to."""
        return (self.public_url or host_url).rstrip("/") + path

    def __repr__(self) -> str:
        """Without the secrets, so that a log line can never carry one."""
        shown = ", ".join(
            f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.name not in SECRETS
        )
        return f"Settings({shown})"


def config_dir() -> Path:
    """Where the data files of `config/` are: in the repository, else inside the package."""
    here = Path(__file__).resolve().parent
    beside = here.parent / "config"
    return beside if (beside / "settings.toml").is_file() else here / "_config"


def load(environ: Mapping[str, str] | None = None, **override: Any) -> Settings:
    """Read the settings; keyword arguments win over everything else.

    Raises SettingsError when a key is unknown or a value does not fit.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = tomllib.loads((config_dir() / "settings.toml").read_text())
    known = {f.name for f in fields(Settings)}
    if extra := environ.get("FIELDOPS_SETTINGS"):
        values |= _read_file(Path(extra), known)
    for key in known:
        if (found := _from_environment(environ, key)) is not None:
            values[key] = found
    values |= override
    return _checked({key: _fitted(key, value, values) for key, value in values.items()})


def _read_file(path: Path, known: set[str]) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as wrong:
        raise SettingsError(f"{path}: cannot be read as TOML: {wrong}") from wrong
    if unknown := sorted(set(found) - known | set(found) & set(SECRETS)):
        raise SettingsError(f"{path}: not a setting for a file: {', '.join(unknown)}")
    return found


def _from_environment(environ: Mapping[str, str], key: str) -> str | None:
    name = f"FIELDOPS_{key.upper()}"
    if name in environ:
        return environ[name]
    if key in SECRETS and (file := environ.get(f"{name}_FILE")):
        try:
            return Path(file).read_text().strip()
        except OSError as wrong:
            raise SettingsError(f"{name}_FILE: {file} cannot be read: {wrong.strerror}") from wrong
    if key in ("database_url", "redis_url"):
        return environ.get(key.upper())
    return None


def _fitted(key: str, value: Any, values: Mapping[str, Any]) -> Any:
    kind = next(f.type for f in fields(Settings) if f.name == key)
    try:
        if kind is Path:
            return Path(value).expanduser().absolute()
        if kind is int:
            return int(value)
        if kind is float:
            return _finite(float(value))
        if kind == tuple[str, ...]:
            parts = value.split(",") if isinstance(value, str) else value
            return tuple(part for part in parts if part)
        return str(value)
    except (TypeError, ValueError) as wrong:
        raise SettingsError(f"{key}: {value!r} does not fit: {wrong}") from wrong


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a finite number is needed")
    return value


def _checked(values: dict[str, Any]) -> Settings:
    settings = Settings(**values)
    if settings.environment not in ("embedded", "production"):
        raise SettingsError('environment: say "embedded" or "production"')
    if settings.language not in ("zh-CN", "en"):
        raise SettingsError('language: say "zh-CN" or "en"')
    if settings.tls not in ("off", "local"):
        raise SettingsError('tls: say "off" or "local"')
    if settings.plan_workers not in ("auto", "here"):
        raise SettingsError('plan_workers: say "auto" or "here"')
    try:
        ZoneInfo(settings.timezone)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise SettingsError(f"timezone: {settings.timezone!r} is no IANA zone") from unknown
    if settings.is_production and settings.rehearsal_clock:
        raise SettingsError("rehearsal_clock: a rehearsal is refused in production")
    if settings.is_production and not settings.master_key:
        raise SettingsError("master_key: set FIELDOPS_MASTER_KEY or FIELDOPS_MASTER_KEY_FILE")
    _check_bucket(settings)
    _check_rates(settings)
    _check_nights(settings)
    if settings.smtp_security not in ("none", "starttls", "tls"):
        raise SettingsError('smtp_security: say "none", "starttls" or "tls"')
    if not 1 <= settings.port <= 65535:
        raise SettingsError(f"port: {settings.port} is not between 1 and 65535")
    return settings


def _check_rates(settings: Settings) -> None:
    for key in ("cost_per_hour", "cost_per_kilometre"):
        try:
            rate(getattr(settings, key))
        except ValueError as wrong:
            raise SettingsError(f"{key}: {wrong}") from wrong
    if not re.fullmatch("[A-Z]{3}", settings.cost_currency):
        raise SettingsError("cost_currency: say three capitals, such as CNY")


def _check_nights(settings: Settings) -> None:
    if settings.belief_days < 0:
        raise SettingsError("belief_days: say 0 days or more")
    if not 0 <= settings.belief_hour <= 23:
        raise SettingsError("belief_hour: say an hour from 0 to 23")


def _check_bucket(settings: Settings) -> None:
    if settings.blobs_path_style not in ("yes", "no"):
        raise SettingsError('blobs_path_style: say "yes" or "no"')
    if settings.blobs_retention not in ("", "governance", "compliance"):
        raise SettingsError('blobs_retention: say "governance", "compliance" or nothing')
    if settings.blobs_retention and settings.blobs_retention_days < 1:
        raise SettingsError("blobs_retention_days: a retention needs 1 day or more")
    if bool(settings.blobs_access_key) != bool(settings.blobs_secret_key):
        raise SettingsError("blobs_secret_key: give both keys, or none for those of the machine")
    if settings.blobs_attempts < 1 or settings.blobs_timeout_seconds <= 0:
        raise SettingsError("blobs_attempts: once at least, and blobs_timeout_seconds above 0")
