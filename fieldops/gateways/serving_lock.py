"""The lock by which one service at a time has a data directory."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fieldops.settings import SettingsError

NAME = "serve.lock"


@contextmanager
def held(directory: Path) -> Iterator[int]:
    """Hold the directory; the kernel lets go of it when the process ends, however that happens.

    Gives the number of the open file, which a fork must close lest it hold on to the directory.
    Raises SettingsError when another process holds it.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / NAME).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise SettingsError(f"{directory} is being served already; stop that first") from taken
        yield file.fileno()


def refuse_served(directory: Path) -> None:
    """Raise SettingsError when a service runs on this directory; nothing is made or changed."""
    if (directory / NAME).exists():
        with held(directory):
            pass
