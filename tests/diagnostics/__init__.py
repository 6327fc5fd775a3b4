"""Tests of `assembler/diagnostics`."""
