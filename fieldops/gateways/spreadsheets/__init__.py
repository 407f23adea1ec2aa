"""Open CSV and XLSX files, whatever their encoding or extension, as a stream of rows."""

from fieldops.gateways.spreadsheets.limits import Limits
from fieldops.gateways.spreadsheets.opening import open_rows

__all__ = ["Limits", "open_rows"]
