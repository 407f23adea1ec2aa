"""What an administrator is shown of jobs, storage, and those outside whom the service asks."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fieldops.models import Address, Blob, Checkpoint, Item, JobRun, NoticeSending, Plan, Upload
from fieldops.services.alert_sending import SENT
from fieldops.settings import Settings

JOB_STATES = ("queued", "running", "done", "failed")
# The newest addresses among which the last answer of each geocoder is looked for.
_NEWEST = 5_000
_WEB_KEYS = {"amap": "amap_key", "baidu": "baidu_key"}
_WEB_URLS = {"nominatim": "nominatim_url", "photon": "photon_url", "pelias": "pelias_url"}


@dataclass(frozen=True, slots=True)
class Provider:
    """Somebody whom the service asks: for what, where, whether set up, and the last answer.

    Nothing here is secret: of an address only its host is told, of a key only that there is one.
    """

    purpose: str
    name: str
    is_set: bool
    host: str = ""
    answered_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Storage:
    """Files of the organisation, uploads on their way, and the room left where they lie."""

    files: int
    bytes: int
    uploads: int
    bucket: str
    free: int | None
    whole: int | None


def jobs(
    session: Session, organisation_id: UUID, state: str | None, before: str | None, limit: int
) -> tuple[Sequence[JobRun], str | None]:
    """One page of background jobs, the newest first; their ids grow with time."""
    query = select(JobRun).where(JobRun.organisation_id == organisation_id)
    if state is not None:
        query = query.where(JobRun.state == state)
    if before is not None:
        query = query.where(JobRun.id < before)
    rows = session.scalars(query.order_by(JobRun.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def storage(session: Session, organisation_id: UUID, settings: Settings) -> Storage:
    """What the organisation's files take, and how much room there is."""
    blobs = select(func.count(), func.sum(Blob.size)).where(
        Blob.organisation_id == organisation_id, Blob.destroyed_at.is_(None)
    )
    files, taken = session.execute(blobs).one()
    open_ones = select(func.count()).where(
        Upload.organisation_id == organisation_id, Upload.state == "open"
    )
    uploads = session.scalar(open_ones) or 0
    if settings.blobs_bucket:
        return Storage(files, int(taken or 0), uploads, settings.blobs_bucket, None, None)
    disk = shutil.disk_usage(settings.data_dir)
    return Storage(files, int(taken or 0), uploads, "", disk.free, disk.total)


def providers(session: Session, organisation_id: UUID, settings: Settings) -> list[Provider]:
    """Everybody whom the service may ask, set up or not, as the settings say."""
    return [
        *_geocoders(session, organisation_id, settings),
        _roads(session, organisation_id, settings),
        *_stampers(session, organisation_id, settings),
        Provider(
            "scanner", "ClamAV", bool(settings.clamav_socket), settings.clamav_socket,
            _newest(session, Item.received_at, Item, organisation_id, Item.scan_state == "clean"),
        ),
        Provider(
            "mail", "SMTP", bool(settings.smtp_host), settings.smtp_host,
            _newest(
                session, NoticeSending.sent_at, NoticeSending, organisation_id,
                NoticeSending.state == SENT,
            ),
        ),
    ]  # fmt: skip


def _geocoders(session: Session, organisation_id: UUID, settings: Settings) -> Iterator[Provider]:
    newest = (
        select(Address.provider, Address.located_at)
        .where(Address.organisation_id == organisation_id)
        .order_by(Address.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    last = func.max(newest.c.located_at).label("at")
    query = select(newest.c.provider, last).group_by(newest.c.provider)
    answered = {row.provider: row.at for row in session.execute(query)}
    for name in dict.fromkeys((*settings.geocoders, "gazetteer")):
        url = getattr(settings, _WEB_URLS[name]) if name in _WEB_URLS else ""
        is_set = bool(url or name not in _WEB_URLS)
        if name in _WEB_KEYS:
            is_set = bool(getattr(settings, _WEB_KEYS[name]))
        yield Provider("geocoder", name, is_set, _host(url), answered.get(name))


def _roads(session: Session, organisation_id: UUID, settings: Settings) -> Provider:
    query = select(Plan.figures, Plan.created_at).where(
        Plan.organisation_id == organisation_id, Plan.state.in_(("proposed", "committed"))
    )
    last = session.execute(query.order_by(Plan.id.desc()).limit(1)).one_or_none()
    travel: dict[str, Any] = (last.figures.get("travel") or {}) if last else {}
    asked = last.created_at if last and travel.get("engine") else None
    is_set = bool(settings.roads_engine)
    short = "fell_back" if travel.get("fell_back") else ""
    note = short if is_set else "estimated"
    name = settings.roads_engine or "–"
    return Provider("roads", name, is_set, _host(settings.roads_url), asked, note)


def _stampers(session: Session, organisation_id: UUID, settings: Settings) -> Iterator[Provider]:
    stamped = session.scalar(
        select(func.max(Checkpoint.stamped_at)).where(Checkpoint.organisation_id == organisation_id)
    )
    if not settings.timestamp_authorities:
        yield Provider("timestamps", "–", False, "", stamped, "own_authority")
    for address in settings.timestamp_authorities:
        yield Provider("timestamps", "RFC 3161", True, _host(address), stamped)


def _newest(
    session: Session, column: Any, model: Any, organisation_id: UUID, which: Any
) -> datetime | None:
    query = select(column).where(model.organisation_id == organisation_id, which)
    found: datetime | None = session.scalar(query.order_by(model.id.desc()).limit(1))
    return found


def _host(url: str) -> str:
    """The host of an address: the rest of it may carry a key."""
    return urlsplit(url).hostname or "" if "://" in url else ""
