"""Render diagnostics, profiles, reports and tables for people and programs."""
