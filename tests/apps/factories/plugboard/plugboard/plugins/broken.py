raise RuntimeError("nobody imports this")
