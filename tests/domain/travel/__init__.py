"""What driven legs say of the pace."""
