"""The verifier: says claim by claim what a pack proves, and what it does not."""
