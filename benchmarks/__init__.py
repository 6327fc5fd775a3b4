"""Measure what assembler costs, and what its patches bring: ``make bench``."""
