"""Loading of what stays until the process ends."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """Load modules or build an application without the garbage collector, then set all aside.

    The collector would go through what is loaded again and again and find nothing, which is a
    quarter of the time of a start. What is set aside it never looks at later, so that processes
    forked from this one go on sharing its memory.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
