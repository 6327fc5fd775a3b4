class Lighthouse:
    def __init__(self, app, beam):
        self.app = app
        self.beam = beam

    def __call__(self, environ, start_response):
        environ["harbour.beam"] = self.beam
        return self.app(environ, start_response)


class StripPrefix:
    def __init__(self, app, prefix):
        self.app = app
        self.prefix = prefix

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith(self.prefix):
            environ["PATH_INFO"] = path[len(self.prefix) :]
            environ["SCRIPT_NAME"] = self.prefix
        return self.app(environ, start_response)
