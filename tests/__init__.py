"""All tests; each folder mirrors one part of the project."""
