"""Tests of the evidence library."""
