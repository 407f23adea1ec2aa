"""Record linkage: which records may be one person or firm, why, and how far people have judged it.

Pure: records in, blocking keys, explained scores and clusters out. The scores are those of Fellegi
and Sunter (1969): logged ratios that add up, one line a comparison.
"""

from fieldops.domain.linkage.clustering import Cut, Edge, Grouped, group
from fieldops.domain.linkage.keys import SHARED_KINDS, Key, Kind, keys_of
from fieldops.domain.linkage.model import MODEL, Model, load_model
from fieldops.domain.linkage.records import Record
from fieldops.domain.linkage.scoring import Line, Score, Verdict, score
from fieldops.domain.linkage.telling import explained, level_text, limit_text

__all__ = [
    "MODEL",
    "SHARED_KINDS",
    "Cut",
    "Edge",
    "Grouped",
    "Key",
    "Kind",
    "Line",
    "Model",
    "Record",
    "Score",
    "Verdict",
    "explained",
    "group",
    "keys_of",
    "level_text",
    "limit_text",
    "load_model",
    "score",
]
