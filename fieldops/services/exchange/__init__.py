"""The whole trace record out and in as entities of FollowTheMoney."""

from fieldops.services.exchange.exporting import export_record
from fieldops.services.exchange.importing import Taken, import_record

__all__ = ["Taken", "export_record", "import_record"]
