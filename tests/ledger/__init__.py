"""Tests of `assembler/ledger`."""
