"""What `module:attribute` and `{$…}` mean."""
