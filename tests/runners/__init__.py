"""Tests of `assembler/runners`."""
