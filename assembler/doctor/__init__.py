"""Try a profile's environment for real, and say what to do about each finding."""
