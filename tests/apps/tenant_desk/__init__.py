"""A desk that answers for one tenant, whom only the caller knows."""
