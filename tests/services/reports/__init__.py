"""Tests of field reports."""
