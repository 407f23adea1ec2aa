"""Administrative divisions of China: what is called so, where it lies, what contains it."""

from fieldops.domain.gazetteer.lookup import Gazetteer
from fieldops.domain.gazetteer.places import Level, Place
from fieldops.domain.gazetteer.tables import merge, read_rows

__all__ = ["Gazetteer", "Level", "Place", "merge", "read_rows"]
