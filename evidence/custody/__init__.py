"""The custody log and its proofs: standard library and openssl only, so that it runs anywhere."""
