"""What the dispatcher's board shows: the day, who waits, the running day, the week, the areas."""
