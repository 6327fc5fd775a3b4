"""Tests of `assembler/planning`."""
