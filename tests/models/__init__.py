"""What the tables keep, and how."""
