"""Notes: a factory of small registering functions, and a config class that the caller may swap."""
