"""Tests of `assembler/comparing`."""
