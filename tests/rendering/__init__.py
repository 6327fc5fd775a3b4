"""Tests of `assembler/rendering`."""
