"""What can go wrong with what the library is given, each error one line that says the cure."""


class TraceError(ValueError):
    """A file, a date, a model or an option that cannot be used; the message names the cure."""


class ModelError(TraceError):
    """A model file that breaks the form or a law of the filter."""
