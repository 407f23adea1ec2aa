"""Rights as workflows: complaints, disputes and requests, each with its clock, hold and outcome."""
