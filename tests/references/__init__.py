"""Tests of `assembler/references`."""
