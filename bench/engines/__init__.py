"""Engines that plan the same problem in the same wall time, each alone in a process of its own.

`run` starts one of `ENGINES`, measures it from the start of its process and has its plan judged.
The peers get a model such as their own documentation makes, and their orders get their times from
the same code as ours; nothing is dropped or repaired.
"""

from bench.engines.running import Outcome, run
from bench.engines.table import ENGINES

__all__ = ["ENGINES", "Outcome", "run"]
