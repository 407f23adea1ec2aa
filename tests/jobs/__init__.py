"""Jobs: published, run, recovered."""
