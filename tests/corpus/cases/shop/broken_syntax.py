"""Is cut off in the middle."""

def init_app(app
