"""Serve a profile's app, one module a server."""
