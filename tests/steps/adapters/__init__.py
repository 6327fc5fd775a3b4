"""Tests of `assembler/steps/adapters`."""
