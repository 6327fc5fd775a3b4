"""Tests of `assembler/commands`."""
