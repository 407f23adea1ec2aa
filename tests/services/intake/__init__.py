"""Tests of taking in case and agent files."""
