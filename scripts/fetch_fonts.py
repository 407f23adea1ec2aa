"""Put a Chinese TrueType typeface where packs look for it, once: the index PDF needs one.

A fonts-wqy-microhei that is installed already is enough. Otherwise Noto Sans SC (SIL Open Font
Licence) comes out of an npm package whose hash is pinned here.

example: .venv/bin/python scripts/fetch_fonts.py
"""

import base64
import subprocess
import sys
import tarfile
import tempfile
from hashlib import sha512
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import npm

INSTALLED = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
FOLDER = Path(sys.prefix, "share", "fieldops", "fonts")
PACKAGE = "@expo-google-fonts/noto-sans-sc@0.4.3"
INTEGRITY = (
    "9rAwdFTFHbO/u6Cs0gj2jZbW74TGIiaFNQnXYH2s5wA1bzVkwbaviL4t8YUV642eGYjg86eH6DkAEQmfNHDncQ=="
)
WANTED = {
    "package/400Regular/NotoSansSC_400Regular.ttf": "chinese.ttf",
    "package/LICENSE_FONT": "chinese.LICENSE",
}
LARGEST = 32 * 1024 * 1024


class FetchError(RuntimeError):
    """The typeface could not be had; the message says what to do."""


def main() -> int:
    """Fetch the typeface unless one is there; exit status 1 with one line when it cannot be."""
    target = FOLDER / "chinese.ttf"
    there = next((place for place in (target, INSTALLED) if place.is_file()), None)
    if there is not None:
        sys.stdout.write(f"Chinese typeface: {there}\n")
        return 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            unpack(pack(Path(folder)), FOLDER)
    except FetchError as error:
        sys.stderr.write(f"fetch_fonts: {error}; or install the package fonts-wqy-microhei\n")
        return 1
    sys.stdout.write(f"Chinese typeface: {target}\n")
    return 0


def pack(folder: Path) -> Path:
    """The package's tarball in `folder`, fetched by npm."""
    try:
        npm.run("pack", PACKAGE, "--silent", "--pack-destination", str(folder))
    except (OSError, subprocess.SubprocessError) as error:
        raise FetchError(f"npm could not fetch {PACKAGE}: is it installed, and online?") from error
    found = list(folder.glob("*.tgz"))
    if len(found) != 1:
        raise FetchError("npm left no tarball")
    return found[0]


def unpack(tarball: Path, folder: Path) -> None:
    """Check the tarball against the pinned hash and take out typeface and licence."""
    with tarball.open("rb") as source:
        digest = sha512()
        while chunk := source.read(1024 * 1024):
            digest.update(chunk)
    if base64.b64encode(digest.digest()).decode() != INTEGRITY:
        raise FetchError(f"{PACKAGE} is not what it was when its hash was pinned")
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(tarball, "r:gz") as archive:
        for name, kept in WANTED.items():
            _take(archive, name, folder / kept)


def _take(archive: tarfile.TarFile, name: str, target: Path) -> None:
    try:
        member = archive.extractfile(name)
    except KeyError as error:
        raise FetchError(f"{PACKAGE} holds no {name}") from error
    if member is None:
        raise FetchError(f"{name} is no file")
    part = target.with_suffix(".part")
    part.write_bytes(member.read(LARGEST))
    part.replace(target)


if __name__ == "__main__":
    sys.exit(main())
