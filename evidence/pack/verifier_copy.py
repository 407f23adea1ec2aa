"""The copy of the verifier that travels inside each pack, with papers for the expert."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable

from evidence.custody.layout import VERIFY

# A script and not `__main__.py`: Python would leave that one's bytecode in the unpacked pack.
_SCRIPT = b'''"""Run isolated: python -I verify/verify.py PACK.zip --trust trust.pem"""

import os
import sys

# Nothing may be added to the unpacked pack while it is being verified.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from evidence.custody.verify.command import main  # noqa: E402

sys.exit(main())
'''
PAPERS = ("VERIFY.txt", "ART93.txt")


def verifier_files() -> dict[str, bytes]:
    """Path in the pack -> bytes: papers, and the custody library, which needs nothing else."""
    found = {f"{VERIFY}verify.py": _SCRIPT}
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
