"""From a typed profile to its plan."""
