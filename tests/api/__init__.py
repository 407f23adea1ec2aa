"""The HTTP interface, as its clients meet it."""
