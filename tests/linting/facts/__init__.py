"""Tests of `assembler/linting/facts`."""
