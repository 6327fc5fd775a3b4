"""Tests of `assembler/journal`."""
