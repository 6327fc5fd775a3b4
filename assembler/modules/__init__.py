"""Read the project's modules as they are written: nothing is imported, nothing runs."""
