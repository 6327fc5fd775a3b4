"""Apply patches in time, and prove that they are live."""
