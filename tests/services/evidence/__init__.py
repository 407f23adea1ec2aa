"""Evidence in the application: custody, items, packs."""
