"""Compare two profiles: their values, and the steps that are planned."""
