"""Tests of `assembler.scaffolding`."""
