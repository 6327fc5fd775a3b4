"""Test assembled apps with pytest: the plugin that the entry point ``pytest11`` names."""
