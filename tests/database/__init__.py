"""Tests of `assembler/database`."""
