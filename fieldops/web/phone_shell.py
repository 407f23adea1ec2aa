"""What the phone's page is made of: its files, their words, its icons, and their common version."""

import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from PIL import Image, ImageDraw

from fieldops.domain.rulebook.records import RuleBook
from fieldops.web.catalogue import words

LANGUAGES = ("zh-CN", "en")
ICON_SIZES = (192, 512)
TABLES = (
    "phone", "phone_answer", "phone_ask", "phone_cannot", "phone_entry", "phone_fix",
    "entry_kind", "phone_promise", "phone_every", "phone_late", "phone_says", "phone_said",
    "navigator", "visit_state", "party_role", "channel", "result",
    "outcome", "witness", "statement", "sighting", "ability", "willingness", "method", "fact",
    "item_kind", "hold_kind", "hold_variant", "request_kind", "incident_kind",
)  # fmt: skip
"""The tables of the catalogues that a phone carries."""
STYLES = ("base.css", "pages.css")
LIBRARIES = ("vendor/dexie.js", "vendor/tus.js")
_GROUND, _SIGN = "#0b5f4c", "#ffffff"


def assets() -> list[str]:
    """The names of the static files that a phone keeps."""
    own = files("fieldops.web").joinpath("static", "phone").iterdir()
    return [*STYLES, *sorted(f"phone/{one.name}" for one in own if _kept(one.name)), *LIBRARIES]


def catalogue_of(language: str, book: RuleBook) -> str:
    """The words of one language as JSON, with what each rule is called."""
    found = {key: text for key, text in words(language).items() if key.split(".")[0] in TABLES}
    for name in {rule.id for pack in book.packs for rule in pack.rules}:
        found[f"rule.{name}"] = book.versions(name)[-1].title.in_language(language)
    return json.dumps(found, ensure_ascii=False, sort_keys=True)


def version(shell: str, book: RuleBook) -> str:
    """A name for exactly this page: the hash of all that a phone keeps of it."""
    whole = hashlib.sha256(shell.encode())
    for name in assets():
        whole.update(name.encode() + b"\0" + _static(name) + b"\0")
    for language in LANGUAGES:
        whole.update(catalogue_of(language, book).encode())
    return whole.hexdigest()[:16]


def worker(addresses: list[str], shell: str, book: RuleBook) -> bytes:
    """The service worker, with what it keeps and under which name."""
    names = json.dumps({"version": version(shell, book), "addresses": addresses})
    return f"const KEPT = {names};\n".encode() + _static("phone/worker.js")


def manifest(texts: Mapping[str, str], home: str, icons: Mapping[int, str]) -> dict[str, Any]:
    """The web app manifest in one language."""
    drawn = [
        {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, address in icons.items()
        for purpose in ("any", "maskable")
    ]
    return {
        "id": home, "start_url": home, "scope": home, "display": "standalone",
        "orientation": "portrait", "name": texts["phone.app_name"],
        "short_name": texts["phone.app_short"], "background_color": _GROUND,
        "theme_color": _GROUND, "icons": drawn,
    }  # fmt: skip


@cache
def icon(size: int) -> bytes:
    """The pin of fieldops on its green, with a margin that no mask cuts into; PNG."""
    fine = 4 * size
    drawing = Image.new("RGB", (fine, fine), _GROUND)
    pen = ImageDraw.Draw(drawing)
    middle, height, radius = fine / 2, fine * 0.41, fine * 0.19
    pen.ellipse(_round(middle, height, radius), fill=_SIGN)
    shoulder = height + radius * 0.45
    side = radius * 0.893
    tip = (middle, fine * 0.78)
    pen.polygon([(middle - side, shoulder), (middle + side, shoulder), tip], fill=_SIGN)
    pen.ellipse(_round(middle, height, radius * 0.4), fill=_GROUND)
    file = io.BytesIO()
    drawing.resize((size, size), Image.Resampling.LANCZOS).save(file, "PNG", optimize=True)
    return file.getvalue()


def _round(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    return x - radius, y - radius, x + radius, y + radius


def _kept(name: str) -> bool:
    # The worker keeps the others; the browser itself keeps the worker.
    return name.endswith((".js", ".css")) and name != "worker.js"


def _static(name: str) -> bytes:
    return files("fieldops.web").joinpath("static", *name.split("/")).read_bytes()
