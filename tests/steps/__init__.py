"""Tests of `assembler/steps`."""
