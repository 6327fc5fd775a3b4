"""Tests of `assembler/linting`."""
