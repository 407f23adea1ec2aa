"""Benchmarks: each measures ours and a peer, or ours and a limit, in the same run."""
