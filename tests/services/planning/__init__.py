"""Planning: gates 1 and 2, plans changed by hand, exports."""
