"""Why an engine gives no plan for a problem."""


class UnsupportedError(RuntimeError):
    """The problem has something that this engine, as it is used here, cannot express."""
