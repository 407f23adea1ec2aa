"""fieldops coordinates field visits and skip-tracing for lenders and their agencies."""

__version__ = "0.1.0"
