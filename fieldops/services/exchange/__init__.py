"""The whole trace record out and in as entities of FollowTheMoney."""

from fieldops.services.exchange.exporting import export_record
from fieldops.services.exchange.importing import Taken, import_record
from fieldops.services.exchange.reading import Differing
from fieldops.services.exchange.schemata import schema_files

__all__ = ["Differing", "Taken", "export_record", "import_record", "schema_files"]
