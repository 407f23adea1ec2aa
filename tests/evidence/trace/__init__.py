"""Tests of the trace library."""
