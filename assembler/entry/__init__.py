"""Provide the app to processes that are not ours: WSGI servers, and the ``flask`` command."""
