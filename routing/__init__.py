"""A day's or a week's visits as mathematics: numbers in, a feasible plan out."""
