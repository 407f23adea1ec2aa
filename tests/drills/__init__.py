"""Drills: their worlds, their scorer, and playing one."""
