# yaml-language-server: $schema=profile.schema.json
# For development: Werkzeug with reloader and debugger, in a process without patches.
version: 1
extends: web.yaml
debug: true
patches: []
