"""Parts of a service as forks of the supervisor: what it has loaded need not be loaded again."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Protocol

from setproctitle import setproctitle

_PR_SET_PDEATHSIG = 1
_TOLD = (signal.SIGTERM, signal.SIGINT)
_CONTEXT = multiprocessing.get_context("fork")


class Child(Protocol):
    """A child process, whether forked or started as a program (`subprocess.Popen`)."""

    def poll(self) -> int | None:
        """The status with which it ended, or None while it runs."""

    def terminate(self) -> None:
        """Ask it to end."""

    def kill(self) -> None:
        """End it."""

    def wait(self, timeout: float | None = None) -> int | None:
        """The status with which it ended; raises subprocess.TimeoutExpired."""


class Fork:
    """A fork that does one thing and ends."""

    def __init__(self, title: str, work: Callable[[], object], closing: Sequence[int]) -> None:
        """Fork now; nothing may run in other threads.

        The fork is shown by that title. The files in `closing` are the supervisor's alone.
        """
        self._process = _CONTEXT.Process(
            target=_begin, args=(title, work, closing, os.getpid()), name=title
        )
        # A signal that came between the fork and its first line would be taken by our handlers.
        signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)

    def poll(self) -> int | None:
        """The status with which it ended, or None while it runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it."""
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int | None:
        """The status with which it ended; raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return self._process.exitcode


def _begin(title: str, work: Callable[[], object], closing: Sequence[int], parent: int) -> None:
    for number in _TOLD:
        signal.signal(number, signal.SIG_DFL)
    die_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)
    if os.getppid() != parent:
        return  # It ended before we could ask to be told.
    for file in closing:
        os.close(file)
    setproctitle(title)
    work()


def die_with_parent() -> None:
    """End this child when the supervisor ends, however that happens; Linux alone can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
