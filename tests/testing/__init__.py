"""Tests of `assembler.testing`."""
