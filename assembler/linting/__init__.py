"""Lint profiles."""
