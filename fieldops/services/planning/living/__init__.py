"""The day in progress: where everybody is, what is late, and every change with who and why."""
