"""How well a system did in a drill, from the truth, what was observed and what it answered."""
