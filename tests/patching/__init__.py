"""Tests of `assembler/patching`."""
