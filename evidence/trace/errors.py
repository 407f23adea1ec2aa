"""What can go wrong with what the trace library is given, each error one line that says the cure."""


class TraceError(ValueError):
    """A file, a date, a model or an option that cannot be used; the message names field and cure."""


class ModelError(TraceError):
    """A model file that breaks the form or a law of the filter."""
