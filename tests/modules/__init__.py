"""Tests of `assembler/modules`."""
