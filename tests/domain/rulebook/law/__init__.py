"""Cases worked out by hand from the texts of the law, a file for each jurisdiction."""
