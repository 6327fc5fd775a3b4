"""Keep a journal of boots: what was assembled here, when, and how it went."""
