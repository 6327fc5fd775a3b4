"""Make one typed profile of nodes: bases and overlays, interpolation, conditions, types."""
