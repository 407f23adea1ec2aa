"""The history of the database schema, oldest first, each step named by its date."""
