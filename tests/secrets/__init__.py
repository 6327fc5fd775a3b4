"""Tests of `assembler/secrets`."""
