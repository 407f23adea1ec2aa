"""Tests of reading case and agent files."""
