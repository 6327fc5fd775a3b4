"""Write profiles for a hand-written factory: read its source, and watch one run of it."""
