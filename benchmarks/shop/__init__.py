"""Hold the app that is measured: ten extensions and five blueprints, as a profile and by hand."""
