"""The copy of the verifier that travels inside each pack, with papers for the expert."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from evidence.custody.layout import SCRIPT_PATH, VERIFY
from evidence.custody.verify.alone import SCRIPT

PAPERS = ("VERIFY.txt", "ART93.txt")


def verifier_files() -> dict[str, bytes]:
    """Path in the pack -> bytes: papers, and the custody library, which needs nothing else."""
    found = {SCRIPT_PATH: SCRIPT}
    papers = files("evidence.pack") / "papers"
    for name in PAPERS:
        found[VERIFY + name] = (papers / name).read_bytes()
    package = files("evidence")
    found[f"{VERIFY}evidence/__init__.py"] = (package / "__init__.py").read_bytes()
    found.update(_sources(package / "custody", f"{VERIFY}evidence/custody/"))
    return found


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for child in sorted(folder.iterdir(), key=lambda one: one.name):
        if child.is_dir() and child.name != "__pycache__":
            yield from _sources(child, f"{path}{child.name}/")
        elif child.name.endswith(".py"):
            yield path + child.name, child.read_bytes()
