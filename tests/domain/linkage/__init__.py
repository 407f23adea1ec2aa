"""Tests of record linkage."""
