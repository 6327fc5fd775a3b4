"""Ways to make a price: one module each, found by name."""
