"""Record what an app is made of, and which step made it so."""
