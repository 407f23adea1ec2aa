"""Turns a problem into a plan: PyVRP inside, breaks, crews and pins around it."""
