"""Playing a drill's world through a running system, and asking what it came to believe."""
