"""Tests of `assembler/language`."""
