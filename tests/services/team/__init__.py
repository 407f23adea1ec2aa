"""Tests of agents and their shifts."""
