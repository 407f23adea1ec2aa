"""Phones of agents: how they come, what they wrote offline, and what they are told."""
