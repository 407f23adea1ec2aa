"""The trace model of this process, read once from the tables beside the library."""

from typing import Final

from evidence import trace

MODEL: Final = trace.load_model()
