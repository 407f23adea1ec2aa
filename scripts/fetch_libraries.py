"""Put the libraries of the pages where the service finds them: no bundler, files as published.

npm fetches what `requirements/pages/package-lock.json` pins; the files that
`requirements/pages/files.toml` names are held against their SHA-256 and copied.

example: .venv/bin/python scripts/fetch_libraries.py
"""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import npm

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "requirements" / "pages"
FOLDER = ROOT / "fieldops" / "web" / "static" / "vendor"


class FetchError(RuntimeError):
    """A library could not be had; the message says what to do."""


def main() -> int:
    """Fetch what is missing or changed; exit status 1 with one line when that cannot be."""
    wanted = tomllib.loads((PINS / "files.toml").read_text())["file"]
    try:
        if not are_there(wanted, FOLDER):
            with tempfile.TemporaryDirectory() as folder:
                install(Path(folder))
                copy(wanted, Path(folder, "node_modules"), FOLDER)
    except FetchError as error:
        sys.stderr.write(f"fetch_libraries: {error}\n")
        return 1
    sys.stdout.write(f"libraries of the pages: {FOLDER}\n")
    return 0


def are_there(wanted: Sequence[dict[str, str]], folder: Path) -> bool:
    """Whether each file lies there as it was pinned."""
    return all(
        (file := folder / one["to"]).is_file() and _digest(file) == one["sha256"] for one in wanted
    )


def install(folder: Path) -> None:
    """Let npm fetch the pinned packages into `folder`; raises FetchError."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PINS / name, folder)
    try:
        npm.run("ci", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts")
    except (OSError, subprocess.SubprocessError) as error:
        raise FetchError("npm could not fetch them: is it installed, and online?") from error


def copy(wanted: Sequence[dict[str, str]], source: Path, folder: Path) -> None:
    """Copy the files; raises FetchError before the first when one is not what was pinned."""
    for one in wanted:
        file = source / one["from"]
        if not file.is_file() or _digest(file) != one["sha256"]:
            raise FetchError(f"{one['from']} is not what it was when its hash was pinned")
    folder.mkdir(parents=True, exist_ok=True)
    for one in wanted:
        part = folder / f"{one['to']}.part"
        shutil.copyfile(source / one["from"], part)
        part.replace(folder / one["to"])


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
