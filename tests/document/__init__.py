"""Tests of `assembler/document`."""
