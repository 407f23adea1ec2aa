"""Evidence as tests need it: uploads in the form of tus, photos with EXIF, items received."""

import base64
import io
import wave
from datetime import datetime
from typing import Any

import numpy as np
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from sqlalchemy.orm import Session

from fieldops.domain.permissions import Actor, Role
from fieldops.models import Account, Item, Organisation, Visit
from fieldops.wiring import wiring
from tests.builders.cases import NOW


def a_photo(
    *,
    taken_at: str = "2026:11:24 10:00:30",
    lat: float | None = 30.66,
    lon: float | None = 104.06,
    colour: tuple[int, int, int] = (200, 30, 30),
    scene: Image.Image | None = None,
    quality: int = 90,
) -> bytes:
    """A JPEG with the EXIF of a camera, plain unless a scene is given; colours differ in bytes."""
    exif = Image.Exif()
    exif[Base.Make] = "Test camera"
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = taken_at
    if lat is not None and lon is not None:
        place = exif.get_ifd(IFD.GPSInfo)
        place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", _parts(lat)
        place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "E", _parts(lon)
    target = io.BytesIO()
    shown = scene or Image.new("RGB", (64, 48), colour)
    shown.save(target, "JPEG", exif=exif, quality=quality)
    return target.getvalue()


def a_scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Something to look at: soft patches of light, other ones for each seed."""
    patches = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    return Image.fromarray(patches).resize(size, Image.Resampling.BICUBIC)


def a_sound(seconds: int) -> bytes:
    """A silent WAV of so many seconds."""
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(16000 * seconds))
    return target.getvalue()


def tus(**more: str) -> dict[str, str]:
    """The headers of a tus request."""
    return {"Tus-Resumable": "1.0.0", **more}


def metadata(visit: Visit, /, **more: str) -> str:
    """An `Upload-Metadata` header."""
    told = {"visit": str(visit.id), "filename": "door.jpg", "filetype": "image/jpeg", **more}
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())


def part(offset: int, **more: str) -> dict[str, str]:
    """The headers of a PATCH."""
    return tus(
        **{"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **more}
    )


def an_uploader(organisation: Organisation, account: Account) -> Actor:
    """An agent's account as an actor."""
    return Actor(organisation.id, Role.AGENT, account.id, account.agent_id, account.name)


def an_item(
    session: Session,
    visit: Visit,
    *,
    actor: Actor,
    data: bytes | None = None,
    told: dict[str, Any] | None = None,
    at: datetime = NOW,
) -> Item:
    """An item received through the services, with its bytes in the application's store.

    It comes at the true time `at`.
    """
    from fieldops.domain.evidence import read_claims
    from fieldops.gateways import media
    from fieldops.services import evidence, uploads

    content = a_photo() if data is None else data
    store = wiring().blobs
    claimed = read_claims({"visit": str(visit.id), "filename": "door.jpg", **(told or {})})
    upload = uploads.create(
        session, store, claimed, len(content), largest=10**9, hours=1, actor=actor, now=NOW, at=at
    )
    uploads.append(session, store, upload.id, 0, content, actor=actor, now=NOW)
    examined = media.examine(io.BytesIO(content))
    found = evidence.receive(
        session, store, upload.id, examined, radius_metres=300, actor=actor, now=NOW, at=at
    )
    if not isinstance(found, Item):
        raise found
    session.commit()
    return found


def _parts(angle: float) -> tuple[float, float, float]:
    degrees = int(angle)
    minutes = int((angle - degrees) * 60)
    return (float(degrees), float(minutes), round((angle - degrees - minutes / 60) * 3600, 4))
