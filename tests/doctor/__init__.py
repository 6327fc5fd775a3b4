"""Tests of `assembler/doctor`."""
