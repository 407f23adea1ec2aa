"""Tests of record linkage in the database."""
