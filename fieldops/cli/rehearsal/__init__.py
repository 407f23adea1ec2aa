"""A rehearsed day: a seeded world whose agents work over HTTP as real phones would."""
