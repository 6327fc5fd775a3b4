"""An app of 28 extension modules in an order that somebody once found to work."""
