"""The schema's steps, forward and back."""
