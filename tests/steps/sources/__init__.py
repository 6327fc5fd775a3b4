"""Tests of `assembler/steps/sources`."""
