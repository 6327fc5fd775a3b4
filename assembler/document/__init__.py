"""Read a profile into nodes, each with its place, and report the traps of YAML."""
