"""The views; each module is imported late, when what it needs at import is there."""
