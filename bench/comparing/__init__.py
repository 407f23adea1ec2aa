"""All engines on the same problems with the same wall times: figures, a table and a picture.

By default a few problems, with one seed, in about eight minutes; in full all of them, with three
seeds, in some hours. Without the standard files problems of our own from a seed take their place,
and the gap is then to the best cost that any engine found.
"""

from bench.comparing.figures import Line, lines
from bench.comparing.picture import draw
from bench.comparing.records import Record, compare
from bench.comparing.subjects import Subject, Trial, trials
from bench.comparing.table import table

__all__ = [
    "Line",
    "Record",
    "Subject",
    "Trial",
    "compare",
    "draw",
    "lines",
    "table",
    "trials",
]
