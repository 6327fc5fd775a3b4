"""Tests of `assembler/linting/output`."""
