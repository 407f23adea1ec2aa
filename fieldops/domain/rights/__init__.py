"""What a person may ask of those who collect, and what follows: words, clocks and holds as data."""
