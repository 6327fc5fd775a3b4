"""Tests of `assembler/entry`."""
