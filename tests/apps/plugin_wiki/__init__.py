"""A wiki that finds its plugins, in every language it is asked in."""
