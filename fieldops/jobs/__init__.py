"""Work in the background: what follows a fact, and the jobs that do it."""

import importlib

# Modules whose import registers their jobs.
MODULES: tuple[str, ...] = (
    "alerting",
    "back_filling",
    "believing_again",
    "counting_fit",
    "crosschecking",
    "custody",
    "delivering",
    "fixity",
    "linking",
    "locating",
    "packs",
    "planning",
    "promises",
    "scanning",
    "tracing",
)


def register() -> None:
    """Make every job known to the registry."""
    for module in MODULES:
        importlib.import_module(f"fieldops.jobs.{module}")
