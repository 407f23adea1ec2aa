"""Tests of complaints, disputes and requests."""
