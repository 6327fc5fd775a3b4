"""Tests of `assembler/steps/patches`."""
