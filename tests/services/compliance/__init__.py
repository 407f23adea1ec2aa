"""Tests of what compliance sees and reports."""
