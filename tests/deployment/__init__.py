"""Tests of `assembler/deployment`."""
