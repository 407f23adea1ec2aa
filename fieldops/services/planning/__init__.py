"""Plans: asked for, built within the law, changed by hand, committed into visits or discarded."""
