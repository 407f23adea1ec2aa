"""The commands and the running service, as real processes."""
