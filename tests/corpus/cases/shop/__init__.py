"""The application that the profiles here assemble."""
