"""Evidence: a custody log with proofs, packs that a court's expert can check, and tracing."""
