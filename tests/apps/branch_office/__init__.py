"""An office of one branch: its factory takes arguments, and functions make most of its parts."""
