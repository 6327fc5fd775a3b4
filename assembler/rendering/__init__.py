"""Put into words for the user what was found, what a profile means, and what was done."""
