"""Tests of `assembler/assembling`."""
