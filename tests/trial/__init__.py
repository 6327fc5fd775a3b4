"""Tests of `assembler/trial`."""
