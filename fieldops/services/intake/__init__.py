"""Taking in case and agent files: streamed, reported by line, the same file twice done once."""

from fieldops.services.intake.importing import (
    import_agents,
    import_cases,
    import_either,
    take_in,
)
from fieldops.services.intake.reports import (
    get_import,
    import_page,
    latest_imports,
    line_page,
)

__all__ = [
    "get_import",
    "import_agents",
    "import_cases",
    "import_either",
    "import_page",
    "latest_imports",
    "line_page",
    "take_in",
]
