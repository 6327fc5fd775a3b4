"""Read a profile's text into nodes, each with its place; every trap of YAML is told."""
