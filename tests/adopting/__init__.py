"""Test what `adopt` reads, watches and writes."""
