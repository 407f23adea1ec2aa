"""The predicates that rules name: one file a family, all registered when `catalogue` is read."""
