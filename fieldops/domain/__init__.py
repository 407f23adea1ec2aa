"""The pure heart: rulebook, states, permissions, facts, errors and ports."""
