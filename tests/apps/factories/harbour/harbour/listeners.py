class Harbourmaster:
    def __init__(self, app):
        self.name = app.name
        self.seen = 0

    def note(self, sender, **extra):
        self.seen += 1


def log_exception(sender, exception, **extra):
    sender.logger.error("failed: %s", exception)
