"""Find out about planned profiles, and the modules that they name, what several rules need."""
