"""Closing of cases."""
