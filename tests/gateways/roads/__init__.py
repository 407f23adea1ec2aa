"""Road engines, against servers on this machine that speak their formats."""
