"""Tests of `assembler/steps/catalog`."""
