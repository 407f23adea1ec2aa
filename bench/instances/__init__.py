"""Problems to measure with: standard instances and field days as files, others from a seed.

`problem_json` turns a file into the JSON form of `routing`; `best_known` gives the cost that others
have reached on it, in the same units.
"""

from bench.instances.faults import InstanceError
from bench.instances.fieldday import field_day
from bench.instances.known import best_known
from bench.instances.opening import problem_json
from bench.instances.seeded import seeded_benchmark, seeded_field_day
from bench.instances.shelf import find_case_files, find_instance

__all__ = [
    "InstanceError",
    "best_known",
    "field_day",
    "find_case_files",
    "find_instance",
    "problem_json",
    "seeded_benchmark",
    "seeded_field_day",
]
