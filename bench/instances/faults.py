"""The one error of a file that cannot be turned into a problem."""


class InstanceError(ValueError):
    """The file is not what it should be; the message names it and says what is wrong."""
