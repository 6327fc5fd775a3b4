"""Tests of `assembler/serving`."""
